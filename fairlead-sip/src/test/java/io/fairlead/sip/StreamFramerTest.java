// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sip.StreamFramer.Frame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamFramerTest {
  private static final String START = "OPTIONS sip:a@b SIP/2.0\r\n";

  /** Feeds a stream in the given pieces, as a connection does, and writes down what comes out. */
  private static List<String> frames(int max, String stream, int... cuts) {
    byte[] all = stream.getBytes(StandardCharsets.ISO_8859_1);
    StreamFramer framer = new StreamFramer(max);
    List<String> found = new ArrayList<>();
    int from = 0;
    for (int piece = 0; piece <= cuts.length; piece++) {
      int to = piece == cuts.length ? all.length : cuts[piece];
      // A fresh array with nothing behind the end: reading too far fails.
      byte[] seen = Arrays.copyOfRange(all, from, to);
      int at = 0;
      Frame frame;
      do {
        frame = framer.next(seen, at, seen.length);
        int start = at + framer.start();
        at += framer.consumed();
        if (frame == Frame.MESSAGE) {
          found.add(new String(seen, start, at - start, StandardCharsets.ISO_8859_1));
        } else if (frame != Frame.MORE) {
          found.add(frame.name());
        }
        if (frame.isError()) {
          return found;
        }
      } while (frame != Frame.MORE);
      from += at;
    }
    return found;
  }

  private static List<String> framesWithoutPongs(int max, String stream, int... cuts) {
    return frames(max, stream, cuts).stream().filter(frame -> !frame.equals("PONG")).toList();
  }

  private static String withHeaders(String headers, String body) {
    return START + headers + "\r\n" + body;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\n",
        "content-LENGTH:4\r\n",
        "l: 4\r\n",
        "L : 4\r\n",
        "Content-Length \t : \t 4 \t\r\n",
        "Content-Length:\r\n 4\r\n",
        "Content-Length: 4\r\n \r\n",
        "l:\r\n\t4\r\nTo: b\r\n",
        "Content-Length: 0004\r\n",
        "Content-Length: 4\r\nl: 4\r\n",
        "From: a\r\nContent-Length: 4\r\nTo: b\r\n",
        "Subject: x\r\n Content-Length: 9\r\nl: 4\r\n",
        "Content-Length: 4\n",
        "Content-Lengths: 9\r\nLx: 9\r\nContent-Type: a/b\r\nl:4\r\n"
      })
  void readsTheLength(String headers) {
    String one = withHeaders(headers, "body");
    assertThat(frames(65535, one + one)).containsExactly(one, one);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: -1\r\n",
        "Content-Length: x\r\n",
        "Content-Length:\r\n",
        "Content-Length: 4 4\r\n",
        "Content-Length: 4,4\r\n",
        "Content-Length: 4\r\nl: 5\r\n",
        "Content-Length: 4\r\nl: x\r\nl: 4\r\n",
        "Content-Length: 4\r\n 5\r\n",
        "Content-Length: 0x4\r\n",
        "Content-Length: \0\r\n"
      })
  void refusesALengthThatIsNone(String headers) {
    assertThat(frames(65535, withHeaders(headers, "body"))).containsExactly("BAD_LENGTH");
  }

  @Test
  void takesAMissingLengthAsNoBody() {
    String one = withHeaders("To: b\r\n", "");
    assertThat(frames(65535, one + one)).containsExactly(one, one);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: application/sdp\r\n",
        "c: application/sdp\r\n",
        "C : a/b\r\nTo: b\r\n",
        "content-TYPE:a/b\r\n",
        "Content-Encoding: gzip\r\n",
        "e: gzip\r\n",
        "Content-Disposition: session\r\n",
        "Content-Language: fr\r\n",
        "Content-Type:\r\n a/b\r\n"
      })
  void refusesABodyOfUnknownLength(String headers) {
    assertThat(frames(65535, withHeaders(headers, "body"))).containsExactly("NO_LENGTH");
    String one = withHeaders(headers + "l: 4\r\n", "body");
    String other = withHeaders("l: 4\r\n" + headers, "body");
    assertThat(frames(65535, one + other)).containsExactly(one, other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Contact: a\r\n", "Content-Typed: a\r\n", "cx: a\r\n", "Event: a\r\n"})
  void takesNoOtherHeaderForTheSignOfABody(String headers) {
    String one = withHeaders(headers, "");
    assertThat(frames(65535, one + one)).containsExactly(one, one);
  }

  @Test
  void cutsWhereTheParserSeesTheEnd() {
    Random random = new Random(26);
    SipParser parser = new SipParser();
    int whole = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = mutated(random).getBytes(StandardCharsets.ISO_8859_1);
      StreamFramer framer = new StreamFramer(65535);
      boolean cut = framer.next(bytes, 0, bytes.length) == Frame.MESSAGE;
      SipMessage m = cut ? parser.parse(bytes, framer.start(), framer.consumed()) : null;
      if (m != null && m.problem() == null) {
        whole++;
        assertThat(m.end())
            .as(new String(bytes, StandardCharsets.ISO_8859_1))
            .isEqualTo(framer.consumed());
      }
    }
    assertThat(whole).isGreaterThan(1000);
  }

  private static String mutated(Random random) {
    StringBuilder text =
        new StringBuilder(
            START
                + "Via: SIP/2.0/TCP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\n"
                + "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nl: 4\r\n\r\nbodyOPTIONS");
    String[] pieces = {
      "l: 4\r\n", "\r\n", "\n", "\r", " ", ":", "Content-Length: 4\r\n", "\0", "4"
    };
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(text.length());
      int to = Math.min(text.length(), at + random.nextInt(3));
      text.replace(at, to, pieces[random.nextInt(pieces.length)]);
    }
    return text.toString();
  }

  @Test
  void acceptsBareLineFeeds() {
    String one = "OPTIONS sip:a@b SIP/2.0\nl: 2\n\nxy";
    assertThat(frames(65535, one + one)).containsExactly(one, one);
  }

  @Test
  void lookForNoHeadersInTheStartLineAndTheBody() {
    String one = "l: 99\r\nl: 9\r\n\r\nl: 77\r\n\r\n";
    assertThat(frames(65535, one)).containsExactly(one);
  }

  @ParameterizedTest
  @CsvSource({
    "'\\r\\n\\r\\n', 1",
    "'\\r\\n', 0",
    "'\\r\\n\\r\\n\\r\\n', 1",
    "'\\r\\n\\r\\n\\r\\n\\r\\n', 2",
    "'\\n\\n\\n\\n', 0",
    "'\\r\\r\\n\\r\\n', 1",
    "'\\r\\n\\n\\r\\n\\r\\n', 1"
  })
  void answersDoubleBreaksBetweenMessagesOnly(String escaped, int pings) {
    String breaks = escaped.translateEscapes();
    String one = withHeaders("l: 4\r\n", "\r\n\r\n");
    List<String> expected = new ArrayList<>(java.util.Collections.nCopies(pings, "PING"));
    expected.add(one);
    assertThat(framesWithoutPongs(65535, breaks + one)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'\\r\\n', PONG",
    "'\\r\\n\\r\\n', PONG PING",
    "'\\r\\n\\r\\n\\r\\n', PONG PING PONG",
    "'\\n\\r\\n', PONG",
    "'\\r\\r\\n', PONG",
    "'\\n', ''",
    "'\\n\\n', ''",
    "'\\r', ''"
  })
  void tellsASingleBreakFromNoise(String escaped, String found) {
    String breaks = escaped.translateEscapes();
    String one = withHeaders("l: 4\r\n", "\r\n\r\n");
    int[] everywhere = java.util.stream.IntStream.range(0, breaks.length() + 3).toArray();
    assertThat(String.join(" ", frames(65535, breaks))).isEqualTo(found);
    assertThat(String.join(" ", frames(65535, breaks + one)))
        .isEqualTo((found + " " + one).stripLeading());
    assertThat(frames(65535, breaks + one, everywhere)).isEqualTo(frames(65535, breaks + one));
  }

  @Test
  void allowsExactlyTheLongestMessage() {
    String one = withHeaders("l: 100\r\n", "x".repeat(100));
    assertThat(frames(one.length(), one)).containsExactly(one);
    assertThat(frames(one.length() - 1, one)).containsExactly("TOO_LONG");
  }

  @Test
  void refusesAHeaderWithoutEnd() {
    assertThat(frames(1000, START + "X: " + "y".repeat(2000))).containsExactly("TOO_LONG");
    assertThat(frames(1000, START + "l: 99999999999999999999\r\n\r\n")).containsExactly("TOO_LONG");
    assertThat(frames(1000, "x".repeat(999))).isEmpty();
  }

  @Test
  void readsEveryByteOfTheHeaderOnce() {
    // A million pieces of one byte would take for ever if each began from the front.
    StreamFramer framer = new StreamFramer(65535);
    byte[] bytes = ("x".repeat(60_000) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    byte[] shown = bytes.clone();
    for (int to = 1; to < bytes.length; to++) {
      assertThat(framer.next(shown, 0, to) == Frame.MORE).isTrue();
      // What was seen is destroyed; only the line's beginning may be looked at again.
      if (to > 20) {
        shown[to - 10] = '\n';
      }
    }
    assertThat(framer.next(shown, 0, shown.length)).isEqualTo(Frame.MESSAGE);
    assertThat(framer.consumed()).isEqualTo(bytes.length);
  }

  private static final String STREAM =
      "\r\n\r\n"
          + withHeaders("Content-Length: 6\r\n", "\r\n\r\n\r\n")
          + withHeaders("To: b\r\nl :\r\n 3\r\nX: folded\r\n more\r\n", "abc")
          + "\r\n"
          + withHeaders("", "")
          + "\r\n\r\n"
          + "SIP/2.0 200 OK\nContent-Length:5\n\nhello";

  @Test
  void findsTheSameFramesAtEverySplit() {
    List<String> whole = frames(65535, STREAM);
    assertThat(whole).hasSize(9);
    for (int a = 0; a <= STREAM.length(); a++) {
      for (int b = a; b <= STREAM.length(); b += 7) {
        assertThat(frames(65535, STREAM, a, b)).as("split at %d and %d", a, b).isEqualTo(whole);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void findsTheSameFramesInRandomPieces(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      StringBuilder stream = new StringBuilder();
      for (int i = random.nextInt(4); i >= 0; i--) {
        stream.append(randomPart(random));
      }
      String text = stream.toString();
      int[] cuts = random.ints(random.nextInt(12), 0, text.length() + 1).sorted().toArray();
      int[] everywhere = java.util.stream.IntStream.range(0, text.length()).toArray();
      assertThat(frames(400, text, cuts)).isEqualTo(frames(400, text));
      assertThat(frames(400, text, everywhere)).isEqualTo(frames(400, text));
    }
  }

  private static String randomPart(Random random) {
    int body = random.nextInt(60);
    return switch (random.nextInt(7)) {
      case 0 -> "\r\n\r\n";
      case 1 -> "\n";
      case 2 -> withHeaders("l: " + (body + random.nextInt(2)) + "\r\n", "b".repeat(body));
      case 3 -> withHeaders("X: " + "y".repeat(random.nextInt(300)) + "\r\n", "");
      case 4 -> withHeaders("l:\r\n " + body + "\r\nl: " + body + "\r\n", "\n".repeat(body));
      case 5 -> withHeaders("l: " + random.nextInt(700) + "\r\n", "");
      default ->
          withHeaders(
              "Content-Length: " + body + "\r\n", "\r\n".repeat(body / 2) + "x".repeat(body % 2));
    };
  }
}
