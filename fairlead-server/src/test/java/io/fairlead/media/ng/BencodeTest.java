// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.media.ng.NgValue.NgDictionary;
import io.fairlead.media.ng.NgValue.NgInteger;
import io.fairlead.media.ng.NgValue.NgList;
import io.fairlead.media.ng.NgValue.NgText;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both encodings of the ng protocol. */
class BencodeTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static NgMessage read(String datagram) {
    byte[] bytes = bytes(datagram);
    return Objects.requireNonNull(NgMessage.read(bytes, 0, bytes.length));
  }

  @Test
  void readsWhatKamailioSends() {
    NgMessage message =
        read("12_34_5 d3:sdp4:v=0\n5:flagsl13:trust-addresse3:TOSi-1e7:command5:offere");

    assertThat(message.cookie()).isEqualTo("12_34_5");
    assertThat(message.json()).isFalse();
    assertThat(message.body())
        .isEqualTo(
            new NgDictionary()
                .put("sdp", "v=0\n")
                .put("flags", NgList.of("trust-address"))
                .put("TOS", -1)
                .put("command", "offer"));
  }

  @Test
  void writesWhatItReads() {
    String datagram = "c d1:ad1:xi9223372036854775807e1:yi-5ee1:bl0:lee2:\u00e4\u00001:ze";

    NgMessage message = read(datagram);

    NgDictionary body = Objects.requireNonNull(message.body());
    assertThat(NgMessage.write("c", false, body)).isEqualTo(bytes(datagram));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e",
        "i1e",
        "le",
        "d",
        "d1:a",
        "d1:ae",
        "d1:ai1e",
        "di1e1:ae",
        "d1:ai01ee",
        "d1:ai-0ee",
        "d1:ai-ee",
        "d1:aiee",
        "d1:ai1.5ee",
        "d1:ai9223372036854775808ee",
        "d1:ai99999999999999999999999999999ee",
        "d01:a1:be",
        "d1:a5:be",
        "d1:a99999999999999999999:be",
        "d1:a-1:be",
        "d1:a1:b1:a1:ce",
        "d1:a1:bee",
        "d1:a1:be ",
      })
  void doesNotReadWhatIsWrong(String payload) {
    byte[] bytes = bytes(payload);

    assertThat(Bencode.read(bytes, 0, bytes.length)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{}}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1.5}",
        "{\"a\":01}",
        "{\"a\":true}",
        "{\"a\":null}",
        "{\"a\":1,}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":[1,]}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\u00ff\"}",
      })
  void doesNotReadJsonThatIsWrong(String payload) {
    byte[] bytes = bytes(payload);

    assertThat(NgJson.read(bytes, 0, bytes.length)).isNull();
  }

  @Test
  void answersInTheEncodingOfTheRequest() {
    NgMessage message = read("c {\"command\": \"ping\", \"flags\": [], \"n\": [1, \"\\u00e4\"]}");

    assertThat(message.json()).isTrue();
    NgDictionary body = Objects.requireNonNull(message.body());
    assertThat(body.list("n")).containsExactly(new NgInteger(1), new NgText("\u00c3\u00a4"));
    assertThat(new String(NgMessage.write("c", true, body), StandardCharsets.UTF_8))
        .isEqualTo("c {\"command\":\"ping\",\"flags\":[],\"n\":[1,\"\\u00e4\"]}");
  }

  @Test
  void nestsNoDeeperThanAllowed() {
    String deep = "d1:a" + "l".repeat(16) + "e".repeat(16) + "e";
    String deeper = "d1:a" + "l".repeat(17) + "e".repeat(17) + "e";
    String deepest = "d1:a" + "l".repeat(60_000);

    assertThat(Bencode.read(bytes(deep), 0, deep.length())).isNotNull();
    assertThat(Bencode.read(bytes(deeper), 0, deeper.length())).isNull();
    assertThat(Bencode.read(bytes(deepest), 0, deepest.length())).isNull();
  }

  @Test
  void holdsNoMoreValuesThanAllowed() {
    String many = "d1:al" + "0:".repeat(NgValue.MAX_VALUES - 2) + "ee";
    String tooMany = "d1:al" + "0:".repeat(NgValue.MAX_VALUES - 1) + "ee";

    assertThat(Bencode.read(bytes(many), 0, many.length())).isNotNull();
    assertThat(Bencode.read(bytes(tooMany), 0, tooMany.length())).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " de", "cookie", "a\tb de", "\u00e4 de"})
  void isNoMessageWithoutCookie(String datagram) {
    byte[] bytes = bytes(datagram);

    assertThat(NgMessage.read(bytes, 0, bytes.length)).isNull();
  }

  @Test
  void namesTheRequestThatCannotBeRead() {
    assertThat(read("c77 garbage")).isEqualTo(new NgMessage("c77", false, null));
  }
}
