// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RtcpTest {
  private static final long MS = 1_000_000L;

  private final RoundTrip ofCaller = new RoundTrip();
  private final RoundTrip ofCallee = new RoundTrip();

  static byte[] senderReport(int ssrc, int middleOfNtp) {
    ByteBuffer out = ByteBuffer.allocate(28);
    out.putInt(0x80c80006).putInt(ssrc).putInt(middleOfNtp >>> 16).putInt(middleOfNtp << 16);
    return out.array();
  }

  static byte[] receiverReport(int ssrc, int of, int lastReport, int kept) {
    ByteBuffer out = ByteBuffer.allocate(32);
    out.putInt(0x81c90007).putInt(ssrc).putInt(of).putInt(0).putInt(0).putInt(0);
    return out.putInt(lastReport).putInt(kept).array();
  }

  private static void pass(byte[] rtcp, RoundTrip from, RoundTrip to, long atMs) {
    MemorySegment memory = Arena.ofAuto().allocate(rtcp.length, 8);
    memory.copyFrom(MemorySegment.ofArray(rtcp));
    assertThat(RoundTrip.isRtcp(memory, 0, rtcp.length)).isTrue();
    from.passed(memory, 0, rtcp.length, to, atMs * MS);
  }

  @Test
  void measuresTheWayToTheOneWhoReports() {
    pass(senderReport(1, 0x12345678), ofCaller, ofCallee, 1000);
    // Kept for half a second: 0x8000 of 65536.
    pass(receiverReport(2, 1, 0x12345678, 0x8000), ofCallee, ofCaller, 1540);
    assertThat(ofCallee.us()).isEqualTo(40_000);
    assertThat(ofCaller.us()).isEqualTo(-1);
  }

  @Test
  void doesNotBelieveAReportOfAnotherTime() {
    pass(senderReport(1, 0x12345678), ofCaller, ofCallee, 1000);
    pass(receiverReport(2, 1, 0x12345679, 0), ofCallee, ofCaller, 1040);
    assertThat(ofCallee.us()).isEqualTo(-1);
    // Kept for longer than it was away.
    pass(receiverReport(2, 1, 0x12345678, 0x80000), ofCallee, ofCaller, 1040);
    assertThat(ofCallee.us()).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({
    "'', false",
    "80c8, false",
    "80c8000100000000, true",
    "80c8000200000000, false",
    "80c90001aabbccdd, true",
    "8008000100000000, false",
    "00c9000100000000, false",
    "80c9ffff00000000, false"
  })
  void knowsRtcp(String hex, boolean rtcp) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    MemorySegment memory = MemorySegment.ofArray(bytes);
    assertThat(RoundTrip.isRtcp(memory, 0, bytes.length)).isEqualTo(rtcp);
  }

  @ParameterizedTest
  @CsvSource({
    "80080001000000a000000001, true",
    "80080001000000a0000000, false",
    "40080001000000a000000001, false",
    "81080001000000a000000001, false",
    "81080001000000a00000000100000002, true",
    "90080001000000a000000001, false",
    "90080001000000a000000001beef0001, false",
    "90080001000000a000000001beef000100000000, true"
  })
  void knowsRtp(String hex, boolean rtp) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(RtpHeader.isRtp(MemorySegment.ofArray(bytes), 0, bytes.length)).isEqualTo(rtp);
  }

  // The memory ends with the packet: one step too far throws.
  @Test
  void readsNothingBeyondAnyGarbage() {
    Random random = new Random(42);
    int rtcp = 0;
    int rtp = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(100)];
      random.nextBytes(bytes);
      if (bytes.length > 3 && random.nextBoolean()) {
        bytes[0] = (byte) (0x80 | bytes[0] & 0x3f);
        bytes[1] = (byte) (200 + random.nextInt(2));
        bytes[2] = 0;
        bytes[3] = (byte) random.nextInt(24);
      }
      MemorySegment memory = MemorySegment.ofArray(bytes);
      RtpHeader.isMuxedRtcp(memory, 0, bytes.length);
      rtp += RtpHeader.isRtp(memory, 0, bytes.length) ? 1 : 0;
      if (RoundTrip.isRtcp(memory, 0, bytes.length)) {
        rtcp++;
        ofCaller.passed(memory, 0, bytes.length, ofCallee, i);
      }
    }
    assertThat(rtcp).isGreaterThan(1000);
    assertThat(rtp).isGreaterThan(1000);
  }
}
