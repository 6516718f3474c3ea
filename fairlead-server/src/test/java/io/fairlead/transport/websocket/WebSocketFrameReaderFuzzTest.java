// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any bytes as frames: the same is found however they are cut, and it is never too long. */
class WebSocketFrameReaderFuzzTest {
  private static final int LONGEST = 300;

  private static List<byte[]> seeds() {
    byte[] text = "OPTIONS sip:a SIP/2.0\r\n\r\n".repeat(8).getBytes(ISO_8859_1);
    return Stream.concat(
            Stream.of(
                    "810548656c6c6f8900820161",
                    "018348656c6c6f000003810000808100000000",
                    "0103486561890188000280026c6f",
                    "880203e8",
                    "817e012c",
                    "827f0000000000000001",
                    "8183010203046162638a80000000008882010203040203")
                .map(HexFormat.of()::parseHex),
            Stream.of(
                FramesSeen.message(new WebSocketFrameWriter(true), text),
                FramesSeen.message(new WebSocketFrameWriter(false), text)))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void findsTheSameHoweverItIsCut(long seed) {
    new Mutations(seeds(), seed).times(10_000, WebSocketFrameReaderFuzzTest::check);
  }

  private static void check(byte[] input) {
    for (boolean client : new boolean[] {true, false}) {
      String whole = read(input, client, input.length);
      for (int step : new int[] {1, 2, 7, 64}) {
        assertThat(read(input, client, step)).isEqualTo(whole);
      }
    }
  }

  private static String read(byte[] input, boolean client, int step) {
    FramesSeen seen = new FramesSeen();
    WebSocketFrameReader reader = new WebSocketFrameReader(seen, client, LONGEST);
    for (int at = 0; at < input.length; at += step) {
      byte[] part = new byte[Math.min(step, input.length - at) + 2];
      System.arraycopy(input, at, part, 1, part.length - 2);
      reader.received(part, 1, part.length - 1);
    }
    assertThat(seen.longest()).isLessThanOrEqualTo(LONGEST);
    return seen.all() + (reader.inMessage() ? " ..." : "");
  }
}
