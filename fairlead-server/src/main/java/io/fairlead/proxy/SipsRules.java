// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.nio.charset.StandardCharsets;

/**
 * What sips asks of a proxy: TLS on every hop it chooses, and no change of the scheme upwards (RFC
 * 3261 §26.2.2, RFC 5630 §5.3). Immutable.
 */
final class SipsRules {
  private static final byte[] SIPS = "sips:".getBytes(StandardCharsets.US_ASCII);

  private final String warning;

  /**
   * @param self a listener, whose name stands in warnings
   */
  SipsRules(Listener self) {
    // RFC 5630 §6.1.
    warning = "Warning: 380 " + self.sentBy() + " \"SIPS Not Allowed\"\r\n";
  }

  /** The headers of a refusal for that cause. */
  String warning(RefusalCause cause) {
    return cause == RefusalCause.SIPS_NOT_ALLOWED ? warning : "";
  }

  /** True for a request that may leave over TLS only. */
  static boolean is(SipRequest r) {
    return r.uri().scheme() == SipUri.Scheme.SIPS;
  }

  /** True when a sips request must not take the flow. */
  static boolean isInsecure(SipRequest r, Flow out) {
    return is(r) && !out.transport().secure();
  }

  /** True for a sips URI. */
  static boolean is(byte[] uri) {
    return uri.length > SIPS.length && Ascii.equalsLower(uri, 0, SIPS.length, SIPS);
  }

  /** True when a request may go to a device (RFC 5630 §5.3): sips to sips only, over TLS. */
  static boolean allows(SipRequest r, BranchDestination to, Flow over) {
    boolean asked = is(r);
    boolean registered = to instanceof BranchDestination.Bound b && is(b.binding().contact());
    boolean plain = to instanceof BranchDestination.Bound && !registered;
    return asked ? !plain && over.transport().secure() : !registered || over.transport().secure();
  }

  /** The request-URI in the scheme the caller used: a sips Contact is reached by sip as well. */
  static BranchDestination inSchemeOf(SipRequest r, BranchDestination to) {
    boolean asked = is(r);
    if (asked || !(to instanceof BranchDestination.Bound bound) || !is(bound.target())) {
      return to;
    }
    byte[] sips = bound.target();
    byte[] sip = new byte[sips.length - 1];
    System.arraycopy(sips, 0, sip, 0, SIPS.length - 2);
    System.arraycopy(sips, SIPS.length - 1, sip, SIPS.length - 2, sips.length - SIPS.length + 1);
    return new BranchDestination.Bound(bound.binding(), sip, bound.route(), bound.byFlow());
  }
}
