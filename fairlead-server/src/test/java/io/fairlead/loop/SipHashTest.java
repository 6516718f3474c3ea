// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SipHashTest {
  // The key of the paper's Appendix A: the bytes 00 to 0f.
  private final SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  @Test
  void givesThePapersExample() {
    assertThat(hash.hash(counting(0, 15), 0, 15)).isEqualTo(0xa129ca6149be45e5L);
  }

  @Test
  void givesThePublishedVectorsForShortInputs() {
    assertThat(hash.hash(counting(0, 0), 0, 0)).isEqualTo(0x726fdb47dd0e0e31L);
    assertThat(hash.hash(counting(0, 1), 0, 1)).isEqualTo(0x74f839c593dc67fdL);
  }

  @Test
  void looksOnlyAtTheBytesOfTheRange() {
    byte[] inside = new byte[40];
    System.arraycopy(counting(0, 15), 0, inside, 7, 15);
    inside[6] = 99;
    inside[22] = 99;
    assertThat(hash.hash(inside, 7, 22)).isEqualTo(0xa129ca6149be45e5L);
  }

  @Test
  void dependsOnTheKey() {
    assertThat(new SipHash(1, 2).hash(counting(0, 15), 0, 15)).isNotEqualTo(0xa129ca6149be45e5L);
  }

  private static byte[] counting(int from, int to) {
    byte[] bytes = new byte[to - from];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (from + i);
    }
    return bytes;
  }
}
