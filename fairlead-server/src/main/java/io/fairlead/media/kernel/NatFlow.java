// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.kernel;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * One direction of a forwarded stream: what comes from {@code source} to {@code arrival}, an
 * address of ours, leaves from {@code departure}, another one, to {@code destination}. In the
 * kernel these are two elements of maps, each with a counter.
 *
 * <p>Owned by the kernel thread.
 */
final class NatFlow {
  /** What the kernel counted at one element; bytes with the headers of IP and UDP. */
  static final class Count {
    long packets;
    long bytes;
  }

  private static final int WORD = 4;
  private static final int IPV4_WORD = 0x4500;
  private static final int IPV6_WORD = 0x6000;
  private static final int IPV4_HEADERS = 28;
  private static final int IPV6_HEADERS = 48;

  /** The translation of the destination: source, arrival. */
  final byte[] arrivalKey;

  /** To the destination. */
  final byte[] arrivalValue;

  /** The translation of the source: source, destination. */
  final byte[] departureKey;

  /** To the departure, and the first two bytes of the IP header, which have DSCP and ECN. */
  final byte[] departureValue;

  final boolean ipv4;
  final Count arrived = new Count();
  final Count left = new Count();

  /**
   * @param trafficClass DSCP and ECN of what leaves
   */
  NatFlow(
      InetSocketAddress source,
      InetSocketAddress arrival,
      InetSocketAddress departure,
      InetSocketAddress destination,
      int trafficClass) {
    ipv4 = source.getAddress() instanceof Inet4Address;
    arrivalKey = key(source, arrival);
    arrivalValue = value(destination, 0);
    departureKey = key(source, destination);
    departureValue = value(departure, WORD);
    int first = ipv4 ? IPV4_WORD | trafficClass : IPV6_WORD | trafficClass << 4;
    int at = departureValue.length - WORD;
    departureValue[at] = (byte) (first >> 8);
    departureValue[at + 1] = (byte) first;
  }

  /** Bytes of UDP payload that arrived. */
  long payload() {
    return arrived.bytes - arrived.packets * (ipv4 ? IPV4_HEADERS : IPV6_HEADERS);
  }

  // Addresses first, so that the kernel reads both at once; a port fills a word.
  private static byte[] key(InetSocketAddress from, InetSocketAddress to) {
    byte[] source = from.getAddress().getAddress();
    byte[] target = to.getAddress().getAddress();
    byte[] key = new byte[2 * (source.length + WORD)];
    System.arraycopy(source, 0, key, 0, source.length);
    System.arraycopy(target, 0, key, source.length, source.length);
    port(key, 2 * source.length, from);
    port(key, 2 * source.length + WORD, to);
    return key;
  }

  private static byte[] value(InetSocketAddress to, int more) {
    byte[] address = to.getAddress().getAddress();
    byte[] value = Arrays.copyOf(address, address.length + WORD + more);
    port(value, address.length, to);
    return value;
  }

  private static void port(byte[] into, int at, InetSocketAddress of) {
    into[at] = (byte) (of.getPort() >> 8);
    into[at + 1] = (byte) of.getPort();
  }
}
