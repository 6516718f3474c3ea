// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import io.fairlead.net.IpAddresses;
import io.fairlead.net.IpLiteralParser;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.Responses;
import io.fairlead.transport.Listener;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts are of the inside: networks and names as configured, and where Fairlead itself
 * listens on other sides. Immutable.
 */
final class InsideHosts {
  private final CidrSet networks;
  private final CidrSet own;
  private final CidrSet mine;
  private final byte[][] names;
  private final byte[][] ownNames;

  InsideHosts(Collection<String> configured, List<Listener> otherSides, List<Listener> thisSide) {
    List<Cidr> inside = new ArrayList<>();
    List<byte[]> hosts = new ArrayList<>();
    for (String text : configured) {
      if (isNetwork(text)) {
        inside.add(Cidr.parse(text));
      } else {
        hosts.add(lower(text));
      }
    }
    List<Cidr> ours = new ArrayList<>();
    List<byte[]> ourNames = new ArrayList<>();
    for (Listener listener : otherSides) {
      InetAddress bound = listener.bound().getAddress();
      boolean both = thisSide.stream().anyMatch(other -> other.bound().getAddress().equals(bound));
      if (!bound.isAnyLocalAddress() && !both) {
        ours.add(Cidr.parse(Responses.textOf(bound)));
      }
      String host = host(listener.sentBy());
      boolean shared = thisSide.stream().anyMatch(other -> host(other.sentBy()).equals(host));
      InetAddress literal = shared ? null : IpAddresses.literal(host);
      if (literal != null) {
        ours.add(Cidr.parse(host));
      } else if (!shared) {
        ourNames.add(lower(host));
      }
    }
    mine =
        CidrSet.of(
            thisSide.stream()
                .flatMap(listener -> Stream.of(listener.bound().getAddress(), literal(listener)))
                .filter(address -> address != null && !address.isAnyLocalAddress())
                .map(address -> Cidr.parse(Responses.textOf(address)))
                .toList());
    networks = CidrSet.of(inside);
    own = CidrSet.of(ours);
    names = hosts.toArray(new byte[0][]);
    ownNames = ourNames.toArray(new byte[0][]);
  }

  /**
   * Refuses what is neither network nor host name.
   *
   * @throws IllegalArgumentException saying what was expected
   */
  static void check(String text) {
    if (isNetwork(text)) {
      Cidr.parse(text);
    } else if (!text.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
      throw new IllegalArgumentException(
          "`" + text + "` is neither a network such as `10.0.0.0/8` nor a host name");
    }
  }

  private static boolean isNetwork(String text) {
    return text.indexOf('/') >= 0 || text.indexOf(':') >= 0 || IpAddresses.literal(text) != null;
  }

  /** Host of a sent-by without port and brackets. */
  static String host(String sentBy) {
    if (sentBy.startsWith("[")) {
      return sentBy.substring(1, sentBy.indexOf(']'));
    }
    int colon = sentBy.indexOf(':');
    return colon < 0 ? sentBy : sentBy.substring(0, colon);
  }

  private static @Nullable InetAddress literal(Listener listener) {
    return IpAddresses.literal(host(listener.sentBy()));
  }

  private static byte[] lower(String text) {
    return text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether a host that begins so, outside brackets, can be of the inside. */
  boolean mayBegin(byte first) {
    return first >= '0' && first <= '9' || names.length > 0 || ownNames.length > 0;
  }

  /** Whether a host, IPv6 with or without brackets, is of the inside. */
  boolean contains(byte[] bytes, int from, int to) {
    return isOwn(bytes, from, to)
        || among(names, bytes, from, to)
        || inSet(networks, bytes, from, to) && !inSet(mine, bytes, from, to);
  }

  /** Whether a host is Fairlead itself, where only the inside sees it. */
  boolean isOwn(byte[] bytes, int from, int to) {
    return inSet(own, bytes, from, to) || among(ownNames, bytes, from, to);
  }

  /** Whether a host is a name of the inside, as configured: a name is nobody else's. */
  boolean isNamed(byte[] bytes, int from, int to) {
    return among(names, bytes, from, to);
  }

  private static boolean among(byte[][] names, byte[] bytes, int from, int to) {
    for (byte[] name : names) {
      if (Ascii.equalsLower(bytes, from, to, name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean inSet(CidrSet set, byte[] bytes, int from, int to) {
    if (set.isEmpty() || to <= from) {
      return false;
    }
    long v4 = ipv4(bytes, from, to);
    if (v4 >= 0) {
      return set.contains4((int) v4);
    }
    return Ascii.indexOf(bytes, from, to, ':') >= 0 && inSet6(set, bytes, from, to);
  }

  private static boolean inSet6(CidrSet set, byte[] bytes, int from, int to) {
    InetAddress address = IpLiteralParser.address(bytes, from, to);
    if (address == null) {
      return false;
    }
    byte[] raw = address.getAddress();
    ByteBuffer words = ByteBuffer.wrap(raw);
    return raw.length == 4
        ? set.contains4(words.getInt())
        : set.contains6(words.getLong(), words.getLong());
  }

  /** The bits of an IPv4 address that is the whole text; -1 when it is none. */
  static long ipv4(byte[] bytes, int from, int to) {
    long bits = 0;
    int i = from;
    for (int part = 0; part < 4; part++) {
      int digits = i;
      int value = 0;
      while (i < to && i < digits + 3 && bytes[i] >= '0' && bytes[i] <= '9') {
        value = value * 10 + bytes[i++] - '0';
      }
      if (i == digits || value > 255 || part < 3 && (i >= to || bytes[i++] != '.')) {
        return -1;
      }
      bits = bits << 8 | value;
    }
    return i == to ? bits : -1;
  }
}
