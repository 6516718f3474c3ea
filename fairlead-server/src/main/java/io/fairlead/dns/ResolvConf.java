// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What /etc/resolv.conf says. Immutable.
 *
 * @param servers who is asked; the machine itself when none is named
 * @param search domains that a short name may belong to
 * @param ndots a name with fewer dots is short
 */
record ResolvConf(List<InetSocketAddress> servers, List<String> search, int ndots) {
  private static final int DNS_PORT = 53;
  private static final int MOST_DOTS = 15;

  ResolvConf {
    servers = List.copyOf(servers);
    search = List.copyOf(search);
  }

  /** Reads its lines; what it does not know it passes over. */
  static ResolvConf of(List<String> lines) {
    List<InetSocketAddress> servers = new ArrayList<>();
    List<String> search = List.of();
    int ndots = 1;
    for (String line : lines) {
      String[] words = line.replaceAll("[#;].*", "").strip().split("\\s+");
      if (words.length < 2) {
        continue;
      }
      List<String> rest = List.of(words).subList(1, words.length);
      switch (words[0]) {
        case "nameserver" -> server(rest.getFirst(), servers);
        case "search", "domain" -> search = rest.stream().map(ResolvConf::bare).toList();
        case "options" -> ndots = ndots(rest, ndots);
        default -> {
          // Other lines concern other resolvers.
        }
      }
    }
    if (servers.isEmpty()) {
      servers.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), DNS_PORT));
    }
    return new ResolvConf(servers, search.stream().filter(s -> !s.isEmpty()).toList(), ndots);
  }

  private static void server(String text, List<InetSocketAddress> servers) {
    try {
      servers.add(new InetSocketAddress(InetAddress.ofLiteral(text), DNS_PORT));
    } catch (IllegalArgumentException e) {
      // A server that cannot be asked is as none.
      return;
    }
  }

  private static String bare(String domain) {
    return domain.replaceAll("^\\.+|\\.+$", "");
  }

  private static int ndots(List<String> options, int before) {
    for (String option : options) {
      if (option.matches("ndots:[0-9]{1,2}")) {
        return Math.min(MOST_DOTS, Integer.parseInt(option.substring(6)));
      }
    }
    return before;
  }

  /**
   * The names to ask for. A name with a dot is asked for as it stands first, also where ndots says
   * otherwise: next hops are full names as a rule, and each wrong guess costs a round trip.
   */
  List<String> candidates(String name) {
    int dots = (int) name.chars().filter(c -> c == '.').count();
    if (dots >= ndots || search.isEmpty()) {
      return List.of(name);
    }
    List<String> all = new ArrayList<>();
    if (dots > 0) {
      all.add(name);
    }
    search.forEach(domain -> all.add(name + '.' + domain));
    if (dots == 0) {
      all.add(name);
    }
    return all;
  }
}
