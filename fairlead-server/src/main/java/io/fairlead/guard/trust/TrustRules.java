// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.trust;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.Listener;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What crosses the boundary of trust, made once from the settings and the listeners (RFC 3325 §5,
 * RFC 3323 §5). Immutable.
 */
public final class TrustRules {
  private static final HeaderPatterns PARTY = new HeaderPatterns(List.of("Remote-Party-ID"));
  private static final HeaderPatterns HISTORY =
      new HeaderPatterns(List.of("History-Info", "Diversion"));
  private static final HeaderPatterns OF_THE_USER =
      new HeaderPatterns(
          List.of(
              "Subject",
              "s",
              "Call-Info",
              "Organization",
              "User-Agent",
              "Server",
              "Reply-To",
              "In-Reply-To"));
  private static final byte[] ANONYMOUS_HOST =
      "@anonymous.invalid".getBytes(StandardCharsets.US_ASCII);

  private final NetworkTrust[] networks;
  private final boolean neverAsserted;
  private final HeaderPatterns in;
  private final HeaderPatterns out;

  /** The rules of these settings where Fairlead listens there. */
  public TrustRules(TrustSettings settings, List<Listener> listeners) {
    networks = new NetworkTrust[listeners.size()];
    for (Listener listener : listeners) {
      networks[listener.index()] =
          settings.networks().getOrDefault(listener.network(), NetworkTrust.TRUSTED);
    }
    neverAsserted = settings.assertedIdentity() == AssertedIdentity.NEVER;
    in = new HeaderPatterns(settings.headers().in().strip());
    out = new HeaderPatterns(settings.headers().out().strip());
  }

  /** Rules or null, as the settings say. */
  public static @Nullable TrustRules of(
      @Nullable TrustSettings settings, List<Listener> listeners) {
    return settings == null || settings.networks().isEmpty()
        ? null
        : new TrustRules(settings, listeners);
  }

  /** Whether those whom a listener reaches are not of the trust domain. */
  public boolean bounds(Listener listener) {
    return networks[listener.index()] != NetworkTrust.TRUSTED;
  }

  // ---- on the way in ----

  /**
   * Whether the i-th header line of a message from outside the domain is taken off: what only the
   * domain may assert, and what the operator says.
   */
  public boolean stripsIn(SipMessage m, int i) {
    return switch (m.name(i)) {
      case P_ASSERTED_IDENTITY, P_PREFERRED_IDENTITY -> true;
      case OTHER -> PARTY.match(m, i) || in.match(m, i);
      default -> in.match(m, i);
    };
  }

  /** Asserts who the sender is, where the side is one whose senders are known. */
  public void assertIdentity(SipMessage m, Listener listener, Edit edit) {
    if (networks[listener.index()] != NetworkTrust.IDENTIFIED
        || !(m instanceof SipRequest r)
        || !takesIdentity(r)) {
      return;
    }
    int preferred = r.first(HeaderName.P_PREFERRED_IDENTITY);
    if (preferred >= 0) {
      put(edit, r).put(r.bytes(), r.valueStart(preferred), r.valueEnd(preferred)).line();
    } else if (!isAnonymous(r)) {
      put(edit, r).put('<').put(r.bytes(), r.fromUriFrom(), r.fromUriTo()).put(">\r\n");
    }
  }

  private static SipWriter put(Edit edit, SipRequest r) {
    return edit.insert(r.headersEnd()).put("P-Asserted-Identity: ");
  }

  // RFC 3325 §9.1.
  private static boolean takesIdentity(SipRequest r) {
    return switch (r.method()) {
      case ACK, CANCEL, REGISTER -> false;
      case INVITE,
          BYE,
          OPTIONS,
          PRACK,
          UPDATE,
          INFO,
          MESSAGE,
          SUBSCRIBE,
          NOTIFY,
          REFER,
          PUBLISH,
          OTHER ->
          true;
    };
  }

  private static boolean isAnonymous(SipRequest r) {
    int from = Math.max(r.fromUriFrom(), r.fromUriTo() - ANONYMOUS_HOST.length);
    return Ascii.equalsLower(r.bytes(), from, r.fromUriTo(), ANONYMOUS_HOST)
        || r.fromUriTo() <= r.fromUriFrom();
  }

  // ---- on the way out ----

  /**
   * Whether the i-th header line of a message that leaves the domain is taken off.
   *
   * @param privacy what the message asks for, as {@link PrivacyValue}
   */
  public boolean stripsOut(SipMessage m, int i, int privacy) {
    if (out.match(m, i)) {
      return true;
    }
    boolean hidden = PrivacyValue.ID.in(privacy) || PrivacyValue.USER.in(privacy);
    return switch (m.name(i)) {
      case P_ASSERTED_IDENTITY -> hidden || neverAsserted;
      case P_PREFERRED_IDENTITY -> true;
      default ->
          (hidden || neverAsserted) && PARTY.match(m, i)
              || hidesHistory(privacy) && HISTORY.match(m, i)
              || PrivacyValue.USER.in(privacy) && OF_THE_USER.match(m, i);
    };
  }

  private static boolean hidesHistory(int privacy) {
    return PrivacyValue.HISTORY.in(privacy)
        || PrivacyValue.USER.in(privacy)
        || PrivacyValue.HEADER.in(privacy);
  }

  /**
   * Writes anew what is asked of privacy services behind us, when Fairlead has done a part (RFC
   * 3323 §5).
   *
   * @param done as {@link PrivacyValue}
   */
  public static void performed(SipMessage m, Edit edit, int privacy, int done) {
    int first = m.first(HeaderName.PRIVACY);
    if (first < 0 || (privacy & done) == 0) {
      return;
    }
    int left = privacy & ~done;
    boolean any = (left & ~PrivacyValue.CRITICAL.bit()) != 0;
    for (int i = first; i >= 0; i = m.next(HeaderName.PRIVACY, i)) {
      if (i == first && any) {
        PrivacyValue.write(edit.replace(m.valueStart(i), m.valueEnd(i)), left);
      } else {
        edit.cut(m.lineStart(i), m.lineEnd(i));
      }
    }
  }
}
