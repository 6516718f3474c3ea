// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The server's half of the opening handshake (RFC 6455 §4.2, RFC 7118 §4), and the answer to any
 * other HTTP request, after which the connection ends.
 *
 * <p>Immutable.
 */
public final class ServerHandshake {
  private static final String GET = "GET";
  private static final String HEAD = "HEAD";
  private static final byte[] NOTHING = {};
  private static final int KEY_LENGTH = 24;

  /**
   * What comes of a request.
   *
   * @param opening how it ends
   * @param response what to send, nothing when it is incomplete
   * @param consumed where the bytes behind the request begin
   */
  public record Answer(UpgradeResult opening, byte[] response, int consumed) {}

  private ServerHandshake() {}

  /** Answers what has arrived so far. */
  public static Answer answer(WebSocketSettings settings, byte[] bytes, int from, int to) {
    int within = Math.min(to, from + HttpHead.LONGEST);
    String first = HttpHead.firstLine(bytes, from, within);
    if (first == null || first.endsWith("\r\n") && !isRequestLine(first.strip())) {
      return refuse(UpgradeResult.MALFORMED, false, to);
    }
    int end = HttpHead.end(bytes, from, within);
    if (end < 0) {
      return to - from >= HttpHead.LONGEST
          ? refuse(UpgradeResult.TOO_LARGE, false, to)
          : new Answer(UpgradeResult.INCOMPLETE, NOTHING, from);
    }
    HttpHead head = HttpHead.parse(bytes, from, end - 4);
    if (head == null) {
      return refuse(UpgradeResult.MALFORMED, false, to);
    }
    UpgradeResult opening = judge(head, settings);
    return opening == UpgradeResult.ACCEPTED
        ? new Answer(opening, accept(head.header("sec-websocket-key")), end)
        : refuse(opening, head.firstLine().startsWith(HEAD), to);
  }

  private static boolean isRequestLine(String line) {
    String[] part = line.split(" ", -1);
    return part.length == 3
        && !part[0].isEmpty()
        && !part[1].isEmpty()
        && (part[2].equals("HTTP/1.1") || part[2].equals("HTTP/1.0"));
  }

  private static UpgradeResult judge(HttpHead head, WebSocketSettings settings) {
    String[] part = head.firstLine().split(" ", -1);
    boolean newer = part[2].equals("HTTP/1.1");
    if (head.count() > HttpHead.MOST_HEADERS) {
      return UpgradeResult.TOO_LARGE;
    }
    if (!part[0].equals(GET) && !part[0].equals(HEAD)) {
      return UpgradeResult.OTHER_METHOD;
    }
    if (newer && (head.header("host").isEmpty() || head.header("host").contains(","))) {
      return UpgradeResult.MALFORMED;
    }
    if (!settings.path().equals("/") && !path(part[1]).equals(settings.path())) {
      return UpgradeResult.NOT_FOUND;
    }
    if (!head.hasToken("upgrade", "websocket")) {
      return UpgradeResult.PAGE;
    }
    return newer && part[0].equals(GET) ? upgrade(head, settings) : UpgradeResult.BAD_UPGRADE;
  }

  private static UpgradeResult upgrade(HttpHead head, WebSocketSettings settings) {
    // A program that is no browser need not say where it comes from, and could say anything.
    String origin = head.header("origin");
    if (!origin.isEmpty()
        && !settings.origins().isEmpty()
        && !isOneOf(settings.origins(), origin)) {
      return UpgradeResult.FOREIGN_ORIGIN;
    }
    if (!head.hasToken("connection", "upgrade") || !isKey(head.header("sec-websocket-key"))) {
      return UpgradeResult.BAD_UPGRADE;
    }
    if (!head.header("sec-websocket-version").equals("13")) {
      return UpgradeResult.OTHER_VERSION;
    }
    return head.hasWord("sec-websocket-protocol", "sip")
        ? UpgradeResult.ACCEPTED
        : UpgradeResult.NOT_SIP;
  }

  private static boolean isOneOf(List<String> origins, String origin) {
    return origins.stream().anyMatch(origin::equalsIgnoreCase);
  }

  // Without the query; the absolute form of RFC 9112 §3.2.2 is accepted too.
  private static String path(String target) {
    String path = target;
    if (target.toLowerCase(Locale.ROOT).startsWith("http")) {
      int slash = target.indexOf('/', target.indexOf("://") + 3);
      path = slash < 0 ? "/" : target.substring(slash);
    }
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }

  // Sixteen bytes in Base64.
  private static boolean isKey(String key) {
    if (key.length() != KEY_LENGTH || !key.endsWith("==")) {
      return false;
    }
    for (int i = 0; i < KEY_LENGTH - 2; i++) {
      char c = key.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!letter && !(c >= '0' && c <= '9') && c != '+' && c != '/') {
        return false;
      }
    }
    return true;
  }

  private static byte[] accept(String key) {
    return ascii(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + AcceptKey.of(key)
            + "\r\nSec-WebSocket-Protocol: sip\r\n\r\n");
  }

  private static Answer refuse(UpgradeResult opening, boolean headOnly, int consumed) {
    String more =
        switch (opening) {
          case OTHER_METHOD -> "Allow: GET, HEAD\r\n";
          case OTHER_VERSION -> "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
          case INCOMPLETE, ACCEPTED, PAGE, MALFORMED, BAD_UPGRADE, NOT_SIP -> "";
          case FOREIGN_ORIGIN, NOT_FOUND, TOO_LARGE -> "";
        };
    String text = opening.text() + "\n";
    String connection = opening == UpgradeResult.OTHER_VERSION ? "Upgrade, close" : "close";
    String response =
        "HTTP/1.1 %d %s\r\nConnection: %s\r\n%sCache-Control: no-store\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(
                opening.status(),
                opening.reason(),
                connection,
                more,
                text.length(),
                headOnly ? "" : text);
    return new Answer(opening, ascii(response), consumed);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
