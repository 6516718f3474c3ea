// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EslFrameReaderTest {
  /** In a line ~ stands for the end of a line, ^ for a carriage return. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Type: auth/request~~|[Content-Type=auth/request]''",
        "Content-Type: a^~^~|[Content-Type=a]''",
        "Content-Type: a~|",
        "Content-Length: 3~~abcContent-Length: 1~~d|[Content-Length=3]'abc' [Content-Length=1]'d'",
        "Content-Length: 3~~ab|",
        "Content-Length: 0~~|[Content-Length=0]''",
        "~~^~A: b~~~~A: c~~|[A=b]'' [A=c]''",
        "A:b~~|[A=b]''",
        "A:~~|[A=]''",
        "A:  b: c ~~|[A= b: c ]''",
        "A: 1~A: 2~~|[A=1]''",
        "A: b%20c~~|[A=b%20c]''",
        "Content-Length: 5~~a~~b~|[Content-Length=5]'a~~b~'",
        "A: b~~nothing~~|[A=b]'' !a line that is no header",
        ": b~~|!a line that is no header",
        "A: b~~Content-Length: x~~|[A=b]'' !Content-Length: x, which is no number up to 1048576",
        "Content-Length:~~|!Content-Length: , which is no number up to 1048576",
        "Content-Length: +1~~|!Content-Length: +1, which is no number up to 1048576",
        "Content-Length: 1048577~~|!Content-Length: 1048577, which is no number up to 1048576",
      })
  void cutsFrames(String text, String frames) {
    byte[] bytes = text.replace('~', '\n').replace('^', '\r').getBytes(UTF_8);
    String wanted = frames == null ? "" : frames;

    for (int step = 1; step <= bytes.length; step++) {
      assertThat(FramesCut.of(bytes, step)).as("%d bytes at a time", step).isEqualTo(wanted);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Type, false",
    "content-length, false",
    "Con, false",
    "'', false",
    "HTTP/1.1, true",
    "SSH-2.0, true",
    "Contact:, true",
  })
  void knowsAGreetingByItsFirstBytes(String first, boolean foreign) {
    byte[] bytes = first.getBytes(UTF_8);
    EslFrameReader reader = new EslFrameReader();

    for (int i = 0; i < bytes.length; i++) {
      reader.received(bytes, i, 1);
    }

    assertThat(reader.isForeign()).isEqualTo(foreign);
  }

  @Test
  void boundsAHeadHoweverItComes() {
    String longest = "A: " + "x".repeat(EslFrameReader.LONGEST_HEAD - 4) + "\n";

    for (int step : new int[] {100, 1 << 20}) {
      assertThat(FramesCut.of((longest + "\n").getBytes(UTF_8), step)).startsWith("[A=xxx");
      assertThat(FramesCut.of(("B" + longest + "\n").getBytes(UTF_8), step))
          .isEqualTo("!a head longer than 65536 bytes");
      assertThat(FramesCut.of("x".repeat(100_000).getBytes(UTF_8), step))
          .isEqualTo("!a head longer than 65536 bytes");
    }
  }

  @Test
  void readsManyLargeFramesInOneStream() {
    String frame = "Content-Length: 100000\n\n" + "x".repeat(100_000);

    String cut = FramesCut.of((frame + "A: b\n\n").repeat(5).getBytes(UTF_8), 8192);

    assertThat(cut.split(" ")).hasSize(10);
  }
}
