// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fairlead.media.MediaReport.Quality;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceptionStatisticsTest {
  private static final long MS = 1_000_000L;

  private final ReceptionStatistics statistics = new ReceptionStatistics();
  private final MemorySegment memory = Arena.ofAuto().allocate(16, 8);
  private final Packet packet = new Packet();
  private final Formats formats = formats();

  private static Formats formats() {
    @Nullable String[] names = new String[128];
    names[8] = "PCMA/8000";
    names[18] = "G729/8000";
    names[63] = "RED/48000/2";
    names[13] = "CN/8000";
    names[101] = "telephone-event/8000";
    names[111] = "opus/48000/2";
    return new Formats(new BitSet(), names);
  }

  private void rtp(int ssrc, int sequence, int type, int timestamp, long atMs) {
    memory.set(ValueLayout.JAVA_BYTE, 1, (byte) type);
    memory.set(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) sequence);
    memory.set(ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN), 4, timestamp);
    memory.set(ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN), 8, ssrc);
    packet.read(memory, 0);
    statistics.rtp(packet, 172, formats, atMs * MS);
  }

  private Quality now() {
    return statistics.read(formats, -1, 1_000_000 * MS).quality();
  }

  @Test
  void isSilentBeforeTheFirstPacket() {
    assertThat(now()).isEqualTo(Quality.SILENT);
  }

  @ParameterizedTest
  @CsvSource({
    "1 2 3 4, 0, 0",
    "1 2 5 6, 2, 0",
    "1 2 4 3 5, 0, 1",
    "65534 65535 0 1, 0, 0",
    "65534 1, 2, 0",
    "1 2 2 3, 0, 0",
    "5 4 3, 0, 2",
    "1 2 30000 30001, 0, 0",
    "1 3 30000 30002, 2, 0"
  })
  void countsLossAndReordering(String sequences, long lost, long reordered) {
    int at = 0;
    for (String sequence : sequences.split(" ")) {
      rtp(1, Integer.parseInt(sequence), 8, 160 * at, 20L * at);
      at++;
    }
    assertThat(now().lost()).isEqualTo(lost);
    assertThat(now().reordered()).isEqualTo(reordered);
    assertThat(now().packets()).isEqualTo(at);
    assertThat(now().bytes()).isEqualTo(172L * at);
  }

  @Test
  void keysAndComfortNoiseNeitherNameTheCodecNorDisturbTheJitter() {
    rtp(1, 10, 8, 0, 0);
    rtp(1, 11, 8, 160, 20);
    for (int i = 0; i < 10; i++) {
      rtp(1, 12 + i, 101, 320, 40 + 20L * i);
    }
    rtp(1, 22, 8, 1920, 240);
    rtp(1, 23, 13, 0, 300);

    assertThat(now().jitterUs()).isZero();
    assertThat(now().lost()).isZero();
    assertThat(now().packets()).isEqualTo(14);
    assertThat(statistics.read(formats, -1, 0).codec()).isEqualTo("PCMA/8000");
  }

  @ParameterizedTest
  @CsvSource({
    "8, PCMA/8000",
    "8 101, PCMA/8000",
    "8 13, PCMA/8000",
    "8 63, PCMA/8000",
    "111 63 13 101 63, opus/48000/2",
    "8 101 111, opus/48000/2",
    "101 13 63, ''"
  })
  void theCodecIsTheLastThatIsNeitherKeysNorNoiseNorRedundancy(String types, String codec) {
    int at = 0;
    for (String type : types.split(" ")) {
      rtp(1, at, Integer.parseInt(type), 960 * at, 20L * at);
      at++;
    }
    assertThat(statistics.read(formats, -1, 0).codec()).isEqualTo(codec);
  }

  @Test
  void theScoreIsThatOfTheCodecWhateverCameLast() {
    for (int i = 0; i < 200; i++) {
      rtp(1, i, 18, 160 * i, 20L * i);
    }
    double before = now().mos();
    rtp(1, 200, 101, 32_000, 4000);
    rtp(1, 201, 13, 32_160, 4020);
    assertThat(now().mos()).isEqualTo(before).isLessThan(4.2);
  }

  @Test
  void redundantPacketsTellTheJitter() {
    for (int i = 0; i < 500; i++) {
      rtp(1, i, 63, 960 * i, 20L * i + (i % 2) * 10L);
    }
    assertThat(now().jitterUs()).isBetween(9_800L, 10_000L);
  }

  @Test
  void anotherSourceLosesNothing() {
    rtp(1, 10, 8, 0, 0);
    rtp(1, 12, 8, 320, 40);
    rtp(2, 7000, 8, 0, 60);
    rtp(2, 7001, 8, 160, 80);
    assertThat(now().lost()).isEqualTo(1);
  }

  @Test
  void whatTheKernelForwardedIsNoLoss() {
    rtp(1, 10, 8, 0, 0);
    statistics.forwarded(100, 17_200, 2000 * MS);
    rtp(1, 111, 8, 16_160, 2020);
    assertThat(now().lost()).isZero();
    assertThat(now().packets()).isEqualTo(102);
  }

  @Test
  void evenArrivalHasNoJitter() {
    for (int i = 0; i < 500; i++) {
      rtp(1, i, 8, 160 * i, 20L * i);
    }
    assertThat(now().jitterUs()).isZero();
    assertThat(now().mos()).isCloseTo(4.40, within(0.01));
  }

  // Every second packet 10 ms late: |D| is always 80 ticks, to which J converges (A.8).
  @Test
  void jitterConvergesToTheMeanDeviation() {
    for (int i = 0; i < 500; i++) {
      rtp(1, i, 8, 160 * i, 20L * i + (i % 2) * 10L);
    }
    assertThat(now().jitterUs()).isBetween(9_800L, 10_000L);
  }

  @Test
  void takesTheClockOfTheCodec() {
    for (int i = 0; i < 200; i++) {
      rtp(1, i, 111, 960 * i, 20L * i);
    }
    assertThat(statistics.read(formats, -1, 0).codec()).isEqualTo("opus/48000/2");
    assertThat(now().jitterUs()).isZero();
  }

  @Test
  void givesNoScoreForTooFewPackets() {
    for (int i = 0; i < 99; i++) {
      rtp(1, i, 8, 160 * i, 20L * i);
    }
    assertThat(now().mos()).isZero();
  }

  @Test
  void countsWhatIsNoRtp() {
    statistics.other(100, 5 * MS);
    statistics.drop();
    assertThat(now().packets()).isEqualTo(1);
    assertThat(now().dropped()).isEqualTo(1);
    assertThat(now().lost()).isZero();
    assertThat(statistics.read(formats, -1, 7 * MS).quality().lastNsAgo()).isEqualTo(2 * MS);
  }
}
