// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.dialog.FlowToken;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.store.Binding;
import io.fairlead.transport.OwnHostNames;
import java.nio.charset.StandardCharsets;

/**
 * What the Path of a REGISTER says (RFC 3327, RFC 5626 §5.1).
 *
 * <p>Owned by one loop: one object reads request after request.
 */
final class PathCheck {
  /** What a Path is worth. */
  enum Verdict {
    /** Absent, or good. */
    GOOD,
    BAD,
    /** Longer than what can be kept. */
    LONG,
    /** It names us, and we did not write it. */
    FORGED
  }

  private static final int MAX_PATH = 1024;
  private static final byte[] OB = "ob".getBytes(StandardCharsets.US_ASCII);

  private final OwnHostNames names;
  private final FlowToken token;
  private final NameAddr element = new NameAddr();
  private final SipUri uri = new SipUri();
  private int length;
  private boolean outbound;
  private boolean secure;

  PathCheck(OwnHostNames names, CookieKeys keys) {
    this.names = names;
    this.token = new FlowToken(keys);
  }

  /** Reads it. */
  Verdict read(SipRequest r) {
    length = 0;
    outbound = false;
    secure = true;
    for (int i = r.first(HeaderName.PATH); i >= 0; i = r.next(HeaderName.PATH, i)) {
      length += (length == 0 ? 0 : 1) + r.valueEnd(i) - r.valueStart(i);
      int from = r.valueStart(i);
      while (from >= 0) {
        if (!element.parse(r.bytes(), from, r.valueEnd(i))
            || !uri.parse(r.bytes(), element.uriFrom(), element.uriTo())) {
          return Verdict.BAD;
        }
        if (names.is(uri)
            && token.read(r.bytes(), uri.userFrom(), uri.userTo()) != FlowToken.Verdict.VALID) {
          return Verdict.FORGED;
        }
        secure &= uri.scheme() == SipUri.Scheme.SIPS;
        // The last stands for the first hop, which alone knows the flow.
        outbound = uri.isSip() && uri.hasParam(OB);
        from = element.nextElement(r.valueEnd(i));
      }
    }
    return length > MAX_PATH ? Verdict.LONG : Verdict.GOOD;
  }

  /** True when there is a Path. */
  boolean present() {
    return length > 0;
  }

  /** True when the proxy next to the device keeps its flow (RFC 5626 §5.1). */
  boolean outbound() {
    return outbound;
  }

  /** True when nothing in it is less than sips. */
  boolean secure() {
    return secure;
  }

  /** The values, joined by commas. */
  byte[] joined(SipRequest r) {
    if (length == 0) {
      return Binding.NONE;
    }
    byte[] path = new byte[length];
    int at = 0;
    for (int i = r.first(HeaderName.PATH); i >= 0; i = r.next(HeaderName.PATH, i)) {
      if (at > 0) {
        path[at++] = ',';
      }
      int n = r.valueEnd(i) - r.valueStart(i);
      System.arraycopy(r.bytes(), r.valueStart(i), path, at, n);
      at += n;
    }
    return path;
  }
}
