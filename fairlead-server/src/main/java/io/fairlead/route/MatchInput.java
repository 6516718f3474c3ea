// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The part of a message that a condition looks at, as it is compared: escapes resolved, hosts in
 * lower case. One per thread, so that a router can be shared and still allocates nothing.
 *
 * <p>Owned by one loop.
 */
final class MatchInput {
  private static final ThreadLocal<MatchInput> OF_THREAD = ThreadLocal.withInitial(MatchInput::new);

  private static final byte[] TEL = "tel:".getBytes(StandardCharsets.US_ASCII);

  private final byte[] text = new byte[TextPattern.LONGEST + 1];
  private int length;
  private final NameAddr nameAddr = new NameAddr();
  private final SipUri uri = new SipUri();

  private MatchInput() {}

  /** This thread's. */
  static MatchInput mine() {
    return OF_THREAD.get();
  }

  /** Takes the user of the request-URI; false when there is none. */
  boolean user(SipRequest request) {
    length = 0;
    SipUri target = request.uri();
    unescape(request.bytes(), target.userFrom(), target.userTo());
    return target.hasUser();
  }

  /** Takes the host of the request-URI. */
  boolean host(SipRequest request) {
    length = 0;
    lower(request.bytes(), request.uri().hostFrom(), request.uri().hostTo());
    return length > 0;
  }

  /** Takes the user of From or To, with its host when asked for; false when there is none. */
  boolean address(SipRequest request, HeaderName header, boolean withHost) {
    length = 0;
    byte[] bytes = request.bytes();
    int line = request.first(header);
    if (line < 0
        || !nameAddr.parse(bytes, request.valueStart(line), request.valueEnd(line))
        || !uri.parse(bytes, nameAddr.uriFrom(), nameAddr.uriTo())) {
      return false;
    }
    if (!uri.isSip()) {
      return number(bytes, nameAddr.uriFrom(), nameAddr.uriTo());
    }
    unescape(bytes, uri.userFrom(), uri.userTo());
    if (withHost) {
      put((byte) '@');
      lower(bytes, uri.hostFrom(), uri.hostTo());
    }
    return uri.hasUser();
  }

  // What stands between the scheme of a tel URI and its parameters (RFC 3966). Other URIs, such as
  // urn:service:sos (RFC 5031), have neither user nor host.
  private boolean number(byte[] bytes, int from, int to) {
    int start = from + TEL.length;
    if (start >= to || !Ascii.equalsLower(bytes, from, start, TEL)) {
      return false;
    }
    int end = Ascii.indexOf(bytes, start, to, ';');
    unescape(bytes, start, end < 0 ? to : end);
    return length > 0;
  }

  /** Whether it matches any of the patterns. */
  boolean matchesAny(List<TextPattern> patterns) {
    return TextPattern.any(patterns, text, 0, length);
  }

  boolean matches(TextPattern pattern) {
    return pattern.matches(text, 0, length);
  }

  byte[] bytes() {
    return text;
  }

  int length() {
    return length;
  }

  /** True when it was cut because it is longer than any pattern looks. */
  boolean tooLong() {
    return length > TextPattern.LONGEST;
  }

  private void unescape(byte[] bytes, int from, int to) {
    for (int i = from; i < to && length < text.length; ) {
      int b = PercentEscapes.at(bytes, i, to);
      put((byte) b);
      i += PercentEscapes.width(bytes, i, to);
    }
  }

  private void lower(byte[] bytes, int from, int to) {
    for (int i = from; i < to && length < text.length; i++) {
      byte b = bytes[i];
      put(b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b);
    }
  }

  private void put(byte b) {
    if (length < text.length) {
      text[length++] = b;
    }
  }

  @Override
  public String toString() {
    return Ascii.text(text, 0, length);
  }
}
