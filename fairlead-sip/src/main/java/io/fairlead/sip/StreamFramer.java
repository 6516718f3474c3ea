// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

/**
 * Cuts a stream into messages by Content-Length (RFC 3261 §18.3, §20.14; RFC 5626 §3.5.1). It looks
 * at each byte once, however the stream is split, and holds no bytes itself. A message without
 * Content-Length has no body, unless it says that it has one.
 *
 * <p>Call {@link #next} with all bytes not yet consumed; then drop {@link #consumed} bytes,
 * whatever the result. After MORE call again with the rest and what has arrived since; after an
 * error the stream is useless.
 *
 * <p>Owned by one loop.
 */
public final class StreamFramer {
  /** What was found. */
  public enum Frame {
    /** The message is not complete. */
    MORE,
    /** A message, from {@link #start} to {@link #consumed}. */
    MESSAGE,
    /** A double CRLF between messages, which asks for a single one back. */
    PING,
    /**
     * A single CRLF between messages: the answer to a double one, or the first half of a double
     * one, which comes as PONG and PING.
     */
    PONG,
    /** The message, or its header, is longer than allowed. */
    TOO_LONG,
    /** Content-Length is not a number, or there are two that differ. */
    BAD_LENGTH,
    /**
     * There is no Content-Length, and another header says that there is a body: nobody can tell
     * where it ends and the next message begins (RFC 3261 §20.14).
     */
    NO_LENGTH;

    /** True when the stream is useless from here on. */
    public boolean isError() {
      return switch (this) {
        case MORE, MESSAGE, PING, PONG -> false;
        case TOO_LONG, BAD_LENGTH, NO_LENGTH -> true;
      };
    }
  }

  private static final int UNKNOWN = -1;
  private static final int BAD = -2;
  private static final int NONE = -3;
  private static final String LONG_NAME = "content-length";
  // What describes a body, and its compact forms (RFC 3261 §7.3.3).
  private static final String[] OF_BODIES = {
    "content-type", "content-encoding", "content-disposition", "content-language"
  };
  private static final String COMPACT_OF_BODIES = "ce";

  private final int maxSize;
  // All offsets count from the first byte not consumed.
  private int scanned;
  private int lineStart;
  private int lengthLine = UNKNOWN;
  private int contentLength = UNKNOWN;
  private boolean saysBody;
  private int total = UNKNOWN;
  private int breaks;
  private int start;
  private int consumed;

  /**
   * @param maxSize the longest message accepted, header and body
   */
  public StreamFramer(int maxSize) {
    this.maxSize = maxSize;
  }

  /** Where the message begins, counted from {@code from}. */
  public int start() {
    return start;
  }

  /** How many bytes are done with, counted from {@code from}; the end of a message. */
  public int consumed() {
    return consumed;
  }

  /** True when part of a message has been seen. */
  public boolean inMessage() {
    return scanned > 0;
  }

  /** Looks for the next message in {@code bytes[from, to)}. */
  public Frame next(byte[] bytes, int from, int to) {
    start = 0;
    consumed = 0;
    if (scanned == 0) {
      Frame found = skipBreaks(bytes, from, to);
      if (found != Frame.MORE) {
        return found;
      }
      start = consumed;
    }
    int origin = from + start;
    if (total == UNKNOWN && !findHeaderEnd(bytes, origin, to)) {
      return contentLength == BAD
          ? Frame.BAD_LENGTH
          : scanned >= maxSize ? Frame.TOO_LONG : Frame.MORE;
    }
    if (contentLength == BAD) {
      return Frame.BAD_LENGTH;
    }
    if (contentLength == UNKNOWN && saysBody) {
      return Frame.NO_LENGTH;
    }
    if (total > maxSize) {
      return Frame.TOO_LONG;
    }
    if (to - origin < total) {
      return Frame.MORE;
    }
    consumed = start + total;
    reset();
    return Frame.MESSAGE;
  }

