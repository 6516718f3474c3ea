// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketFrameReaderTest {
  private static final int LONGEST = 1000;

  private final FramesSeen seen = new FramesSeen();

  private WebSocketFrameReader fromClient() {
    return new WebSocketFrameReader(seen, true, LONGEST);
  }

  private WebSocketFrameReader fromServer() {
    return new WebSocketFrameReader(seen, false, LONGEST);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static void feed(WebSocketFrameReader reader, byte[] bytes, int step) {
    for (int i = 0; i < bytes.length; i += step) {
      byte[] part = Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + step));
      reader.received(part, 0, part.length);
    }
  }

  // The examples of RFC 6455 §5.7 first.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server | 81 05 48656c6c6f | message Hello",
        "client | 81 85 37fa213d 7f9f4d5158 | message Hello",
        "server | 01 03 48656c 80 02 6c6f | message Hello",
        "server | 89 05 48656c6c6f | ping Hello",
        "client | 8a 85 37fa213d 7f9f4d5158 | pong",
        "server | 82 05 48656c6c6f 81 00 | message Hello, message",
        "server | 01 02 4865 89 00 00 01 6c 8a 00 80 02 6c6f | ping, pong, message Hello",
        "server | 01 00 00 00 80 00 | message",
        "server | 88 00 | close 0",
        "server | 88 02 03e8 | close 1000",
        "server | 88 05 0bb8 c3bcc3 | violation 1007",
        "server | 88 06 0bb8 c3bcc3bc | close 3000",
        "server | 88 01 03 | violation 1002",
        "server | 88 02 03ed | violation 1002",
        "server | 88 02 03ee | violation 1002",
        "server | 88 02 03f7 | violation 1002",
        "server | 88 02 0bb7 | violation 1002",
        "server | 88 02 1388 | violation 1002",
        "server | c1 00 | violation 1002",
        "server | a1 00 | violation 1002",
        "server | 91 00 | violation 1002",
        "server | 83 00 | violation 1002",
        "server | 87 00 | violation 1002",
        "server | 8b 00 | violation 1002",
        "server | 8f 00 | violation 1002",
        "server | 80 00 | violation 1002",
        "server | 00 00 | violation 1002",
        "server | 01 01 61 81 01 62 | violation 1002",
        "server | 01 01 61 02 01 62 | violation 1002",
        "server | 09 00 | violation 1002",
        "server | 08 00 | violation 1002",
        "server | 89 7e 007e | violation 1002",
        "server | 8a 7f | violation 1002",
        "server | 81 85 37fa213d 7f9f4d5158 | violation 1002",
        "client | 81 05 48656c6c6f | violation 1002",
        "client | 88 00 | violation 1002",
        "server | 81 7e 007d | violation 1002",
        "server | 81 7f 0000000000000041 | violation 1002",
        "server | 81 7e 03e9 | violation 1009",
        "server | 81 7f 0000000000010000 | violation 1009",
        "server | 81 7f 0000000100000000 | violation 1009",
        "server | 81 7f 8000000000000000 | violation 1009",
        "server | 81 7f 00000000ffffffff | violation 1009",
        "server | 01 01 61 80 7e 03e8 | violation 1009",
        "server | 81 05 48656c6c6f 83 00 81 00 | message Hello, violation 1002",
      })
  void readsAndRefusesFrames(String from, String frames, String expected) {
    for (int step : new int[] {1000, 1, 2, 3}) {
      seen.clear();
      WebSocketFrameReader reader = from.equals("client") ? fromClient() : fromServer();
      feed(reader, hex(frames), step);
      assertThat(seen.all()).as("%d bytes at a time", step).isEqualTo(expected);
      assertThat(reader.inMessage()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 125, 126, 127, 999, 1000})
  void readsWhatTheWriterWrites(int length) {
    byte[] text = "0123456789".repeat(100).substring(0, length).getBytes(ISO_8859_1);
    for (boolean client : new boolean[] {true, false}) {
      seen.clear();
      WebSocketFrameReader reader = client ? fromClient() : fromServer();
      byte[] frame = FramesSeen.message(new WebSocketFrameWriter(client), text);
      assertThat(frame).hasSizeBetween(length + 2, length + 14);
      feed(reader, frame, 1);
      reader.received(frame, 0, frame.length);
      String one = "message " + new String(text, ISO_8859_1);
      assertThat(seen.all()).isEqualTo(length == 0 ? "message, message" : one + ", " + one);
    }
  }

  @Test
  void saysWhenItIsWithinAMessage() {
    WebSocketFrameReader reader = fromServer();
    feed(reader, hex("81"), 1);
    assertThat(reader.inMessage()).isTrue();
    feed(reader, hex("0161"), 1);
    assertThat(reader.inMessage()).isFalse();
    feed(reader, hex("010161"), 3);
    assertThat(reader.inMessage()).isTrue();
    feed(reader, hex("8900"), 2);
    assertThat(reader.inMessage()).isTrue();
    feed(reader, hex("8000"), 2);
    assertThat(reader.inMessage()).isFalse();
  }

  @Test
  void readsNothingBehindAViolation() {
    WebSocketFrameReader reader = fromServer();
    feed(reader, hex("8300"), 2);
    reader.received(hex("810161"), 0, 3);
    assertThat(seen.all()).isEqualTo("violation 1002");
  }

  @Test
  void boundsTheSumOfFragments() {
    WebSocketFrameReader reader = fromServer();
    byte[] most = new byte[4 + 999];
    System.arraycopy(hex("017e03e7"), 0, most, 0, 4);
    feed(reader, most, 1000);
    feed(reader, hex("000161"), 3);
    assertThat(seen.all()).isEmpty();
    feed(reader, hex("0000"), 2);
    feed(reader, hex("000161"), 3);
    assertThat(seen.all()).isEqualTo("violation 1009");
  }
}
