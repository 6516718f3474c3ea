// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.guard.trust.HeaderPatterns;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OwnHostNames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is hidden from whom, made once from the settings and the listeners. Immutable. */
public final class HidingRules {
  private record Texts(byte[] host, byte[] sentBy, byte[] sip, byte[] sips) {}

  private final String network;
  private final boolean callId;
  private final HeaderPatterns headers;
  private final InsideHosts inside;
  private final OwnHostNames names;
  private final Texts[] texts;

  /** The rules of these settings where Fairlead listens there. */
  public HidingRules(HidingSettings settings, List<Listener> listeners) {
    network = settings.network();
    callId = settings.callId();
    headers = new HeaderPatterns(settings.headers());
    inside =
        new InsideHosts(
            settings.inside(),
            listeners.stream().filter(listener -> !hides(listener)).toList(),
            listeners.stream().filter(this::hides).toList());
    names = new OwnHostNames(listeners);
    texts = new Texts[listeners.size()];
    for (Listener listener : listeners) {
      String sentBy = listener.sentBy();
      String host = sentBy.startsWith("[") ? sentBy.substring(0, sentBy.indexOf(']') + 1) : sentBy;
      int colon = host.startsWith("[") ? -1 : host.indexOf(':');
      texts[listener.index()] =
          new Texts(
              ascii(colon < 0 ? host : host.substring(0, colon)),
              ascii(sentBy),
              ascii("@" + sentBy + listener.transportParameter(false)),
              ascii("@" + sentBy + listener.transportParameter(true)));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether the inside is hidden from those whom the listener reaches. */
  public boolean hides(Listener listener) {
    return network.equals(listener.network());
  }

  /** Whether Call-IDs are sealed too. */
  boolean hidesCallId() {
    return callId;
  }

  /** Header lines that do not leave. */
  HeaderPatterns headers() {
    return headers;
  }

  /** Which hosts are of the inside. */
  InsideHosts inside() {
    return inside;
  }

  /** Whether a URI is Fairlead's. */
  boolean isOwn(SipUri uri) {
    return names.is(uri);
  }

  /** Whether a URI is Fairlead's on the side from which the inside is hidden. */
  boolean isOwnHere(SipUri uri) {
    Listener listener = uri.isSip() ? names.listener(uri) : null;
    return listener != null && hides(listener);
  }

  /** Appends the host by which a listener speaks of itself. */
  void host(SipWriter out, Listener listener) {
    out.put(texts[listener.index()].host);
  }

  /** Appends that host and its port. */
  void sentBy(SipWriter out, Listener listener) {
    out.put(texts[listener.index()].sentBy);
  }

  /** Appends what stands behind the user part of a URI that leads to a listener. */
  void address(SipWriter out, Listener listener, boolean sips) {
    Texts of = texts[listener.index()];
    out.put(sips ? of.sips : of.sip);
  }

  /** Whether a host is of the inside. */
  boolean isInside(SipUri uri) {
    return inside.contains(uri.bytes(), uri.hostFrom(), uri.hostTo());
  }

  /** Whether two hosts read the same. */
  static boolean sameText(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    return Ascii.equalsAnyCase(a, aFrom, aTo, b, bFrom, bTo);
  }

  /** Rules or null, as the settings say. */
  public static @Nullable HidingRules of(
      @Nullable HidingSettings settings, List<Listener> listeners) {
    return settings == null ? null : new HidingRules(settings, listeners);
  }
}
