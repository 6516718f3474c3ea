// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import io.fairlead.dns.DnsAnswer.Outcome;
import io.fairlead.dns.DnsRecord.Address;
import io.fairlead.dns.DnsRecord.Naptr;
import io.fairlead.dns.DnsRecord.Srv;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The procedure of RFC 3263 §4, with both address families of each server (RFC 7984), gone through
 * once over what is known: it comes to an end, or tells which questions are still to be asked. No
 * state is kept between one run and the next, so the order of answers cannot matter.
 *
 * <p>Owned by one loop.
 */
final class ServerLocation {
  private static final Comparator<Naptr> BEST_FIRST =
      Comparator.comparingInt(Naptr::order).thenComparingInt(Naptr::preference);
  private static final int MAX_SERVERS = 64;

  private final LookupQuestion wanted;
  private final UsableTransports offers;
  private final AddressFamily prefer;
  private final Function<DnsQuestion, DnsCache.@Nullable Entry> known;
  private final Set<DnsQuestion> missing = new LinkedHashSet<>();
  private final List<ServerCandidates.Rung> rungs = new ArrayList<>();
  private long expiresNs;
  private String why = "";
  private boolean serves;

  /**
   * @param known the answer to a question, or null
   * @param nowNs the time
   */
  ServerLocation(
      LookupQuestion wanted,
      UsableTransports offers,
      AddressFamily prefer,
      Function<DnsQuestion, DnsCache.@Nullable Entry> known,
      long nowNs) {
    this.wanted = wanted;
    this.offers = offers;
    this.prefer = prefer;
    this.known = known;
    this.expiresNs = nowNs + Locator.LONGEST_NS;
    run();
  }

  /** What must be asked before this can end; empty when it has ended. */
  Set<DnsQuestion> missing() {
    return missing;
  }

  /** All that was found; without rungs when nothing was. */
  ServerCandidates ways() {
    return ServerCandidates.of(rungs, expiresNs);
  }

  /** Why nothing was found. */
  String why() {
    return why.isEmpty() ? "no address for " + wanted.host() : why;
  }

  private void run() {
    String named = wanted.transport();
    UsableTransport usual = named == null ? offers.usual(wanted.secure()) : offers.named(named);
    if (usual == null) {
      why = named == null ? "no listener speaks TLS" : "no listener speaks " + named;
    } else if (wanted.secure() && !usual.secure()) {
      why = "sips needs a transport with TLS";
    } else if (wanted.port() >= 0) {
      addresses(usual, wanted.port());
    } else if (named != null) {
      services(List.of(usual), usual);
    } else {
      List<Naptr> services = naptr();
      if (services.isEmpty()) {
        services(offers.all(wanted.secure()), usual);
      } else {
        services.forEach(each -> server(each.replacement(), offered(each)));
        if (!serves) {
          services(offers.all(wanted.secure()), usual);
        }
      }
    }
  }

  // §4.1: what we do not speak is passed over; so is what is broken, since SRV may do.
  private List<Naptr> naptr() {
    List<Naptr> services = new ArrayList<>();
    DnsAnswer answer = ask(wanted.host(), DnsRecordType.NAPTR);
    if (answer == null) {
      return services;
    }
    for (DnsRecord record : answer.records()) {
      if (record instanceof Naptr naptr
          && naptr.flags().equals("s")
          && !naptr.replacement().isEmpty()
          && offers.service(naptr.service(), wanted.secure()) != null) {
        services.add(naptr);
      }
    }
    services.sort(BEST_FIRST);
    return services;
  }

  private UsableTransport offered(Naptr naptr) {
    UsableTransport offer = offers.service(naptr.service(), wanted.secure());
    if (offer == null) {
      throw new IllegalStateException("passed over before: " + naptr);
    }
    return offer;
  }

  /** False when a part of what there may be could not be looked up. */
  boolean complete() {
    return why.isEmpty();
  }

