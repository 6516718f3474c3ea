// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerHandshakeTest {
  private static final String GOOD =
      """
      GET /sip?x=1 HTTP/1.1
      Host: phone.example.com:8080
      Upgrade: websocket
      Connection: keep-alive, Upgrade
      Origin: https://phone.example.com
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Extensions: permessage-deflate
      Sec-WebSocket-Protocol: other, sip

      """
          .replace("\n", "\r\n");
  private static final WebSocketSettings STRICT =
      new WebSocketSettings(
          "/sip",
          List.of("https://a.example.com", "https://phone.example.com"),
          Duration.ofSeconds(25),
          Duration.ofSeconds(10));

  private static ServerHandshake.Answer answer(WebSocketSettings settings, String request) {
    byte[] bytes = ("xx" + request).getBytes(ISO_8859_1);
    return ServerHandshake.answer(settings, bytes, 2, bytes.length);
  }

  private static String text(ServerHandshake.Answer answer) {
    return new String(answer.response(), ISO_8859_1);
  }

  @Test
  void acceptsWhatABrowserSends() {
    ServerHandshake.Answer answer = answer(STRICT, GOOD + "\u0081");

    assertThat(answer.opening()).isEqualTo(UpgradeResult.ACCEPTED);
    assertThat(answer.consumed()).isEqualTo(2 + GOOD.length());
    assertThat(text(answer))
        .startsWith("HTTP/1.1 101 ")
        .endsWith("\r\n\r\n")
        .contains("\r\nUpgrade: websocket\r\n", "\r\nConnection: Upgrade\r\n")
        .contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
        .contains("\r\nSec-WebSocket-Protocol: sip\r\n")
        .doesNotContain("Extensions");
  }

  @Test
  void waitsForTheRest() {
    for (int length = 0; length < GOOD.length(); length++) {
      ServerHandshake.Answer answer = answer(STRICT, GOOD.substring(0, length));
      assertThat(answer.opening()).isEqualTo(UpgradeResult.INCOMPLETE);
      assertThat(answer.response()).isEmpty();
      assertThat(answer.consumed()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/sip?x=1 | /sip | ACCEPTED",
        "/sip?x=1 | http://phone.example.com:8080/sip | ACCEPTED",
        "/sip?x=1 | /other | NOT_FOUND",
        "/sip?x=1 | /sip/ | NOT_FOUND",
        "/sip?x=1 | * | NOT_FOUND",
        "GET | POST | OTHER_METHOD",
        "GET | HEAD | BAD_UPGRADE",
        "HTTP/1.1 | HTTP/1.0 | BAD_UPGRADE",
        "HTTP/1.1 | HTTP/2.0 | MALFORMED",
        "HTTP/1.1 | SIP/2.0 | MALFORMED",
        "Host: | X-Host: | MALFORMED",
        "Host: | `Host: a\r\nHost:` | MALFORMED",
        "Host: | `Host :` | MALFORMED",
        "Host: | ` Host:` | MALFORMED",
        "keep-alive | `keep\u0001alive` | MALFORMED",
        "Upgrade: websocket | Upgrade: WebSocket | ACCEPTED",
        "Upgrade: websocket | Upgrade: h2c | PAGE",
        "Connection: keep-alive, Upgrade | Connection: keep-alive | BAD_UPGRADE",
        "https://phone | https://fhone | FOREIGN_ORIGIN",
        "https://phone | HTTPS://PHONE | ACCEPTED",
        "https://phone | http://phone | FOREIGN_ORIGIN",
        "https://phone.example.com | null | FOREIGN_ORIGIN",
        "Origin | X-Origin | ACCEPTED",
        "ZQ== | ZQ= | BAD_UPGRADE",
        "ZQ== | Z!== | BAD_UPGRADE",
        "Sec-WebSocket-Key | X-Key | BAD_UPGRADE",
        "Version: 13 | Version: 8 | OTHER_VERSION",
        "Version: 13 | Version: 13, 8 | OTHER_VERSION",
        "Sec-WebSocket-Version | X-Version | OTHER_VERSION",
        "other, sip | other | NOT_SIP",
        "other, sip | SIP | NOT_SIP",
        "Sec-WebSocket-Protocol | X-Protocol | NOT_SIP",
      })
  void judgesRequests(String old, String changed, UpgradeResult expected) {
    ServerHandshake.Answer answer = answer(STRICT, GOOD.replace(old, changed));

    assertThat(answer.opening()).isEqualTo(expected);
    assertThat(text(answer)).startsWith("HTTP/1.1 " + expected.status() + " ");
    if (expected != UpgradeResult.ACCEPTED) {
      assertThat(text(answer)).containsPattern("\r\nConnection: (Upgrade, )?close\r\n");
      String body = text(answer).substring(text(answer).indexOf("\r\n\r\n") + 4);
      int length = text(answer).startsWith("HEAD") ? 0 : body.length();
      assertThat(text(answer))
          .satisfiesAnyOf(
              a -> assertThat(a).contains("Content-Length: " + length + "\r\n"),
              a -> assertThat(body).isEmpty());
    }
  }

  @Test
  void acceptsAllPathsAndOriginsByItself() {
    ServerHandshake.Answer answer =
        answer(WebSocketSettings.USUAL, GOOD.replace("/sip", "/x").replace("https:", "ftp:"));

    assertThat(answer.opening()).isEqualTo(UpgradeResult.ACCEPTED);
  }

  @Test
  void namesTheVersionItSpeaks() {
    assertThat(text(answer(STRICT, GOOD.replace("13", "7"))))
        .contains("\r\nSec-WebSocket-Version: 13\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.1"})
  void answersAPlainGet(String version) {
    String request = "GET / HTTP/" + version + "\r\nHost: a\r\n\r\n";

    assertThat(text(answer(WebSocketSettings.USUAL, request)))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("SIP over WebSocket");
    assertThat(text(answer(WebSocketSettings.USUAL, request.replace("GET", "HEAD"))))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "REGISTER sip:example.com SIP/2.0\r\n",
        "\r\n\r\n",
        "GET\r\n",
        "GET /\r\n",
        " / HTTP/1.1\r\n",
        "GET  HTTP/1.1\r\n",
        "GET / x HTTP/1.1\r\n",
        "GET / HTTP/1.1\n",
        "GET /\u00e9",
        "\u0016\u0003\u0001",
        "\u0000"
      })
  void refusesOtherProtocolsAtOnce(String begin) {
    assertThat(answer(STRICT, begin).opening()).isEqualTo(UpgradeResult.MALFORMED);
  }

  @Test
  void boundsTheHead() {
    String first = "GET /sip HTTP/1.1\r\nHost: a\r\n";
    String line = "X: " + "x".repeat(9000);

    assertThat(answer(STRICT, "GET /" + "x".repeat(9000)).opening())
        .isEqualTo(UpgradeResult.TOO_LARGE);
    assertThat(answer(STRICT, first + line).opening()).isEqualTo(UpgradeResult.TOO_LARGE);
    assertThat(answer(STRICT, first + line + "\r\n\r\n").opening())
        .isEqualTo(UpgradeResult.TOO_LARGE);
    assertThat(answer(STRICT, first + "X: y\r\n".repeat(99) + "\r\n").opening())
        .isEqualTo(UpgradeResult.PAGE);
    assertThat(answer(STRICT, first + "X: y\r\n".repeat(100) + "\r\n").opening())
        .isEqualTo(UpgradeResult.TOO_LARGE);
  }

  @Test
  void agreesWithItsOwnClient() {
    ClientHandshake client = ClientHandshake.begin("[::1]:80", "/sip");
    String request = new String(client.request(), ISO_8859_1);
    byte[] response = answer(STRICT, request).response();

    assertThat(client.result(response, 0, response.length).opening())
        .isEqualTo(UpgradeResult.ACCEPTED);
    assertThat(client.result(response, 0, response.length - 1).opening())
        .isEqualTo(UpgradeResult.INCOMPLETE);
    assertThat(ClientHandshake.begin("[::1]:80", "/sip").key()).isNotEqualTo(client.key());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "101 Switching | 403 Forbidden | BAD_UPGRADE",
        "HTTP/1.1 | HTTP/1.0 | MALFORMED",
        "HTTP/1.1 101 | SIP/2.0 200 | MALFORMED",
        "Accept: | Accept: A | BAD_UPGRADE",
        "Upgrade: websocket | Upgrade: other | BAD_UPGRADE",
        "Protocol: sip | Protocol: other | NOT_SIP",
        "Protocol: sip | Extensions: permessage-deflate | BAD_UPGRADE",
      })
  void refusesOtherAnswers(String old, String changed, UpgradeResult expected) {
    ClientHandshake client = ClientHandshake.begin("a", "/sip");
    String good = text(answer(STRICT, new String(client.request(), ISO_8859_1)));
    byte[] response = good.replace(old, changed).getBytes(ISO_8859_1);

    assertThat(client.result(response, 0, response.length).opening()).isEqualTo(expected);
  }
}
