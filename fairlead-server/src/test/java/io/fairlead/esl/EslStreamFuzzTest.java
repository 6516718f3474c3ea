// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes from an event socket: the same is found however they are cut, and it is bounded. */
class EslStreamFuzzTest {
  static Stream<byte[]> streams() {
    return Stream.of(
            EslSimulator.WELCOME + "Content-Type: command/reply\nReply-Text: +OK accepted\n\n",
            EslSimulator.RUDE,
            "Content-Length: 13\nContent-Type: text/event-json\n\n{\"a\":[\"1\"]}\n\nA: b\n\n",
            "Content-Length: 12\nContent-Type: text/event-plain\n\na: b%20c\n\nxy",
            "Content-Type: api/response\r\nContent-Length: 5\r\n\r\nfalse",
            "Content-Length: 4294967295\n\n")
        .map(text -> text.getBytes(UTF_8));
  }

  static Stream<byte[]> bodies() {
    return Stream.of(
            "{\"Event-Name\":\"HEARTBEAT\",\"n\":-1.5e3,\"_body\":\"\\u0041\\n\"}",
            "{\"a\":[\"1\",\"2\"],\"b\":true}",
            "Event-Name: HEARTBEAT\nIdle-CPU: 0.03\nX: %C3%A9%\nContent-Length: 2\n\nab",
            "a: ARRAY::1|:2\n\n",
            // What an event must not end the session by.
            "{\"Caller-Caller-ID-Name\":\"a\u0001b\"}",
            "{\"Event-Name\":\"CUSTOM\",\"Conference-Name\":\"30",
            "Event-Name: CUSTOM\nno header\n\n")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("streams")
  @FuzzTest(maxDuration = "25s")
  void cutsTheSameFramesHoweverTheyCome(byte[] input) {
    String whole = FramesCut.of(input, Math.max(1, input.length));
    for (int step : new int[] {1, 2, 7, 64}) {
      assertThat(FramesCut.of(input, step)).isEqualTo(whole);
    }
  }

  @MethodSource("bodies")
  @FuzzTest(maxDuration = "25s")
  void readsAnyBody(byte[] input) {
    for (String type : new String[] {EventReader.JSON, EventReader.PLAIN}) {
      EslEvent event = EventReader.read(new EslFrame(Map.of("Content-Type", type), input));
      if (event != null) {
        assertThat(event.headers()).hasSizeLessThanOrEqualTo(EslHeaderReader.MOST);
        assertThat(event.name() + event.subclass()).isNotNull();
        assertThat(event.number("Content-Length", 0)).isBetween(-(1L << 60), 1L << 60);
        // A character may be three bytes, so a text has at most that many of them.
        assertThat(event.body().length()).isLessThanOrEqualTo(input.length);
      }
    }
  }
}
