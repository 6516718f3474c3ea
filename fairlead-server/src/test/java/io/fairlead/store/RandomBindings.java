// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;

/** Bindings of every kind there may be, from a seed. */
final class RandomBindings {
  private static final String[] TRANSPORTS = {"udp", "tcp", "tls", "ws", "wss", "sctp"};

  private final Random random;

  RandomBindings(Random random) {
    this.random = random;
  }

  AddressOfRecord aor() {
    return AddressOfRecord.of(text(20) + "@" + text(12));
  }

  Binding binding(long id) {
    long atMs = 1_800_000_000_000L + random.nextInt(1_000_000_000);
    return binding(id, atMs, atMs + random.nextInt(-5000, 7_200_000));
  }

  Binding binding(long id, long atMs, long expiresMs) {
    return new Binding(
        id,
        bytes(random.nextInt(80)),
        random.nextInt(1001),
        random.nextBoolean() ? Binding.NONE : bytes(random.nextInt(200)),
        new Binding.Device(instance(), random.nextInt(3), random.nextBoolean() ? "" : text(40)),
        new Binding.Renewal(random.nextLong(), random.nextInt() & 0xffffffffL, atMs, expiresMs),
        new Binding.Origin(
            text(8),
            TRANSPORTS[random.nextInt(TRANSPORTS.length)],
            remote(),
            random.nextBoolean() ? 0 : random.nextLong(),
            random.nextBoolean(),
            random.nextInt(256)),
        random.nextBoolean()
            ? Binding.Upstream.NOBODY
            : new Binding.Upstream(text(10), random.nextLong(1L << 42)));
  }

  private byte[] instance() {
    String uuid = "urn:uuid:" + new UUID(random.nextLong(), random.nextLong());
    return switch (random.nextInt(4)) {
      case 0 -> Binding.NONE;
      case 1 -> uuid.toUpperCase(java.util.Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
      case 2 -> bytes(random.nextInt(60));
      default -> uuid.getBytes(StandardCharsets.US_ASCII);
    };
  }

  private InetSocketAddress remote() {
    int port = random.nextInt(65536);
    try {
      return switch (random.nextInt(4)) {
        case 0 -> InetSocketAddress.createUnresolved("phone" + random.nextInt(9) + ".test", port);
        case 1 -> new InetSocketAddress(InetAddress.getByAddress(bytes(16)), port);
        case 2 ->
            new InetSocketAddress(
                Inet6Address.getByAddress(null, bytes(16), 1 + random.nextInt(9)), port);
        default -> new InetSocketAddress(InetAddress.getByAddress(bytes(4)), port);
      };
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private String text(int limit) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(limit); i >= 0; i--) {
      text.append(random.nextInt(50) == 0 ? 'é' : (char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