  // The SRV records of each transport; the addresses of the host when there are none of any.
  private void services(List<UsableTransport> transports, UsableTransport usual) {
    if (!missing.isEmpty()) {
      return;
    }
    for (UsableTransport offer : transports) {
      String service = UsableTransports.service(offer);
      if (service != null) {
        server(service + wanted.host(), offer);
      }
    }
    if (!serves && missing.isEmpty()) {
      addresses(usual, usual.defaultPort());
    }
  }

  private void server(String name, UsableTransport offer) {
    DnsAnswer answer = ask(name, DnsRecordType.SRV);
    if (answer == null) {
      return;
    }
    serves |= answer.outcome() != Outcome.NONE;
    if (answer.outcome() == Outcome.FAILED) {
      why = "the look-up of " + name + " failed: " + answer.why();
    }
    Map<Integer, List<ServerCandidates.Way>> byPriority = new TreeMap<>();
    int servers = 0;
    for (DnsRecord record : answer.records()) {
      if (record instanceof Srv srv && !srv.target().isEmpty() && servers++ < MAX_SERVERS) {
        List<NextHop> targets = targets(srv.target(), srv.port(), offer);
        if (!targets.isEmpty()) {
          byPriority
              .computeIfAbsent(srv.priority(), p -> new ArrayList<>())
              .add(new ServerCandidates.Way(srv.weight(), targets));
        }
      }
    }
    byPriority.values().forEach(ways -> rungs.add(new ServerCandidates.Rung(ways)));
  }

  private void addresses(UsableTransport offer, int port) {
    List<NextHop> targets = targets(wanted.host(), port, offer);
    if (!targets.isEmpty()) {
      rungs.add(new ServerCandidates.Rung(List.of(new ServerCandidates.Way(1, targets))));
    }
  }

  // Families take turns, so that a broken one costs one try (RFC 7984 §4, RFC 8305 §4).
  private List<NextHop> targets(String host, int port, UsableTransport offer) {
    boolean v6First = prefer == AddressFamily.IPV6;
    List<InetAddress> first = addresses(host, offer, v6First);
    List<InetAddress> second = addresses(host, offer, !v6First);
    List<NextHop> targets = new ArrayList<>();
    for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
      add(targets, first, i, offer, port);
      add(targets, second, i, offer, port);
    }
    return targets;
  }

  private void add(
      List<NextHop> targets, List<InetAddress> addresses, int i, UsableTransport offer, int port) {
    if (i < addresses.size()) {
      InetSocketAddress address = new InetSocketAddress(addresses.get(i), port);
      targets.add(new NextHop(offer.transport(), address, wanted.host()));
    }
  }

  private List<InetAddress> addresses(String host, UsableTransport offer, boolean v6) {
    List<InetAddress> addresses = new ArrayList<>();
    if (v6 ? !offer.ipv6() : !offer.ipv4()) {
      return addresses;
    }
    DnsAnswer answer = ask(host, v6 ? DnsRecordType.AAAA : DnsRecordType.A);
    if (answer == null) {
      return addresses;
    }
    if (answer.outcome() == Outcome.FAILED) {
      why = "the look-up of " + host + " failed: " + answer.why();
    }
    for (DnsRecord record : answer.records()) {
      // What was mapped to IPv4 is an IPv4 address here, whatever was asked.
      if (record instanceof Address(InetAddress address) && address instanceof Inet6Address == v6) {
        addresses.add(address);
      }
    }
    return addresses;
  }

  private @Nullable DnsAnswer ask(String name, DnsRecordType type) {
    DnsQuestion question = new DnsQuestion(name, type);
    DnsCache.Entry entry = known.apply(question);
    if (entry == null) {
      missing.add(question);
      return null;
    }
    if (entry.expiresNs() - expiresNs < 0) {
      expiresNs = entry.expiresNs();
    }
    return entry.answer();
  }
}