  // Breaks are consumed at once, so a ping may arrive in four pieces.
  private Frame skipBreaks(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && (bytes[at] == '\r' || bytes[at] == '\n')) {
      boolean expected = bytes[at] == ((breaks & 1) == 0 ? '\r' : '\n');
      breaks = expected ? breaks + 1 : bytes[at] == '\r' ? 1 : 0;
      at++;
      if (expected && (breaks & 1) == 0) {
        Frame found = breaks == 4 ? Frame.PING : Frame.PONG;
        breaks &= 3;
        consumed = at - from;
        return found;
      }
    }
    if (at < to) {
      breaks = 0;
    }
    consumed = at - from;
    return Frame.MORE;
  }

  private boolean findHeaderEnd(byte[] bytes, int origin, int to) {
    int end = Math.min(to - origin, maxSize);
    for (int at = scanned; at < end; at++) {
      if (bytes[origin + at] == '\n') {
        scanned = at + 1;
        if (endLine(bytes, origin, at)) {
          return true;
        }
        lineStart = at + 1;
      }
    }
    scanned = Math.max(scanned, end);
    return false;
  }

  // True for the empty line. A line is judged when the next one shows that it is not folded.
  private boolean endLine(byte[] bytes, int origin, int lineFeed) {
    byte first = bytes[origin + lineStart];
    if (lineStart > 0 && (first == ' ' || first == '\t')) {
      return false;
    }
    if (lengthLine != UNKNOWN) {
      accept(value(bytes, origin + lengthLine, origin + lineStart));
      lengthLine = UNKNOWN;
    }
    boolean empty = lineFeed == lineStart || (lineFeed == lineStart + 1 && first == '\r');
    if (empty) {
      long size = lineFeed + 1L + Math.max(0, contentLength);
      total = (int) Math.min(size, Integer.MAX_VALUE);
    } else if (lineStart > 0) {
      header(bytes, origin + lineStart, origin + lineFeed, origin);
    }
    return empty;
  }

  private void accept(int length) {
    contentLength = contentLength == UNKNOWN || contentLength == length ? length : BAD;
  }

  private void header(byte[] bytes, int from, int to, int origin) {
    int first = bytes[from] | 0x20;
    if (first != 'c' && first != 'l' && first != 'e') {
      return;
    }
    int length = afterName(bytes, from, to, LONG_NAME);
    if (length == NONE && first == 'l') {
      length = afterColon(bytes, from + 1, to);
    }
    if (length != NONE) {
      lengthLine = length - origin;
    } else {
      saysBody |= describesBody(bytes, from, to);
    }
  }

  private static boolean describesBody(byte[] bytes, int from, int to) {
    for (String name : OF_BODIES) {
      if (afterName(bytes, from, to, name) != NONE) {
        return true;
      }
    }
    return COMPACT_OF_BODIES.indexOf(lower(bytes[from])) >= 0
        && afterColon(bytes, from + 1, to) != NONE;
  }

  // Where the value begins when the line is that header, else NONE.
  private static int afterName(byte[] bytes, int from, int to, String name) {
    int at = from;
    while (at < to && at - from < name.length() && lower(bytes[at]) == name.charAt(at - from)) {
      at++;
    }
    return at - from < name.length() ? NONE : afterColon(bytes, at, to);
  }

  private static int afterColon(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    return at < to && bytes[at] == ':' ? at + 1 : NONE;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
  }

  /**
   * The number in a header value with white space and folds around it, capped; BAD when it is none.
   */
  private static int value(byte[] bytes, int from, int to) {
    int at = skipSpace(bytes, from, to);
    int digits = at;
    int value = 0;
    while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
      value = Math.min(value * 10 + bytes[at] - '0', 100_000_000);
      at++;
    }
    return at == digits || skipSpace(bytes, at, to) != to ? BAD : value;
  }

  private static int skipSpace(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to
        && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r' || bytes[at] == '\n')) {
      at++;
    }
    return at;
  }

  private void reset() {
    scanned = 0;
    lineStart = 0;
    lengthLine = UNKNOWN;
    contentLength = UNKNOWN;
    saysBody = false;
    total = UNKNOWN;
  }
}
