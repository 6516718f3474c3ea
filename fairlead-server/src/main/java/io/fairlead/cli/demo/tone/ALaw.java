// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.tone;

/** ITU-T G.711 A-law, sample by sample. Immutable. */
final class ALaw {
  /** Samples in a second. */
  static final int RATE = 8000;

  private static final int SIGN = 0x80;
  private static final int EVEN_BITS = 0x55;
  private static final int LOUDEST = 4095;
  private static final short[] DECODED = new short[256];

  static {
    for (int i = 0; i < DECODED.length; i++) {
      DECODED[i] = expand(i);
    }
  }

  private ALaw() {}

  /** The code of a linear sample of 16 bits. */
  static byte encode(int sample) {
    int size = Math.min(LOUDEST, (sample >= 0 ? sample : -sample - 1) >> 3);
    // Segment 0 and 1 have the same step; each above has twice the step of the one below.
    int segment = Math.max(0, 27 - Integer.numberOfLeadingZeros(size));
    int mantissa = size >> Math.max(1, segment) & 0x0f;
    int sign = sample >= 0 ? SIGN : 0;
    return (byte) ((sign | segment << 4 | mantissa) ^ EVEN_BITS);
  }

  /** The linear sample of 16 bits, the middle of what has this code. */
  static int decode(byte code) {
    return DECODED[code & 0xff];
  }

  private static short expand(int code) {
    int plain = code ^ EVEN_BITS;
    int segment = plain >> 4 & 7;
    int mantissa = plain & 0x0f;
    int size = segment == 0 ? 2 * mantissa + 1 : (2 * mantissa + 33) << (segment - 1);
    return (short) ((plain & SIGN) != 0 ? size << 3 : -(size << 3));
  }
}
