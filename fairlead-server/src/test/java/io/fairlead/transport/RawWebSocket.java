// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/** One end of a WebSocket connection whose every byte the test says. */
final class RawWebSocket implements AutoCloseable {
  static final String UPGRADE =
      "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Origin: https://a\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n\r\n";
  private static final String MASK = "7\u00fa!=";

  private final Socket socket;

  RawWebSocket(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
  }

  static RawWebSocket to(InetSocketAddress address) throws IOException {
    return new RawWebSocket(new Socket(address.getAddress(), address.getPort()));
  }

  /** A client's frame, one character for each byte. */
  static String frame(int first, String payload) {
    int length = payload.length();
    StringBuilder frame = new StringBuilder().append((char) first);
    if (length < 126) {
      frame.append((char) (0x80 | length));
    } else {
      frame.append((char) 0xfe).append((char) (length >> 8)).append((char) (length & 0xff));
    }
    frame.append(MASK);
    for (int i = 0; i < length; i++) {
      frame.append((char) (payload.charAt(i) ^ MASK.charAt(i % 4)));
    }
    return frame.toString();
  }

  void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  /** The next HTTP head. */
  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("ended after " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** The next short frame of a server: the first byte in hex and the payload. */
  String frame() throws IOException {
    InputStream in = socket.getInputStream();
    byte[] head = in.readNBytes(2);
    byte[] payload = in.readNBytes(head[1]);
    return "%02x %s".formatted(head[0], new String(payload, ISO_8859_1));
  }

  /** All until the end. */
  String rest() throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (SocketException e) {
      return "reset: " + e.getMessage();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
