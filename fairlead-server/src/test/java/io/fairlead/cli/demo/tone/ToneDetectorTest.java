// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.tone;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.cli.demo.tone.ToneDetector.Heard;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ToneDetectorTest {
  private final ToneDetector detector = new ToneDetector(600, 3600);

  @Test
  void codesAreThoseOfTheRecommendation() {
    assertThat(ALaw.encode(0)).isEqualTo((byte) 0xd5);
    assertThat(ALaw.encode(-1)).isEqualTo((byte) 0x55);
    assertThat(ALaw.encode(32767)).isEqualTo((byte) 0xaa);
    assertThat(ALaw.encode(-32768)).isEqualTo((byte) 0x2a);
    for (int code = 0; code < 256; code++) {
      assertThat(ALaw.encode(ALaw.decode((byte) code))).isEqualTo((byte) code);
    }
  }

  @Test
  void hearsTheToneItListensFor() {
    assertThat(heard(new ToneSource(600, 1), null)).containsExactly(Heard.OTHER);
  }

  @Test
  void takesAnotherToneForNoise() {
    assertThat(heard(new ToneSource(670, 1), null)).containsExactly(Heard.NOISE);
  }

  @Test
  void takesSilenceForNoise() {
    Set<Heard> heard = EnumSet.noneOf(Heard.class);
    byte[] silence = new byte[ToneDetector.PIECE];
    java.util.Arrays.fill(silence, ALaw.encode(0));
    heard.add(detector.take(ByteBuffer.wrap(silence)));
    assertThat(heard).containsExactly(Heard.NOISE);
  }

  @Test
  void hearsAStrangerBetweenThePackets() {
    assertThat(heard(new ToneSource(600, 1), new ToneSource(3600, 2)))
        .containsExactly(Heard.STRANGER);
  }

  private Set<Heard> heard(ToneSource source, @org.jspecify.annotations.Nullable ToneSource mixed) {
    Set<Heard> heard = EnumSet.noneOf(Heard.class);
    for (int i = 0; i < 200; i++) {
      heard.add(detector.take(source.next().position(ToneSource.HEADER)));
      if (mixed != null && i % 5 == 0) {
        heard.add(detector.take(mixed.next().position(ToneSource.HEADER)));
      }
    }
    heard.remove(Heard.NOTHING_YET);
    return heard;
  }
}
