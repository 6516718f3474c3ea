// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any bytes as an opening handshake: one judgement, wherever they stand and however they come. */
class HandshakeFuzzTest {
  private static final ClientHandshake CLIENT =
      new ClientHandshake("a", "/", "dGhlIHNhbXBsZSBub25jZQ==");

  private static List<byte[]> seeds() {
    byte[] request = CLIENT.request();
    byte[] response =
        ServerHandshake.answer(WebSocketSettings.USUAL, request, 0, request.length).response();
    return Stream.concat(
            Stream.of(request, response),
            Stream.of(
                    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                    "HEAD http://a HTTP/1.0\r\n\r\n",
                    "GET http:/ HTTP/1.1\r\nHost: a\r\nUpgrade: ,,\r\n\r\n",
                    "REGISTER sip:a SIP/2.0\r\n",
                    "HTTP/1.1 404 Not Found\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost\r\n\r\n",
                    "\r\n\r\n")
                .map(text -> text.getBytes(ISO_8859_1)))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void judgesRequests(long seed) {
    new Mutations(seeds(), seed).times(2_000, HandshakeFuzzTest::checkRequest);
  }

  private static void checkRequest(byte[] input) {
    WebSocketSettings settings = WebSocketSettings.USUAL;
    ServerHandshake.Answer whole = ServerHandshake.answer(settings, input, 0, input.length);
    byte[] inside = inside(input);
    ServerHandshake.Answer moved = ServerHandshake.answer(settings, inside, 3, 3 + input.length);
    assertThat(moved.opening()).isEqualTo(whole.opening());
    assertThat(moved.consumed()).isEqualTo(whole.consumed() + 3).isBetween(3, 3 + input.length);
    assertThat(moved.response()).isEqualTo(whole.response());
    boolean incomplete = whole.opening() == UpgradeResult.INCOMPLETE;
    assertThat(whole.response().length == 0).isEqualTo(incomplete);
    ServerHandshake.Answer first = whole;
    for (int to = 0; to <= input.length; to++) {
      first = ServerHandshake.answer(settings, input, 0, to);
      if (first.opening() != UpgradeResult.INCOMPLETE) {
        break;
      }
    }
    assertThat(first.opening()).isEqualTo(whole.opening());
    assertThat(first.response()).isEqualTo(whole.response());
    if (first.opening() == UpgradeResult.ACCEPTED) {
      assertThat(first.consumed()).isEqualTo(whole.consumed());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void judgesResponses(long seed) {
    new Mutations(seeds(), seed).times(5_000, HandshakeFuzzTest::checkResponse);
  }

  private static void checkResponse(byte[] input) {
    ClientHandshake.Result whole = CLIENT.result(input, 0, input.length);
    ClientHandshake.Result moved = CLIENT.result(inside(input), 3, 3 + input.length);
    assertThat(moved.opening()).isEqualTo(whole.opening());
    assertThat(moved.consumed()).isEqualTo(whole.consumed() + 3).isBetween(3, 3 + input.length);
    assertThat(moved.words()).isEqualTo(whole.words()).doesNotContain("\n", "\r");
  }

  private static byte[] inside(byte[] input) {
    byte[] all = new byte[input.length + 7];
    Arrays.fill(all, (byte) '\n');
    System.arraycopy(input, 0, all, 3, input.length);
    return all;
  }
}
