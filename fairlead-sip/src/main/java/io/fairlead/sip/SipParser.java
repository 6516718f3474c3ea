// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message (RFC 3261 §7, §25.1) without copying: it finds the start line, indexes the
 * header lines, and decodes only what every proxy needs, Via, From, To, Call-ID, CSeq, Max-Forwards
 * and Content-Length. It allocates nothing.
 *
 * <p>What breaks the grammar is a value: {@link SipMessage#problem()}. Bytes that are no SIP
 * message at all give null.
 *
 * <p>Owned by one loop. The message returned is borrowed until the next call.
 */
public final class SipParser {
  /** Offsets are kept in 16 bits; a UDP datagram cannot be longer. */
  public static final int MAX_LENGTH = 65535;

  private static final int USUAL_HEADERS = 64;
  private static final int MAX_HEADERS = 256;

  /** Behind the longest name known there is a colon within this many bytes. */
  private static final int MAX_NAME = 24;

  private static final ShortKeyword VERSION = ShortKeyword.of("SIP/2.0");
  private static final ShortKeyword SIP_SLASH = ShortKeyword.of("SIP/");
  private static final Method[] METHODS = Method.values();
  private static final byte[][] METHOD_TEXT = new byte[METHODS.length][];

  private static final HeaderName[] REQUIRED = {
    HeaderName.VIA, HeaderName.FROM, HeaderName.TO, HeaderName.CALL_ID, HeaderName.CSEQ
  };
  private static final SipProblem[] MISSING = new SipProblem[REQUIRED.length];
  private static final HeaderName[] SINGLE = {
    HeaderName.FROM,
    HeaderName.TO,
    HeaderName.CALL_ID,
    HeaderName.CSEQ,
    HeaderName.MAX_FORWARDS,
    HeaderName.CONTENT_LENGTH
  };
  private static final SipProblem[] REPEATED = new SipProblem[SINGLE.length];
  private static final long SINGLES;
  private static final long DECODED;
  private static final long ALL_REQUIRED;

  static {
    for (int i = 0; i < METHODS.length; i++) {
      METHOD_TEXT[i] = METHODS[i].name().getBytes(StandardCharsets.US_ASCII);
    }
    long required = 0;
    for (int i = 0; i < REQUIRED.length; i++) {
      MISSING[i] = SipProblem.missing(REQUIRED[i]);
      required |= 1L << REQUIRED[i].ordinal();
    }
    ALL_REQUIRED = required;
    long singles = 0;
    for (int i = 0; i < SINGLE.length; i++) {
      REPEATED[i] = SipProblem.repeated(SINGLE[i]);
      singles |= 1L << SINGLE[i].ordinal();
    }
    SINGLES = singles;
    DECODED = required | singles;
  }

  private final SipRequest request = new SipRequest(new long[USUAL_HEADERS]);
  private final SipResponse response = new SipResponse(new long[USUAL_HEADERS]);
  private final NameAddr nameAddr = new NameAddr();
  private long repeated;
  private long contentLength;

  /**
   * Reads the message in the range. What lies behind the body that Content-Length announces is left
   * out, as RFC 3261 §18.3 asks of datagrams.
   *
   * @return a borrowed message, or null when the first line is neither a request line nor a status
   *     line
   */
  public @Nullable SipMessage parse(byte[] bytes, int from, int to) {
    int start = from;
    while (start < to && (bytes[start] == '\r' || bytes[start] == '\n')) {
      start++;
    }
    if (to - start > MAX_LENGTH || to - start < 12) {
      return null;
    }
    int next = afterBreak(bytes, Ascii.lineBreak(bytes, start, to), to);
    if (next < 0) {
      // A control character within the line: wrong, but the line still has an end.
      next = Ascii.indexOf(bytes, start, to, '\n') + 1;
    }
    if (next == 0) {
      return null;
    }
    int lineEnd = bytes[next - 2] == '\r' ? next - 2 : next - 1;
    SipMessage message =
        VERSION.begins(bytes, start) && bytes[start + 7] == ' '
            ? statusLine(bytes, start, lineEnd, to)
            : requestLine(bytes, start, lineEnd, to);
    if (message != null) {
      headers(message, next);
      if (message.problem == null) {
        required(message);
      }
    }
    return message;
  }

  // Behind CRLF or LF at i, or -1 when something else stands there.
  private static int afterBreak(byte[] bytes, int i, int to) {
    if (i < to && bytes[i] == '\n') {
      return i + 1;
    }
    return i + 1 < to && bytes[i] == '\r' && bytes[i + 1] == '\n' ? i + 2 : -1;
  }

  private SipMessage statusLine(byte[] bytes, int start, int lineEnd, int to) {
    response.reset(bytes, start, to);
    int i = start + 8;
    response.status = (int) Ascii.number(bytes, i, Math.min(i + 3, lineEnd), 699);
    boolean reason = i + 3 < lineEnd && bytes[i + 3] == ' ';
    response.reasonFrom = Math.min(i + 4, lineEnd) - start;
    response.reasonTo = lineEnd - start;
    if (response.status < 100
        || !(reason || i + 3 == lineEnd)
        || Ascii.lineBreak(bytes, start, lineEnd) < lineEnd) {
      response.problem = SipProblem.BAD_STATUS_LINE;
    }
    return response;
  }

  private @Nullable SipMessage requestLine(byte[] bytes, int start, int lineEnd, int to) {
    int methodTo = Ascii.run(bytes, start, lineEnd, Ascii.TOKEN);
    if (methodTo == start || methodTo == lineEnd || bytes[methodTo] != ' ') {
      return null;
    }
    int version = lineEnd;
    while (bytes[version - 1] != ' ') {
      version--;
    }
    SipRequest r = request;
    r.reset(bytes, start, to);
    r.method = method(bytes, start, methodTo);
    r.methodEnd = methodTo - start;
    r.maxForwards = SipRequest.NO_MAX_FORWARDS;
    r.uriFrom = methodTo + 1 - start;
    if (version == lineEnd || version - 1 <= methodTo) {
      r.uriTo = r.uriFrom;
      r.uri.parse(bytes, r.uriFrom(), r.uriTo());
      r.problem = SipProblem.BAD_REQUEST_LINE;
      // Only what looks like SIP is worth an answer; the rest is noise on the port.
      return containsSip(bytes, methodTo, lineEnd) ? r : null;
    }
    r.uriTo = version - 1 - start;
    r.problem = uriProblem(r, version, lineEnd);
    return r;
  }

  private static boolean containsSip(byte[] bytes, int from, int to) {
    for (int i = from; i + 4 <= to; i++) {
      if ((bytes[i] | 0x20) == 's'
          && (bytes[i + 1] | 0x20) == 'i'
          && (bytes[i + 2] | 0x20) == 'p') {
        return true;
      }
    }
    return false;
  }

  private static @Nullable SipProblem uriProblem(SipRequest r, int version, int lineEnd) {
    byte[] bytes = r.bytes;
    int from = r.uriFrom();
    int to = r.uriTo();
    boolean readable = r.uri.parse(bytes, from, to);
    if (lineEnd - version < 5 || !SIP_SLASH.begins(bytes, version)) {
      return SipProblem.BAD_REQUEST_LINE;
    }
    if (!VERSION.is(bytes, version, lineEnd)) {
      return SipProblem.BAD_VERSION;
    }
    if (!readable || r.uri.hasHeaders()) {
      boolean spaces = Ascii.indexOf(bytes, from, to, ' ') >= 0;
      return spaces ? SipProblem.BAD_REQUEST_LINE : SipProblem.BAD_REQUEST_URI;
    }
    return r.uri.isSip() ? null : SipProblem.BAD_SCHEME;
  }

  private static Method method(byte[] bytes, int from, int to) {
    for (int i = 0; i < METHODS.length - 1; i++) {
      byte[] text = METHOD_TEXT[i];
      if (text.length == to - from
          && text[0] == bytes[from]
          && Ascii.equals(bytes, from, to, text, 0, text.length)) {
        return METHODS[i];
      }
    }
    return Method.OTHER;
  }

  private void headers(SipMessage m, int first) {
    byte[] bytes = m.bytes;
    int to = m.end;
    int line = first;
    repeated = 0;
    while (line < to) {
      int blank = bytes[line] <= '\r' ? afterBreak(bytes, line, to) : -1;
      if (blank >= 0) {
        m.headersEnd = line;
        m.bodyStart = blank;
        return;
      }
      line = header(m, line, to);
    }
    problem(m, SipProblem.NO_END);
  }

  private static void problem(SipMessage m, SipProblem problem) {
    if (m.problem == null) {
      m.problem = problem;
    }
  }

  // One header line; gives the start of the next line.
  private int header(SipMessage m, int line, int to) {
    byte[] bytes = m.bytes;
    int colon = Ascii.indexOf(bytes, line, Math.min(line + MAX_NAME, to), ':');
    if (colon < 0) {
      return oddHeader(m, line, to);
    }
    int name = HeaderName.ordinal(bytes, line, colon);
    int lineEnd = Ascii.lineBreak(bytes, colon + 1, to);
    if (lineEnd + 2 >= to
        || bytes[lineEnd] != '\r'
        || bytes[lineEnd + 1] != '\n'
        || Ascii.isSpace(bytes[lineEnd + 2])
        || (name == HeaderName.NONE && !Ascii.isToken(bytes, line, colon))) {
      return oddHeader(m, line, to);
    }
    add(m, name, line, colon + 1, lineEnd);
    return lineEnd + 2;
  }

  // One that has a long name or space before the colon, is folded, has NULs, ends in LF alone or is
  // broken.
  private int oddHeader(SipMessage m, int line, int to) {
    byte[] bytes = m.bytes;
    int nameTo = Ascii.run(bytes, line, to, Ascii.TOKEN);
    int colon = nameTo;
    while (colon < to && Ascii.isSpace(bytes[colon])) {
      colon++;
    }
    if (nameTo == line || colon == to || bytes[colon] != ':') {
      return badLine(m, line, nameTo, SipProblem.BAD_LINE);
    }
    int lineEnd = colon + 1;
    int next;
    boolean nuls = false;
    while (true) {
      lineEnd = Ascii.lineBreak(bytes, lineEnd, to);
      if (lineEnd < to && bytes[lineEnd] == 0) {
        nuls = true;
        lineEnd++;
        continue;
      }
      next = afterBreak(bytes, lineEnd, to);
      if (next < 0) {
        boolean cutOff = lineEnd >= to || (lineEnd == to - 1 && bytes[lineEnd] == '\r');
        return badLine(m, line, nameTo, cutOff ? SipProblem.NO_END : SipProblem.BAD_CONTROL);
      }
      if (next == to || !Ascii.isSpace(bytes[next])) {
        break;
      }
      lineEnd = next;
    }
    if (nuls && !onlyQuotedNuls(bytes, colon + 1, lineEnd)) {
      return badLine(m, line, nameTo, SipProblem.BAD_CONTROL);
    }
    add(m, HeaderName.ordinal(bytes, line, nameTo), line, colon + 1, lineEnd);
    return next;
  }

  // RFC 3261 §25.1, quoted-pair: within quotes and behind a backslash even a NUL is legal.
  private static boolean onlyQuotedNuls(byte[] bytes, int from, int to) {
    boolean quoted = false;
    for (int i = from; i < to; i++) {
      if (bytes[i] == 0) {
        return false;
      }
      if (bytes[i] == '"') {
        quoted = !quoted;
      } else if (quoted && bytes[i] == '\\') {
        i++;
      }
    }
    return true;
  }

  // A line that is no header does not hide the headers behind it: the answer needs them. But what
  // stands behind a broken
  // topmost Via is the Via of someone else.
  private static int badLine(SipMessage m, int line, int nameTo, SipProblem problem) {
    problem(m, problem);
    if (HeaderName.of(m.bytes, line, nameTo) == HeaderName.VIA) {
      m.present |= 1L << HeaderName.VIA.ordinal();
    }
    int lineFeed = Ascii.indexOf(m.bytes, nameTo, m.end, '\n');
    return lineFeed < 0 ? m.end : lineFeed + 1;
  }

  private void add(SipMessage m, int name, int line, int valueFrom, int lineEnd) {
    byte[] bytes = m.bytes;
    int i = m.headerCount;
    if (i == m.index.length) {
      if (i >= MAX_HEADERS) {
        problem(m, SipProblem.TOO_MANY);
        return;
      }
      m.index = Arrays.copyOf(m.index, i * 2);
    }
    int from = Ascii.skipLws(bytes, valueFrom, lineEnd);
    int to = Ascii.trimLws(bytes, from, lineEnd);
    int start = m.start;
    m.index[i] =
        (long) (line - start) << 48
            | (long) (from - start) << 32
            | (long) (to - start) << 16
            | name;
    m.headerCount = i + 1;
    long bit = 1L << name;
    if ((bit & DECODED) != 0) {
      if ((m.present & bit) == 0) {
        decode(m, HeaderName.of(name), i, from, to);
      } else {
        repeated |= bit;
      }
    }
    m.present |= bit;
  }

  private void decode(SipMessage m, HeaderName name, int header, int from, int to) {
    byte[] bytes = m.bytes;
    // No switch: its tables would cost more cache lines than the comparisons.
    if (name == HeaderName.VIA) {
      via(m, header, from, to);
    } else if (name == HeaderName.FROM || name == HeaderName.TO) {
      party(m, name, from, to);
    } else if (name == HeaderName.CALL_ID) {
      m.callIdFrom = from - m.start;
      m.callIdTo = to - m.start;
      if (from == to || Ascii.longRun(bytes, from, to, Ascii.CALL_ID) != to) {
        problem(m, SipProblem.BAD_CALL_ID);
      }
    } else if (name == HeaderName.CSEQ) {
      cseq(m, from, to);
    } else if (name == HeaderName.CONTENT_LENGTH) {
      contentLength = Ascii.number(bytes, from, to, Integer.MAX_VALUE);
    } else if (name == HeaderName.MAX_FORWARDS && m instanceof SipRequest r) {
      r.maxForwards = (int) Ascii.number(bytes, from, to, 255);
      if (r.maxForwards < 0) {
        problem(m, SipProblem.BAD_MAX_FORWARDS);
      }
    }
  }

  private static void via(SipMessage m, int header, int from, int to) {
    Via via = m.via;
    if (!via.parse(m.bytes, from, to) || via.isDoubtful()) {
      problem(m, SipProblem.BAD_VIA);
    }
    if (via.hasSentBy()) {
      via.header = header;
    } else {
      via.clear();
    }
  }

  // From or To.
  private void party(SipMessage m, HeaderName name, int from, int to) {
    NameAddr party = nameAddr;
    boolean isTo = name == HeaderName.TO;
    if (!party.parse(m.bytes, from, to) || party.end() != to) {
      problem(m, isTo ? SipProblem.BAD_TO : SipProblem.BAD_FROM);
      return;
    }
    int start = m.start;
    boolean tag = party.tagFrom() >= 0;
    if (isTo) {
      m.toReadable = true;
      m.toUriFrom = party.uriFrom() - start;
      m.toUriTo = party.uriTo() - start;
      m.toTagFrom = tag ? party.tagFrom() - start : 0;
      m.toTagTo = tag ? party.tagTo() - start : 0;
    } else {
      m.fromUriFrom = party.uriFrom() - start;
      m.fromUriTo = party.uriTo() - start;
      m.fromTagFrom = tag ? party.tagFrom() - start : 0;
      m.fromTagTo = tag ? party.tagTo() - start : 0;
    }
  }

  private static void cseq(SipMessage m, int from, int to) {
    byte[] bytes = m.bytes;
    int i = Ascii.digits(bytes, from, to);
    // RFC 3261 says below 2^31; FreeSWITCH counts in 32 bits unsigned.
    m.cseq = Ascii.number(bytes, from, i, 0xffffffffL);
    int methodFrom = Ascii.skipLws(bytes, i, to);
    if (m.cseq < 0 || methodFrom == i || !Ascii.isToken(bytes, methodFrom, to)) {
      problem(m, SipProblem.BAD_CSEQ);
      return;
    }
    if (!(m instanceof SipRequest r)) {
      m.cseqMethod = method(bytes, methodFrom, to);
    } else if (Ascii.equals(bytes, r.start, r.methodEnd(), bytes, methodFrom, to)) {
      m.cseqMethod = r.method;
    } else {
      m.cseqMethod = method(bytes, methodFrom, to);
      problem(m, SipProblem.OTHER_METHOD);
    }
  }

  private void required(SipMessage m) {
    if ((m.present & ALL_REQUIRED) != ALL_REQUIRED) {
      for (int i = 0; i < REQUIRED.length; i++) {
        if (!m.has(REQUIRED[i])) {
          m.problem = MISSING[i];
          return;
        }
      }
    }
    if ((repeated & SINGLES) != 0 && m.problem == null) {
      m.problem = repeatedSingle(m);
    }
    if (m.problem == null) {
      contentLength(m);
    }
  }

  // The same Content-Length twice is harmless; anything else that must be single is not.
  private @Nullable SipProblem repeatedSingle(SipMessage m) {
    for (int i = 0; i < SINGLE.length; i++) {
      HeaderName name = SINGLE[i];
      if ((repeated & 1L << name.ordinal()) != 0
          && (name != HeaderName.CONTENT_LENGTH || !sameValues(m, name))) {
        return REPEATED[i];
      }
    }
    return null;
  }

  private static boolean sameValues(SipMessage m, HeaderName name) {
    int a = m.first(name);
    for (int b = m.next(name, a); b >= 0; b = m.next(name, b)) {
      if (!Ascii.equals(
          m.bytes, m.valueStart(a), m.valueEnd(a), m.bytes, m.valueStart(b), m.valueEnd(b))) {
        return false;
      }
    }
    return true;
  }

  private void contentLength(SipMessage m) {
    if (!m.has(HeaderName.CONTENT_LENGTH)) {
      return;
    }
    if (contentLength < 0) {
      m.problem = SipProblem.BAD_CONTENT_LENGTH;
    } else if (contentLength > m.end - m.bodyStart) {
      m.problem = SipProblem.SHORT_BODY;
    } else {
      m.end = m.bodyStart + (int) contentLength;
    }
  }
}
