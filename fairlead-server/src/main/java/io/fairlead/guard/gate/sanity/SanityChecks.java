// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate.sanity;

import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import io.fairlead.net.IpLiteralParser;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds a request that begins something to the rules of sanity. The grammar, the headers that must
 * be there and be single, the scheme of the Request-URI, and a Content-Length beyond the message
 * are the parser's; a To tag without a dialog is the proxy's. Immutable.
 */
public final class SanityChecks {
  private static final CidrSet PRIVATE =
      CidrSet.of(
          List.of(
              Cidr.parse("10.0.0.0/8"),
              Cidr.parse("172.16.0.0/12"),
              Cidr.parse("192.168.0.0/16"),
              Cidr.parse("100.64.0.0/10"),
              Cidr.parse("169.254.0.0/16"),
              Cidr.parse("127.0.0.0/8"),
              Cidr.parse("fc00::/7"),
              Cidr.parse("fe80::/10"),
              Cidr.parse("::1/128")));
  // RFC 3261 §25.1, RFC 3966, RFC 5031, RFC 3859, RFC 3860.
  private static final byte[][] SCHEMES = {
    bytes("sip:"), bytes("sips:"), bytes("tel:"), bytes("urn:"), bytes("pres:"), bytes("im:")
  };
  private static final Method[] KNOWN = Method.values();
  private static final byte[][] METHODS = new byte[KNOWN.length - 1][];

  static {
    for (int i = 0; i < METHODS.length; i++) {
      METHODS[i] = bytes(KNOWN[i].name());
    }
  }

  private final Set<SanityRule> rules;
  private final int maxMethod;
  private final int maxHeaders;
  private final int maxHeader;

  /** What the settings ask for. */
  public SanityChecks(SanitySettings settings) {
    this.rules = settings.rules();
    this.maxMethod = settings.maxMethod();
    this.maxHeaders = settings.maxHeaders();
    this.maxHeader = settings.maxHeader().intBytes();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The first rule that a request breaks; null when it keeps to all.
   *
   * @param source where it comes from
   */
  public @Nullable SanityRule broken(SipRequest r, InetAddress source) {
    SanityRule plain = brokenByHeaders(r);
    if (plain != null) {
      return plain;
    }
    if (holds(SanityRule.URI_SCHEME) && !(hasScheme(r, true) && hasScheme(r, false))) {
      return SanityRule.URI_SCHEME;
    }
    if (holds(SanityRule.USER) && hasOddUser(r)) {
      return SanityRule.USER;
    }
    boolean outside = holds(SanityRule.PRIVATE_ADDRESS) && !PRIVATE.contains(source);
    return outside && hasPrivateContact(r) ? SanityRule.PRIVATE_ADDRESS : null;
  }

  private @Nullable SanityRule brokenByHeaders(SipRequest r) {
    if (holds(SanityRule.METHOD) && r.method() == Method.OTHER && isOdd(r)) {
      return SanityRule.METHOD;
    }
    if (holds(SanityRule.HEADER_COUNT) && r.headers() > maxHeaders) {
      return SanityRule.HEADER_COUNT;
    }
    if (holds(SanityRule.HEADER_SIZE) && r.headersEnd() - r.start() > maxHeader && isLong(r)) {
      return SanityRule.HEADER_SIZE;
    }
    if (holds(SanityRule.MAX_FORWARDS) && !r.has(HeaderName.MAX_FORWARDS)) {
      return SanityRule.MAX_FORWARDS;
    }
    if (holds(SanityRule.FROM_TAG) && !r.hasFromTag()) {
      return SanityRule.FROM_TAG;
    }
    if (holds(SanityRule.TO_TAG) && r.hasToTag()) {
      return SanityRule.TO_TAG;
    }
    if (holds(SanityRule.CONTACT) && !r.has(HeaderName.CONTACT) && needsContact(r.method())) {
      return SanityRule.CONTACT;
    }
    boolean untyped = r.end() > r.bodyStart() && !r.has(HeaderName.CONTENT_TYPE);
    return untyped && holds(SanityRule.CONTENT_TYPE) ? SanityRule.CONTENT_TYPE : null;
  }

  private boolean holds(SanityRule rule) {
    return rules.contains(rule);
  }

  private boolean isOdd(SipRequest r) {
    int from = r.start();
    int to = r.methodEnd();
    if (to - from > maxMethod) {
      return true;
    }
    for (byte[] known : METHODS) {
      if (Ascii.equalsAnyCase(r.bytes(), from, to, known, 0, known.length)) {
        return true;
      }
    }
    return false;
  }

  private boolean isLong(SipRequest r) {
    for (int i = 0; i < r.headers(); i++) {
      if (r.lineEnd(i) - r.lineStart(i) > maxHeader) {
        return true;
      }
    }
    return false;
  }

  private static boolean needsContact(Method method) {
    return method == Method.INVITE || method == Method.SUBSCRIBE || method == Method.REFER;
  }

  private static boolean hasScheme(SipRequest r, boolean to) {
    int from = to ? r.toUriFrom() : r.fromUriFrom();
    int end = to ? r.toUriTo() : r.fromUriTo();
    for (byte[] scheme : SCHEMES) {
      if (end - from >= scheme.length
          && Ascii.equalsLower(r.bytes(), from, from + scheme.length, scheme)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasOddUser(SipRequest r) {
    byte[] bytes = r.bytes();
    return hasOddUser(bytes, r.uriFrom(), r.uriTo())
        || hasOddUser(bytes, r.fromUriFrom(), r.fromUriTo())
        || hasOddUser(bytes, r.toUriFrom(), r.toUriTo());
  }

  private static boolean hasOddUser(byte[] bytes, int from, int to) {
    int colon = Ascii.indexOf(bytes, from, to, ':');
    int at = Ascii.indexOf(bytes, from, to, '@');
    return colon >= 0 && at > colon && UserSigns.in(bytes, colon + 1, at);
  }

  private static boolean hasPrivateContact(SipRequest r) {
    int line = r.first(HeaderName.CONTACT);
    if (line < 0) {
      return false;
    }
    byte[] bytes = r.bytes();
    int from = r.valueStart(line);
    int to = r.valueEnd(line);
    int at = Ascii.indexOf(bytes, from, to, '@');
    int host = at >= 0 ? at + 1 : Ascii.indexOf(bytes, from, to, ':') + 1;
    int end = host;
    while (end < to && ">;,? ".indexOf(bytes[end]) < 0) {
      end++;
    }
    InetAddress address = IpLiteralParser.address(bytes, host, hostEnd(bytes, host, end));
    return address != null && PRIVATE.contains(address);
  }

  // Without the port.
  private static int hostEnd(byte[] bytes, int from, int to) {
    if (from < to && bytes[from] == '[') {
      int bracket = Ascii.indexOf(bytes, from, to, ']');
      return bracket < 0 ? to : bracket + 1;
    }
    int colon = Ascii.indexOf(bytes, from, to, ':');
    return colon < 0 ? to : colon;
  }
}
