// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A view on the bytes of a session description with an index of its lines (RFC 8866); never
 * changed. What is unknown stays as it is. Offsets are positions in {@link #bytes()}, which may be
 * those of a whole SIP message, so that {@link SessionEdit} and the message's own edits are one.
 *
 * <p>One from the parser is borrowed: valid until its next call. {@link #keep()} makes a compact
 * copy that lives on.
 *
 * <p>Owned by one loop.
 */
public final class SessionDescription {
  private static final byte[] NOTHING = new byte[0];
  private static final MediaDescription[] NO_MEDIA = {};

  byte[] bytes = NOTHING;
  int start;
  int end;

  // One line: offsets of its start, of its value and of the value's end (16 bits each), the letter
  // (8 bits) and for a= the attribute (8 bits).
  long[] lines;
  int lineCount;
  MediaDescription[] media = NO_MEDIA;
  int mediaCount;

  final NetAddress origin = new NetAddress();
  final NetAddress connection = new NetAddress();
  int originLine = -1;
  int connectionLine = -1;
  long present;
  int directionLine = -1;
  Direction direction = Direction.SENDRECV;
  @Nullable SdpProblem problem;

  SessionDescription(int lines) {
    this.lines = new long[lines];
  }

  void reset(byte[] source, int from, int to) {
    bytes = source;
    start = from;
    end = to;
    lineCount = 0;
    mediaCount = 0;
    origin.clear();
    connection.clear();
    originLine = -1;
    connectionLine = -1;
    present = 0;
    directionLine = -1;
    direction = Direction.SENDRECV;
    problem = null;
  }

  /** The bytes this view is on; holds other things outside {@link #start()} to {@link #end()}. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where it begins. */
  public int start() {
    return start;
  }

  /** Where it ends. */
  public int end() {
    return end;
  }

  /**
   * What is wrong with it first of all, or null. With a problem nothing else here is sure, and
   * whoever anchors media must leave it alone.
   */
  public @Nullable SdpProblem problem() {
    return problem;
  }

  /** How many lines there are. */
  public int lines() {
    return lineCount;
  }

  /** The letter of the i-th line, {@code m}; 0 for an empty one. */
  public char letter(int i) {
    return (char) (lines[i] >>> 8 & 0xff);
  }

  /** The attribute of the i-th line; OTHER where it is no a= line. */
  public Attribute attribute(int i) {
    return SdpParser.ATTRIBUTES[(int) (lines[i] & 0xff)];
  }

  /** Where the i-th line begins. */
  public int lineStart(int i) {
    return start + (int) (lines[i] >>> 48);
  }

  /** Behind the line break of the i-th line. */
  public int lineEnd(int i) {
    return i + 1 < lineCount ? lineStart(i + 1) : end;
  }

  /**
   * Where the value of the i-th line begins, white space skipped; of an attribute what stands
   * behind its colon.
   */
  public int valueStart(int i) {
    return start + (int) (lines[i] >>> 32 & 0xffff);
  }

  /** Where the value of the i-th line ends, white space and line break left out. */
  public int valueEnd(int i) {
    return start + (int) (lines[i] >>> 16 & 0xffff);
  }

  /** The value of the i-th line as text. */
  public String value(int i) {
    return Ascii.text(bytes, valueStart(i), valueEnd(i));
  }

  /** The o= line, or -1. */
  public int originLine() {
    return originLine;
  }

  /** The address of the o= line; not present where there is none, or none that can be read. */
  public NetAddress origin() {
    return origin;
  }

  /** The c= line of the session, or -1. */
  public int connectionLine() {
    return connectionLine;
  }

  /** The address for all media that has none of its own; may not be present. */
  public NetAddress connection() {
    return connection;
  }

  /** The direction for all media that says none of its own. */
  public Direction direction() {
    return direction;
  }

  /** The line that says it, or -1. */
  public int directionLine() {
    return directionLine;
  }

  /** How many media descriptions there are, refused ones included. */
  public int media() {
    return mediaCount;
  }

  /** The i-th media description. */
  public MediaDescription media(int i) {
    return media[i];
  }

  /** Behind the last line that is about the session as a whole. */
  public int sessionEndLine() {
    return mediaCount == 0 ? lineCount : media[0].firstLine;
  }

  /** True when such an attribute stands before the first m= line. */
  public boolean has(Attribute attribute) {
    return (present & 1L << attribute.ordinal()) != 0;
  }

  /**
   * The next line of that attribute among those of the session as a whole.
   *
   * @param line the line behind which to look; -1 at first
   * @return the index of the line, or -1
   */
  public int next(Attribute attribute, int line) {
    return has(attribute) ? next(attribute, line, sessionEndLine()) : -1;
  }

  int next(Attribute attribute, int line, int until) {
    for (int i = line + 1; i < until; i++) {
      if ((int) (lines[i] & 0xff) == attribute.ordinal() && letter(i) == 'a') {
        return i;
      }
    }
    return -1;
  }

  /** True when this one goes over the port of another by BUNDLE (RFC 9143), so its own may be 0. */
  boolean bundled(MediaDescription one) {
    int mid = one.next(Attribute.MID, one.firstLine);
    if (mid < 0) {
      return false;
    }
    for (int group = next(Attribute.GROUP, -1); group >= 0; group = next(Attribute.GROUP, group)) {
      int at = valueStart(group);
      int to = valueEnd(group);
      for (at = LineWords.next(bytes, at, to); at < to; at = LineWords.next(bytes, at, to)) {
        int until = LineWords.end(bytes, at, to);
        if (Ascii.equals(bytes, at, until, bytes, valueStart(mid), valueEnd(mid))) {
          return true;
        }
      }
    }
    return false;
  }

  /** A compact copy that outlives the parser's next call. */
  public SessionDescription keep() {
    SessionDescription copy = new SessionDescription(0);
    byte[] own = Arrays.copyOfRange(bytes, start, end);
    copy.reset(own, 0, own.length);
    copy.lines = Arrays.copyOf(lines, lineCount);
    copy.lineCount = lineCount;
    copy.origin.copy(origin, own, -start);
    copy.connection.copy(connection, own, -start);
    copy.originLine = originLine;
    copy.connectionLine = connectionLine;
    copy.present = present;
    copy.directionLine = directionLine;
    copy.direction = direction;
    copy.problem = problem;
    copy.media = new MediaDescription[mediaCount];
    copy.mediaCount = mediaCount;
    for (int i = 0; i < mediaCount; i++) {
      copy.media[i] = new MediaDescription(copy);
      copy.media[i].copy(media[i], own, -start);
    }
    return copy;
  }

  /** The whole description as text, for logs and tests. */
  @Override
  public String toString() {
    return Ascii.text(bytes, start, end);
  }
}
