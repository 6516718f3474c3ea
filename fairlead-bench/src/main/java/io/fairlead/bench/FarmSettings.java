// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a farm of phones does. Immutable.
 *
 * @param target the registrar
 * @param addresses where the phones are, each with so many sockets
 * @param sockets for each address
 * @param users how many register: u0000000, u0000001 ...
 * @param rate REGISTER per second, not counting answers to challenges
 * @param domain of the users
 * @param expires asked for, in seconds
 * @param renewEvery seconds from one renewal of a user to the next; 0: no renewals
 * @param password of the users, {user} stands for the name; empty: none is given
 * @param algorithm of the challenge that is answered, MD5 or SHA-256; empty: the first offered
 * @param holdSeconds how long it goes on when all are registered
 * @param windowSeconds a user without OPTIONS for so long counts as unpinged
 * @param json the file for the summary; empty: none
 */
record FarmSettings(
    InetSocketAddress target,
    List<String> addresses,
    int sockets,
    int users,
    int rate,
    String domain,
    int expires,
    int renewEvery,
    String password,
    String algorithm,
    int holdSeconds,
    int windowSeconds,
    String json) {
  /** Names are seven digits wide. */
  static final int MOST_USERS = 10_000_000;

  private static final Map<String, String> USUAL =
      Map.ofEntries(
          Map.entry("target", "127.0.0.5:5060"),
          Map.entry("addresses", "127.0.0.11,127.0.0.12,127.0.0.13,127.0.0.14"),
          Map.entry("sockets", "2"),
          Map.entry("users", "1000000"),
          Map.entry("rate", "4000"),
          Map.entry("domain", "bench.example"),
          Map.entry("expires", "3600"),
          Map.entry("renew-every", "0"),
          Map.entry("password", ""),
          Map.entry("algorithm", ""),
          Map.entry("hold", "0"),
          Map.entry("window", "45"),
          Map.entry("json", ""));

  /** Reads {@code --name value} pairs; says what is wrong with them by an exception. */
  static FarmSettings of(String... arguments) {
    Map<String, String> values = new TreeMap<>(USUAL);
    for (int i = 0; i < arguments.length; i += 2) {
      String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : arguments[i];
      if (!USUAL.containsKey(name) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "expected --name value with the names " + names() + ", not " + arguments[i]);
      }
      values.put(name, arguments[i + 1]);
    }
    return new Reading(values).settings();
  }

  private static Set<String> names() {
    return new TreeMap<>(USUAL).keySet();
  }

  /** The values by name. Immutable. */
  private record Reading(Map<String, String> values) {
    FarmSettings settings() {
      return new FarmSettings(
          address(text("target")),
          List.copyOf(new ArrayList<>(List.of(text("addresses").split(",")))),
          number("sockets", 1, 1000),
          number("users", 1, MOST_USERS),
          number("rate", 1, 1_000_000),
          text("domain"),
          number("expires", 1, Integer.MAX_VALUE),
          number("renew-every", 0, Integer.MAX_VALUE),
          text("password"),
          text("algorithm"),
          number("hold", 0, Integer.MAX_VALUE),
          number("window", 1, Integer.MAX_VALUE),
          text("json"));
    }

    private String text(String name) {
      String value = values.get(name);
      if (value == null) {
        throw new IllegalStateException(name);
      }
      return value;
    }

    private int number(String name, int lowest, int highest) {
      int value = Integer.parseInt(text(name));
      if (value < lowest || value > highest) {
        throw new IllegalArgumentException(
            "--" + name + ": expected " + lowest + " to " + highest + ", not " + value);
      }
      return value;
    }

    private static InetSocketAddress address(String text) {
      int colon = text.lastIndexOf(':');
      return new InetSocketAddress(
          text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
  }
}
