// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transports that can be used for sending, in the order in which they are tried when a domain
 * does not say. Immutable.
 */
public final class UsableTransports {
  private static final List<String> ORDER = List.of("udp", "tcp", "tls", "ws", "wss");

  private final List<UsableTransport> all;

  /** Of several for the same transport, one that can do what they can do together is made. */
  public UsableTransports(List<UsableTransport> offers) {
    List<UsableTransport> merged = new ArrayList<>();
    for (String transport : ORDER) {
      UsableTransport one = null;
      for (UsableTransport offer : offers) {
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

  private static UsableTransport both(UsableTransport one, UsableTransport other) {
    return new UsableTransport(
        one.transport(),
        one.defaultPort(),
        one.secure(),
        one.ipv4() || other.ipv4(),
        one.ipv6() || other.ipv6());
  }

  /** All, or those with TLS only. */
  List<UsableTransport> all(boolean secure) {
    return secure ? all.stream().filter(UsableTransport::secure).toList() : all;
  }

  /** The one of that name, or null. */
  @Nullable UsableTransport named(String transport) {
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
  @Nullable UsableTransport usual(boolean secure) {
    List<UsableTransport> fit = secure ? all(true) : all;
    return fit.isEmpty() ? null : fit.getFirst();
  }

  /** The transport of a NAPTR service that we speak; null for others. */
  @Nullable UsableTransport service(String service, boolean secure) {
    String transport =
        switch (service) {
          case "SIP+D2U" -> "udp";
          case "SIP+D2T" -> "tcp";
          case "SIPS+D2T" -> "tls";
          case "SIP+D2W" -> "ws";
          case "SIPS+D2W" -> "wss";
          default -> "";
        };
    UsableTransport offer = named(transport);
    return offer != null && (offer.secure() || !secure) ? offer : null;
  }

  /** How the names of its SRV records begin; null when it has none. */
  static @Nullable String service(UsableTransport offer) {
    return switch (offer.transport()) {
      case "udp" -> "_sip._udp.";
      case "tcp" -> "_sip._tcp.";
      case "tls" -> "_sips._tcp.";
      default -> null;
    };
  }
}
