// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts frames from the bytes of an event socket: lines {@code Name: value}, an empty line, and a
 * body when {@code Content-Length} says one. After {@link #received}, {@link #next} is called until
 * it has no more: so never more waits here than one frame and what came with its end.
 *
 * <p>Owned by the thread that reads the connection.
 */
final class EslFrameReader {
  /** A head has two or three lines; what an event tells stands in its body. */
  static final int LONGEST_HEAD = 64 << 10;

  /**
   * An event of FreeSWITCH has some kilobytes, with all the variables of a call a hundred; the
   * longest answers are lists of all calls or registrations.
   */
  static final int LONGEST_BODY = 1 << 20;

  // With this begins each greeting of an event socket, also the one that turns us away.
  private static final String OPENING = "content-";

  private byte[] buffer = new byte[4096];
  private int from;
  private int to;
  // So far no head ends before here.
  private int looked;
  private int opened;
  private @Nullable Map<String, String> head;
  private int length;
  private @Nullable String problem;

  /** Takes bytes that came. */
  void received(byte[] bytes, int at, int count) {
    for (int i = 0; i < count && opened >= 0 && opened < OPENING.length(); i++) {
      boolean fits = (bytes[at + i] | 0x20) == (OPENING.charAt(opened) | 0x20);
      opened = fits ? opened + 1 : -1;
    }
    if (buffer.length - to < count) {
      makeRoom(count);
    }
    System.arraycopy(bytes, at, buffer, to, count);
    to += count;
  }

  private void makeRoom(int count) {
    int held = to - from;
    int wanted = held + count;
    // Small again after a large frame.
    int size = wanted > buffer.length || wanted < buffer.length / 4 ? 2 * wanted : buffer.length;
    byte[] target = size == buffer.length ? buffer : new byte[Math.max(4096, size)];
    System.arraycopy(buffer, from, target, 0, held);
    buffer = target;
    looked -= from;
    from = 0;
    to = held;
  }

  /** The next whole frame, or null when it has not come yet or there is a problem. */
  @Nullable EslFrame next() {
    if (problem != null || (head == null && !readHead())) {
      return null;
    }
    Map<String, String> headers = head;
    if (headers == null || to - from < length) {
      return null;
    }
    EslFrame frame = new EslFrame(headers, Arrays.copyOfRange(buffer, from, from + length));
    from += length;
    looked = from;
    head = null;
    return frame;
  }

  /** What is wrong with what came, or null. Nothing is read any more then. */
  @Nullable String problem() {
    return problem;
  }

  /** True when the first bytes were not those of an event socket. */
  boolean isForeign() {
    return opened < 0;
  }

  private boolean readHead() {
    while (from < to && (buffer[from] == '\n' || buffer[from] == '\r')) {
      from++;
    }
    looked = Math.max(looked, from);
    int end = endOfHead();
    if ((end < 0 ? to : end) - from > LONGEST_HEAD) {
      problem = "a head longer than " + LONGEST_HEAD + " bytes";
      return false;
    }
    if (end < 0) {
      return false;
    }
    Map<String, String> headers = EslHeaderReader.read(buffer, from, end, false);
    from = looked;
    if (headers == null) {
      problem = "a line that is no header";
      return false;
    }
    head = headers;
    return readLength(headers.getOrDefault("Content-Length", "0"));
  }

  // Where the empty line begins, or -1; `looked` is behind it then.
  private int endOfHead() {
    int i = looked;
    for (; i < to; i++) {
      if (buffer[i] != '\n') {
        continue;
      }
      int after = i + 1 < to && buffer[i + 1] == '\r' ? i + 2 : i + 1;
      if (after >= to) {
        break;
      }
      if (buffer[after] == '\n') {
        looked = after + 1;
        return i + 1;
      }
    }
    looked = i;
    return -1;
  }

  private boolean readLength(String text) {
    if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > LONGEST_BODY) {
      String shown = text.length() > 20 ? text.substring(0, 20) + "..." : text;
      problem = "Content-Length: " + shown + ", which is no number up to " + LONGEST_BODY;
      return false;
    }
    length = Integer.parseInt(text);
    return true;
  }
}
