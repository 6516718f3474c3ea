// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message (RFC 3261 §7, §25.1) without copying: it finds the start line, indexes the header lines, and decodes
 * only what every proxy needs, Via, From, To, Call-ID, CSeq, Max-Forwards and Content-Length. It allocates nothing.
 *
 * <p>What breaks the grammar is a value: {@link SipMessage#problem()}. Bytes that are no SIP message at all give null.
 *
 * <p>Owned by one loop. The message returned is borrowed until the next call.
 */
public final class SipParser {
  /** Offsets are kept in 16 bits; a UDP datagram cannot be longer. */
  public static final int MAX_LENGTH = 65535;

  private static final int MAX_HEADERS = 256;
  private static final byte[] VERSION = ascii("sip/2.0");
  private static final Method[] METHODS = Method.values();
  private static final byte[][] METHOD_TEXT = new byte[METHODS.length][];

  private static final Problem BAD_REQUEST_LINE = Problem.bad("Request-Line");
  private static final Problem BAD_REQUEST_URI = Problem.bad("Request-URI");
  private static final Problem BAD_VERSION = new Problem(505, "Version Not Supported");
  private static final Problem BAD_SCHEME = new Problem(416, "Unsupported URI Scheme");
  private static final Problem BAD_STATUS_LINE = Problem.bad("Status-Line");
  private static final Problem BAD_LINE = Problem.bad("Header Line");
  private static final Problem BAD_CONTROL = Problem.bad("Control Character");
  private static final Problem NO_END = new Problem(400, "Missing Empty Line");
  private static final Problem TOO_MANY = new Problem(400, "Too Many Headers");
  private static final Problem BAD_VIA = Problem.bad("Via");
  private static final Problem BAD_FROM = Problem.bad("From");
  private static final Problem BAD_TO = Problem.bad("To");
  private static final Problem BAD_CALL_ID = Problem.bad("Call-ID");
  private static final Problem BAD_CSEQ = Problem.bad("CSeq");
  private static final Problem OTHER_METHOD = new Problem(400, "CSeq Method Differs");
  private static final Problem BAD_MAX_FORWARDS = Problem.bad("Max-Forwards");
  private static final Problem BAD_CONTENT_LENGTH = Problem.bad("Content-Length");
  private static final Problem SHORT_BODY = new Problem(400, "Content-Length Exceeds Body");
  private static final HeaderName[] REQUIRED = {
    HeaderName.VIA, HeaderName.FROM, HeaderName.TO, HeaderName.CALL_ID, HeaderName.CSEQ
  };
  private static final Problem[] MISSING = new Problem[REQUIRED.length];
  private static final HeaderName[] SINGLE = {
    HeaderName.FROM,
    HeaderName.TO,
    HeaderName.CALL_ID,
    HeaderName.CSEQ,
    HeaderName.MAX_FORWARDS,
    HeaderName.CONTENT_LENGTH
  };
  private static final Problem[] REPEATED = new Problem[SINGLE.length];
  private static final long SINGLES;
  private static final long ALL_REQUIRED;

  static {
    for (int i = 0; i < METHODS.length; i++) {
      METHOD_TEXT[i] = METHODS[i].name().getBytes(StandardCharsets.US_ASCII);
    }
    long required = 0;
    for (int i = 0; i < REQUIRED.length; i++) {
      MISSING[i] = Problem.missing(REQUIRED[i]);
      required |= 1L << REQUIRED[i].ordinal();
    }
    ALL_REQUIRED = required;
    long singles = 0;
    for (int i = 0; i < SINGLE.length; i++) {
      REPEATED[i] = Problem.repeated(SINGLE[i]);
      singles |= 1L << SINGLE[i].ordinal();
    }
    SINGLES = singles;
  }

  private final SipRequest request = new SipRequest();
  private final SipResponse response = new SipResponse();
  private final NameAddr nameAddr = new NameAddr();
  private long repeated;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads the message in the range. What lies behind the body that Content-Length announces is left out, as RFC 3261 §18.3
   * asks of datagrams.
   *
   * @return a borrowed message, or null when the first line is neither a request line nor a status line
   */
  public @Nullable SipMessage parse(byte[] bytes, int from, int to) {
    int start = from;
    while (start < to && (bytes[start] == '\r' || bytes[start] == '\n')) {
      start++;
    }
    if (to - start > MAX_LENGTH || to - start < 12) {
      return null;
    }
    int lineEnd = Ascii.lineBreak(bytes, start, to);
    int next = afterBreak(bytes, lineEnd, to);
    if (next < 0) {
      return null;
    }
    SipMessage message =
        Ascii.equalsLower(bytes, start, start + 7, VERSION) && bytes[start + 7] == ' '
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
    if (response.status < 100 || !(reason || i + 3 == lineEnd)) {
      response.problem = BAD_STATUS_LINE;
    }
    return response;
  }

  private @Nullable SipMessage requestLine(byte[] bytes, int start, int lineEnd, int to) {
    int methodTo = start;
    while (methodTo < lineEnd && Ascii.isToken(bytes[methodTo])) {
      methodTo++;
    }
    int version = lineEnd;
    while (version > start && bytes[version - 1] != ' ') {
      version--;
    }
    if (methodTo == start || methodTo == lineEnd || bytes[methodTo] != ' ' || version <= methodTo) {
      return null;
    }
    SipRequest r = request;
    r.reset(bytes, start, to);
    r.method = method(bytes, start, methodTo);
    r.methodEnd = methodTo - start;
    r.maxForwards = SipRequest.NO_MAX_FORWARDS;
    r.uriFrom = methodTo + 1 - start;
    r.uriTo = Math.max(methodTo + 1, version - 1) - start;
    if (version == lineEnd || version - 1 <= methodTo) {
      r.uriTo = r.uriFrom;
      // Only what looks like SIP is worth an answer; the rest is noise on the port.
      boolean sip = containsSip(bytes, methodTo, lineEnd);
      r.problem = BAD_REQUEST_LINE;
      return sip ? r : null;
    }
    r.problem = uriProblem(r, version, lineEnd);
    return r;
  }

  private static boolean containsSip(byte[] bytes, int from, int to) {
    for (int i = from; i + 4 <= to; i++) {
      if ((bytes[i] | 0x20) == 's' && (bytes[i + 1] | 0x20) == 'i' && (bytes[i + 2] | 0x20) == 'p') {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Problem uriProblem(SipRequest r, int version, int lineEnd) {
    byte[] bytes = r.bytes;
    if (lineEnd - version < 5 || !Ascii.equalsLower(bytes, version, version + 4, SIP_SLASH)) {
      return BAD_REQUEST_LINE;
    }
    if (!Ascii.equalsLower(bytes, version, lineEnd, VERSION)) {
      return BAD_VERSION;
    }
    int from = r.uriFrom();
    int to = r.uriTo();
    for (int i = from; i < to; i++) {
      if (bytes[i] == ' ' || bytes[i] == '\t') {
        return BAD_REQUEST_LINE;
      }
    }
    if (!r.uri.parse(bytes, from, to) || r.uri.hasHeaders()) {
      return BAD_REQUEST_URI;
    }
    return r.uri.isSip() ? null : BAD_SCHEME;
  }

  private static final byte[] SIP_SLASH = ascii("sip/");

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
      int blank = afterBreak(bytes, line, to);
      if (blank >= 0) {
        m.headersEnd = line;
        m.bodyStart = blank;
        return;
      }
      line = header(m, line, to);
      if (line < 0) {
        return;
      }
    }
    problem(m, NO_END);
    m.headersEnd = to;
    m.bodyStart = to;
  }

  private static void problem(SipMessage m, Problem problem) {
    if (m.problem == null) {
      m.problem = problem;
    }
  }

  // One header line with its folds; gives the start of the next line, or -1 to stop.
  private int header(SipMessage m, int line, int to) {
    byte[] bytes = m.bytes;
    int nameTo = line;
    while (nameTo < to && Ascii.isToken(bytes[nameTo])) {
      nameTo++;
    }
    int colon = nameTo;
    while (colon < to && Ascii.isSpace(bytes[colon])) {
      colon++;
    }
    if (nameTo == line || colon == to || bytes[colon] != ':') {
      problem(m, BAD_LINE);
      return skipBadLine(bytes, line, to);
    }
    int valueFrom = colon + 1;
    int lineEnd = valueFrom;
    int next;
    while (true) {
      lineEnd = Ascii.lineBreak(bytes, lineEnd, to);
      next = afterBreak(bytes, lineEnd, to);
      if (next < 0) {
        problem(m, lineEnd >= to || lineEnd + 1 >= to && bytes[lineEnd] == '\r' ? NO_END : BAD_CONTROL);
        return -1;
      }
      if (next == to || !Ascii.isSpace(bytes[next])) {
        break;
      }
      lineEnd = next;
    }
    return add(m, line, nameTo, valueFrom, lineEnd) ? next : -1;
  }

  // A line that is no header does not hide the Via behind it: the answer needs that.
  private static int skipBadLine(byte[] bytes, int line, int to) {
    int lineEnd = Ascii.lineBreak(bytes, line, to);
    return afterBreak(bytes, lineEnd, to);
  }

  private boolean add(SipMessage m, int line, int nameTo, int valueFrom, int lineEnd) {
    byte[] bytes = m.bytes;
    HeaderName name = HeaderName.of(bytes, line, nameTo);
    int from = Ascii.skipLws(bytes, valueFrom, lineEnd);
    int to = Ascii.trimLws(bytes, from, lineEnd);
    int i = m.headerCount;
    if (i == m.index.length) {
      if (i >= MAX_HEADERS) {
        problem(m, TOO_MANY);
        return false;
      }
      m.index = java.util.Arrays.copyOf(m.index, i * 2);
    }
    int start = m.start;
    m.index[i] =
        (long) (line - start) << 48 | (long) (from - start) << 32 | (long) (to - start) << 16 | name.ordinal();
    m.headerCount = i + 1;
    long bit = 1L << name.ordinal();
    boolean again = (m.present & bit) != 0;
    m.present |= bit;
    if (again) {
      repeated |= bit;
    } else {
      decode(m, name, i, from, to);
    }
    return true;
  }

  private void decode(SipMessage m, HeaderName name, int header, int from, int to) {
    byte[] bytes = m.bytes;
    int start = m.start;
    switch (name) {
      case VIA -> {
        if (m.via.parse(bytes, from, to)) {
          m.via.header = header;
        } else {
          m.via.clear();
          problem(m, BAD_VIA);
        }
      }
      case FROM -> {
        if (!nameAddr.parse(bytes, from, to) || nameAddr.end() != to) {
          problem(m, BAD_FROM);
        } else if (nameAddr.tagFrom() >= 0) {
          m.fromTagFrom = nameAddr.tagFrom() - start;
          m.fromTagTo = nameAddr.tagTo() - start;
        }
      }
      case TO -> {
        if (!nameAddr.parse(bytes, from, to) || nameAddr.end() != to) {
          problem(m, BAD_TO);
        } else if (nameAddr.tagFrom() >= 0) {
          m.toTagFrom = nameAddr.tagFrom() - start;
          m.toTagTo = nameAddr.tagTo() - start;
        }
      }
      case CALL_ID -> {
        m.callIdFrom = from - start;
        m.callIdTo = to - start;
        if (from == to) {
          problem(m, BAD_CALL_ID);
        }
      }
      case CSEQ -> cseq(m, from, to);
      case MAX_FORWARDS -> {
        if (m instanceof SipRequest r) {
          r.maxForwards = (int) Ascii.number(bytes, from, to, 255);
          if (r.maxForwards < 0) {
            problem(m, BAD_MAX_FORWARDS);
          }
        }
      }
      default -> {}
    }
  }

  private static void cseq(SipMessage m, int from, int to) {
    byte[] bytes = m.bytes;
    int i = from;
    while (i < to && Ascii.isDigit(bytes[i])) {
      i++;
    }
    // RFC 3261 says below 2^31; FreeSWITCH counts in 32 bits unsigned.
    m.cseq = Ascii.number(bytes, from, i, 0xffffffffL);
    int methodFrom = Ascii.skipLws(bytes, i, to);
    if (m.cseq < 0 || methodFrom == i || !Ascii.isToken(bytes, methodFrom, to)) {
      problem(m, BAD_CSEQ);
      return;
    }
    m.cseqMethod = method(bytes, methodFrom, to);
    if (m instanceof SipRequest r
        && !Ascii.equals(bytes, r.start, r.methodEnd(), bytes, methodFrom, to)) {
      problem(m, OTHER_METHOD);
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
  private @Nullable Problem repeatedSingle(SipMessage m) {
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
      if (!Ascii.equals(m.bytes, m.valueStart(a), m.valueEnd(a), m.bytes, m.valueStart(b), m.valueEnd(b))) {
        return false;
      }
    }
    return true;
  }

  private static void contentLength(SipMessage m) {
    int i = m.first(HeaderName.CONTENT_LENGTH);
    if (i < 0) {
      return;
    }
    long length = Ascii.number(m.bytes, m.valueStart(i), m.valueEnd(i), Integer.MAX_VALUE);
    if (length < 0) {
      m.problem = BAD_CONTENT_LENGTH;
    } else if (length > m.end - m.bodyStart) {
      m.problem = SHORT_BODY;
    } else {
      m.end = m.bodyStart + (int) length;
    }
  }
}
