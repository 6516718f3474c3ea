// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transports that can be used for sending, in the order in which they are tried when a domain
 * does not say. Immutable.
 */
public final class Offers {
  private static final List<String> ORDER = List.of("udp", "tcp", "tls", "ws", "wss");

  private final List<Offer> all;

  /** Of several for the same transport, one that can do what they can do together is made. */
  public Offers(List<Offer> offers) {
    List<Offer> merged = new ArrayList<>();
    for (String transport : ORDER) {
      Offer one = null;
      for (Offer offer : offers) {
        if (offer.transport().equals(transport)) {
          one = one == null ? offer : both(one, offer);
        }
      }
      if (one != null) {
        merged.add(one);
      }
    }
    this.all = List.copyOf(merged);
  }

  private static Offer both(Offer one, Offer other) {
    return new Offer(
        one.transport(),
        one.defaultPort(),
        one.secure(),
        one.ipv4() || other.ipv4(),
        one.ipv6() || other.ipv6());
  }

  /** All, or those with TLS only. */
  List<Offer> all(boolean secure) {
    return secure ? all.stream().filter(Offer::secure).toList() : all;
  }

  /** The one of that name, or null. */
  @Nullable Offer named(String transport) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).transport().equals(transport)) {
        return all.get(i);
      }
    }
    return null;
  }

  /**
   * What is used when nobody says: UDP, for sips TLS over TCP (RFC 3263 §4.1). Without UDP, the
   * next; null when there is none.
   */
  @Nullable Offer usual(boolean secure) {
    List<Offer> fit = secure ? all(true) : all;
    return fit.isEmpty() ? null : fit.getFirst();
  }

  /** The transport of a NAPTR service that we speak; null for others. */
  @Nullable Offer service(String service, boolean secure) {
    String transport =
        switch (service) {
          case "SIP+D2U" -> "udp";
          case "SIP+D2T" -> "tcp";
          case "SIPS+D2T" -> "tls";
          case "SIP+D2W" -> "ws";
          case "SIPS+D2W" -> "wss";
          default -> "";
        };
    Offer offer = named(transport);
    return offer != null && (offer.secure() || !secure) ? offer : null;
  }

  /** How the names of its SRV records begin; null when it has none. */
  static @Nullable String service(Offer offer) {
    return switch (offer.transport()) {
      case "udp" -> "_sip._udp.";
      case "tcp" -> "_sip._tcp.";
      case "tls" -> "_sips._tcp.";
      default -> null;
    };
  }
}
