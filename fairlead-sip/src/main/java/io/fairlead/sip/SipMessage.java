// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A view on the bytes of one message with an index of its headers (RFC 3261 §7); never changed.
 * Offsets that methods return are positions in {@link #bytes()}.
 *
 * <p>A message from the parser is borrowed: valid until the next parse. {@link #keep()} makes a
 * compact copy that lives on.
 *
 * <p>Owned by one loop.
 */
public abstract sealed class SipMessage permits SipRequest, SipResponse {
  private static final byte[] NOTHING = new byte[0];

  byte[] bytes = NOTHING;
  int start;
  int end;
  int headersEnd;
  int bodyStart;

  // One header: offset of its line, of its value, of the value's end (16 bits each), and its name.
  long[] index;
  int headerCount;
  long present;

  final Via via = new Via();
  int callIdFrom;
  int callIdTo;
  int fromUriFrom;
  int fromUriTo;
  int fromTagFrom;
  int fromTagTo;
  int toUriFrom;
  int toUriTo;
  int toTagFrom;
  int toTagTo;
  boolean toReadable;
  long cseq;
  Method cseqMethod = Method.OTHER;
  @Nullable SipProblem problem;

  SipMessage(long[] index) {
    this.index = index;
  }

  /** The bytes this view is on; holds other things outside {@link #start()} to {@link #end()}. */
  public final byte[] bytes() {
    return bytes;
  }

  /** Where the start line begins. */
  public final int start() {
    return start;
  }

  /** Behind the last byte of the body. */
  public final int end() {
    return end;
  }

  /** Where the empty line between headers and body begins. */
  public final int headersEnd() {
    return headersEnd;
  }

  /** Where the body begins. */
  public final int bodyStart() {
    return bodyStart;
  }

  /** Length in bytes, body included. */
  public final int length() {
    return end - start;
  }

  /**
   * What is wrong with it first of all, or null. With a problem the header lines that could be told
   * apart are there, {@link #via()} if {@link #hasVia()}, and nothing decoded is sure. {@link
   * Responses#write} makes the best of it.
   */
  public final @Nullable SipProblem problem() {
    return problem;
  }

  /**
   * True when the topmost Via could be read, so that a response can find its way. A Via below one
   * that could not is never taken for it.
   */
  public final boolean hasVia() {
    return via.header >= 0;
  }

  /** The topmost Via. */
  public final Via via() {
    return via;
  }

  /** How many header lines there are. */
  public final int headers() {
    return headerCount;
  }

  /** The name of the i-th header line. */
  public final HeaderName name(int i) {
    return HeaderName.of((int) (index[i] & 0xff));
  }

  /** Where the i-th header line begins. */
  public final int lineStart(int i) {
    return start + (int) (index[i] >>> 48);
  }

  /** Behind the line break of the i-th header line. */
  public final int lineEnd(int i) {
    return i + 1 < headerCount ? lineStart(i + 1) : headersEnd;
  }

  /** Where the value of the i-th header line begins, white space skipped. */
  public final int valueStart(int i) {
    return start + (int) (index[i] >>> 32 & 0xffff);
  }

  /** Where the value of the i-th header line ends, white space trimmed. */
  public final int valueEnd(int i) {
    return start + (int) (index[i] >>> 16 & 0xffff);
  }

  /** True when there is such a header. */
  public final boolean has(HeaderName name) {
    return (present & 1L << name.ordinal()) != 0;
  }

  /** The first header line of that name, or -1. */
  public final int first(HeaderName name) {
    return has(name) ? next(name, -1) : -1;
  }

  /** The next header line of that name behind the i-th, or -1. */
  public final int next(HeaderName name, int i) {
    int wanted = name.ordinal();
    for (int j = i + 1; j < headerCount; j++) {
      if ((int) (index[j] & 0xff) == wanted) {
        return j;
      }
    }
    return -1;
  }

  /** The last header line of that name, or -1. */
  public final int last(HeaderName name) {
    int found = -1;
    for (int i = first(name); i >= 0; i = next(name, i)) {
      found = i;
    }
    return found;
  }

  /**
   * The first header line with that name as text, in any case, long form; for headers that have no
   * {@link HeaderName}.
   */
  public final int first(String name) {
    byte[] lower =
        name.toLowerCase(java.util.Locale.ROOT)
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    HeaderName known = HeaderName.of(lower, 0, lower.length);
    if (known != HeaderName.OTHER) {
      return first(known);
    }
    for (int i = first(HeaderName.OTHER); i >= 0; i = next(HeaderName.OTHER, i)) {
      int from = lineStart(i);
      int to = from;
      while (Ascii.isToken(bytes[to])) {
        to++;
      }
      if (Ascii.equalsLower(bytes, from, to, lower)) {
        return i;
      }
    }
    return -1;
  }

  /** The value of the first header of that name as text, or null; for logs and cold paths. */
  public final @Nullable String value(HeaderName name) {
    int i = first(name);
    return i < 0 ? null : Ascii.text(bytes, valueStart(i), valueEnd(i));
  }

  /** Where the Call-ID begins. */
  public final int callIdFrom() {
    return start + callIdFrom;
  }

  /** Where the Call-ID ends. */
  public final int callIdTo() {
    return start + callIdTo;
  }

  /** The Call-ID as text. */
  public final String callId() {
    return Ascii.text(bytes, callIdFrom(), callIdTo());
  }

  /** Where the URI of From begins, brackets excluded; equal to its end when it was not readable. */
  public final int fromUriFrom() {
    return start + fromUriFrom;
  }

  /** Where the URI of From ends. */
  public final int fromUriTo() {
    return start + fromUriTo;
  }

  /** Where the URI of To begins, brackets excluded; equal to its end when it was not readable. */
  public final int toUriFrom() {
    return start + toUriFrom;
  }

  /** Where the URI of To ends. */
  public final int toUriTo() {
    return start + toUriTo;
  }

  /** True when From has a tag. */
  public final boolean hasFromTag() {
    return fromTagTo > fromTagFrom;
  }

  /** Where the From tag begins. */
  public final int fromTagFrom() {
    return start + fromTagFrom;
  }

  /** Where the From tag ends. */
  public final int fromTagTo() {
    return start + fromTagTo;
  }

  /** True when To has a tag: the message claims a dialog, or is an answer. */
  public final boolean hasToTag() {
    return toTagTo > toTagFrom;
  }

  /** Where the To tag begins. */
  public final int toTagFrom() {
    return start + toTagFrom;
  }

  /** Where the To tag ends. */
  public final int toTagTo() {
    return start + toTagTo;
  }

  /** The CSeq number, 32 bits unsigned. */
  public final long cseq() {
    return cseq;
  }

  /** The CSeq method. */
  public final Method cseqMethod() {
    return cseqMethod;
  }

  /** A compact copy that outlives the parser's next call. */
  public abstract SipMessage keep();

  /** The whole message as text, for logs and tests. */
  @Override
  public final String toString() {
    return Ascii.text(bytes, start, end);
  }

  final void copyTo(SipMessage copy) {
    copy.bytes = Arrays.copyOfRange(bytes, start, end);
    copy.start = 0;
    copy.end = end - start;
    copy.headersEnd = headersEnd - start;
    copy.bodyStart = bodyStart - start;
    copy.headerCount = headerCount;
    copy.present = present;
    copy.via.copy(via, copy.bytes, -start);
    copy.callIdFrom = callIdFrom;
    copy.callIdTo = callIdTo;
    copy.fromUriFrom = fromUriFrom;
    copy.fromUriTo = fromUriTo;
    copy.fromTagFrom = fromTagFrom;
    copy.fromTagTo = fromTagTo;
    copy.toUriFrom = toUriFrom;
    copy.toUriTo = toUriTo;
    copy.toTagFrom = toTagFrom;
    copy.toTagTo = toTagTo;
    copy.toReadable = toReadable;
    copy.cseq = cseq;
    copy.cseqMethod = cseqMethod;
    copy.problem = problem;
  }

  final long[] usedIndex() {
    return Arrays.copyOf(index, headerCount);
  }

  final void reset(byte[] from, int at, int to) {
    bytes = from;
    start = at;
    end = to;
    headersEnd = to;
    bodyStart = to;
    headerCount = 0;
    present = 0;
    via.clear();
    callIdFrom = 0;
    callIdTo = 0;
    fromUriFrom = 0;
    fromUriTo = 0;
    fromTagFrom = 0;
    fromTagTo = 0;
    toUriFrom = 0;
    toUriTo = 0;
    toTagFrom = 0;
    toTagTo = 0;
    toReadable = false;
    cseq = -1;
    cseqMethod = Method.OTHER;
    problem = null;
  }
}
