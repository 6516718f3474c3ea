// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The client's half of the opening handshake (RFC 6455 §4.1, RFC 7118 §4). Immutable.
 *
 * @param host what the server is called, with its port
 * @param path where on the server
 * @param key what the server must show it has understood
 */
public record ClientHandshake(String host, String path, String key) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int KEY_BYTES = 16;

  /**
   * What comes of a response.
   *
   * @param opening ACCEPTED, INCOMPLETE, or anything else for a refusal
   * @param words for the log
   * @param consumed where the bytes behind the response begin
   */
  public record Result(UpgradeResult opening, String words, int consumed) {}

  /** A new one, with a key of its own. */
  public static ClientHandshake begin(String host, String path) {
    byte[] key = new byte[KEY_BYTES];
    RANDOM.nextBytes(key);
    return new ClientHandshake(host, path, Base64.getEncoder().encodeToString(key));
  }

  /** The request. */
  public byte[] request() {
    String text =
        "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n\r\n"
            .formatted(path, host, key);
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Judges what has arrived of the response. */
  public Result result(byte[] bytes, int from, int to) {
    int within = Math.min(to, from + HttpHead.LONGEST);
    String first = HttpHead.firstLine(bytes, from, within);
    if (first == null || first.endsWith("\r\n") && !first.startsWith("HTTP/1.1 ")) {
      return new Result(UpgradeResult.MALFORMED, "the answer is not HTTP", to);
    }
    int end = HttpHead.end(bytes, from, within);
    if (end < 0) {
      return to - from >= HttpHead.LONGEST
          ? new Result(UpgradeResult.TOO_LARGE, "the answer is too long", to)
          : new Result(UpgradeResult.INCOMPLETE, "", from);
    }
    HttpHead head = HttpHead.parse(bytes, from, end - 4);
    if (head == null) {
      return new Result(UpgradeResult.MALFORMED, "the answer is not HTTP", to);
    }
    return judge(head, to, end);
  }

  private Result judge(HttpHead head, int to, int end) {
    if (!head.firstLine().startsWith("HTTP/1.1 101")) {
      String status = head.firstLine().substring("HTTP/1.1 ".length());
      return new Result(UpgradeResult.BAD_UPGRADE, "refused: " + status, to);
    }
    boolean good =
        head.hasToken("upgrade", "websocket")
            && head.hasToken("connection", "upgrade")
            && head.header("sec-websocket-accept").equals(AcceptKey.of(key))
            && head.header("sec-websocket-extensions").isEmpty();
    if (!good) {
      return new Result(UpgradeResult.BAD_UPGRADE, "the answer is not that of RFC 6455", to);
    }
    return head.header("sec-websocket-protocol").equals("sip")
        ? new Result(UpgradeResult.ACCEPTED, "", end)
        : new Result(UpgradeResult.NOT_SIP, "the server did not agree to the subprotocol sip", to);
  }
}
