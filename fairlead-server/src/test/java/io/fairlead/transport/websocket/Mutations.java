// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Inputs made from good ones by changes that follow from a seed. Owned by the test's thread. */
final class Mutations {
  private static final byte[] TELLING = {0, 1, '\r', '\n', ' ', ':', ',', 'a', 125, 126, 127, -1};

  private final List<byte[]> good;
  private final Random random;

  Mutations(List<byte[]> good, long seed) {
    this.good = good;
    random = new Random(seed);
  }

  /** The good ones as they are, then so many changed ones. */
  void times(int count, Consumer<byte[]> check) {
    good.forEach(check);
    for (int i = 0; i < count; i++) {
      byte[] input = good.get(random.nextInt(good.size()));
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        input = change(input);
      }
      check.accept(input);
    }
  }

  private byte[] change(byte[] input) {
    int at = random.nextInt(input.length + 1);
    int to = Math.min(input.length, at + random.nextInt(8));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(input, 0, at);
    switch (random.nextInt(5)) {
      case 0 -> {}
      case 1 -> out.write(input, at, input.length - at);
      case 2 -> {
        byte[] other = good.get(random.nextInt(good.size()));
        out.write(other, 0, random.nextInt(other.length + 1));
        out.write(input, at, input.length - at);
      }
      case 3 -> out.write(input, to, input.length - to);
      default -> {
        boolean any = random.nextBoolean();
        out.write(any ? random.nextInt(256) : TELLING[random.nextInt(TELLING.length)]);
        int rest = Math.min(input.length, at + random.nextInt(2));
        out.write(input, rest, input.length - rest);
      }
    }
    return out.toByteArray();
  }
}
