// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps in words what a reader finds. */
final class FramesSeen implements WebSocketFrameListener {
  private final List<String> events = new ArrayList<>();
  private boolean open = true;
  private int longest;

  /** A whole message as the writer makes it. */
  static byte[] message(WebSocketFrameWriter writer, byte[] text) {
    ByteBuffer out = ByteBuffer.allocate(text.length + 14);
    writer.message(text, 0, text.length, out);
    byte[] frame = new byte[out.position()];
    out.get(0, frame);
    return frame;
  }

  String all() {
    return String.join(", ", events);
  }

  /** Bytes of the longest message or ping. */
  int longest() {
    return longest;
  }

  void clear() {
    events.clear();
    open = true;
  }

  private void add(String what, byte[] bytes, int from, int to) {
    longest = Math.max(longest, to - from);
    String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    events.add((what + " " + text).stripTrailing());
  }

  @Override
  public void onMessage(byte[] bytes, int from, int to) {
    add("message", bytes, from, to);
  }

  @Override
  public void onPing(byte[] bytes, int from, int to) {
    add("ping", bytes, from, to);
  }

  @Override
  public void onPong() {
    events.add("pong");
  }

  @Override
  public void onClose(CloseCode code) {
    events.add("close " + code.number());
    open = false;
  }

  @Override
  public void onViolation(CloseCode code, String words) {
    events.add("violation " + code.number());
    open = false;
  }

  @Override
  public boolean open() {
    return open;
  }
}
