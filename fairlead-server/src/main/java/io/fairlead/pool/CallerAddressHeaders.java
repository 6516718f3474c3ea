// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import java.net.InetSocketAddress;

/**
 * The headers by which a FreeSWITCH behind us is told where a request really comes from, so that
 * its access lists ask about the caller and not about us. Whoever could write them himself would
 * choose his own rights there: they never pass from a stranger. Immutable.
 */
public final class CallerAddressHeaders {
  private CallerAddressHeaders() {}

  /**
   * Takes off what a request says of its source, and says it where it is to be said.
   *
   * @param source where the request comes from
   * @param tell the next hop is to be told
   * @param trusted the request comes from another node of ours, which knows better
   */
  public static void apply(
      SipRequest r, Edit edit, InetSocketAddress source, boolean tell, boolean trusted) {
    if (tell && trusted) {
      return;
    }
    cut(r, edit, HeaderName.X_AUTH_IP);
    cut(r, edit, HeaderName.X_AUTH_PORT);
    if (tell) {
      write(edit.insert(r.headersEnd()), source);
    }
  }

  private static void cut(SipRequest r, Edit edit, HeaderName name) {
    for (int i = r.first(name); i >= 0; i = r.next(name, i)) {
      edit.cut(r.lineStart(i), r.lineEnd(i));
    }
  }

  /** Appends both headers; an IPv6 address without brackets, as an access list has it. */
  public static void write(SipWriter out, InetSocketAddress source) {
    Responses.address(out.put("X-AUTH-IP: "), source.getAddress());
    out.line().put("X-AUTH-PORT: ").number(source.getPort()).line();
  }
}
