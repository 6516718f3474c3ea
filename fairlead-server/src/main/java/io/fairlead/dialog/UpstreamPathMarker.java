// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import java.nio.charset.StandardCharsets;

/**
 * The mark in a Path of ours by which a registrar behind us sends requests for a user back, to go
 * to the user's devices. It is not sealed: it counts only from where such a registrar speaks.
 *
 * <p>Owned by one loop: one object reads request after request.
 */
public final class UpstreamPathMarker {
  private static final String TEXT = ";fl-devices";
  private static final byte[] NAME = TEXT.substring(1).getBytes(StandardCharsets.US_ASCII);

  private final NameAddr element = new NameAddr();
  private final SipUri route = new SipUri();

  /** The parameter of the Path URI, with its semicolon. */
  public static String text() {
    return TEXT;
  }

  /** True when a request's topmost Route has it. */
  public boolean isOn(SipRequest r) {
    int i = r.first(HeaderName.ROUTE);
    return i >= 0
        && element.parse(r.bytes(), r.valueStart(i), r.valueEnd(i))
        && route.parse(r.bytes(), element.uriFrom(), element.uriTo())
        && route.hasParam(NAME);
  }
}
