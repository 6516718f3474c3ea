// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a session description (RFC 8866 §9) without copying: it indexes the lines and decodes what
 * says where media goes. Lenient where devices are: line feeds alone, missing s= and t=, white
 * space behind a colon or at the end of a line, empty lines, any order of lines. What would let two
 * readers understand different addresses or ports is a {@link SessionDescription#problem()}.
 *
 * <p>It allocates only while its buffers grow.
 *
 * <p>Owned by one loop. The description returned is borrowed until the next call.
 */
public final class SdpParser {
  /** Offsets are kept in 16 bits. */
  public static final int MAX_LENGTH = 65535;

  /** A browser's offer with ten videos has some 900; each costs memory for every reader behind. */
  public static final int MAX_LINES = 2048;

  /** A conference with each member's picture beside it stays below; each may cost two ports. */
  public static final int MAX_MEDIA = 64;

  static final Attribute[] ATTRIBUTES = Attribute.values();

  private static final int USUAL_LINES = 64;

  private final SessionDescription session = new SessionDescription(USUAL_LINES);
  private @Nullable MediaDescription current;

  /** Reads the description in the range; the answer may have a problem, but is never null. */
  public SessionDescription parse(byte[] bytes, int from, int to) {
    session.reset(bytes, from, to);
    current = null;
    if (to - from > MAX_LENGTH) {
      session.problem = SdpProblem.TOO_LONG;
      return session;
    }
    int at = from;
    while (at < to && session.problem == null) {
      int feed = Ascii.indexOf(bytes, at, to, '\n');
      int next = feed < 0 ? to : feed + 1;
      int end = feed < 0 ? to : feed;
      if (end > at && bytes[end - 1] == '\r') {
        end--;
      }
      line(at, end);
      at = next;
    }
    if (session.problem == null) {
      whole();
    }
    return session;
  }

  private void problem(String reason) {
    if (session.problem == null) {
      session.problem = new SdpProblem(reason, session.lineCount);
    }
  }

  private void line(int from, int end) {
    SessionDescription s = session;
    if (s.lineCount == MAX_LINES) {
      s.problem = SdpProblem.TOO_MANY_LINES;
      return;
    }
    byte[] bytes = s.bytes;
    int to = trimmed(bytes, from, end);
    if (to == from) {
      add(from, from, from, 0, Attribute.OTHER);
      return;
    }
    byte letter = bytes[from];
    boolean small = letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z';
    if (!small || to - from < 2 || bytes[from + 1] != '=' || controls(bytes, from, to)) {
      s.lineCount++;
      problem("no `letter=value`");
      return;
    }
    int value = Ascii.skipLws(bytes, from + 2, to);
    switch (letter) {
      case 'a' -> attribute(from, value, to);
      case 'm' -> media(from, value, to);
      case 'c' -> connection(from, value, to);
      case 'o' -> origin(from, value, to);
      case 'v' -> version(from, value, to);
      default -> add(from, value, to, letter, Attribute.OTHER);
    }
  }

  // A carriage return or NUL within a line is a line end for some readers and none for others.
  private static boolean controls(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\r' || bytes[i] == 0) {
        return true;
      }
    }
    return false;
  }

  private static int trimmed(byte[] bytes, int from, int end) {
    int to = end;
    while (to > from && (bytes[to - 1] == ' ' || bytes[to - 1] == '\t')) {
      to--;
    }
    return to;
  }

  private int add(int from, int value, int to, int letter, Attribute attribute) {
    SessionDescription s = session;
    if (s.lineCount == s.lines.length) {
      s.lines = Arrays.copyOf(s.lines, s.lineCount * 2);
    }
    s.lines[s.lineCount] =
        (long) (from - s.start) << 48
            | (long) (value - s.start) << 32
            | (long) (to - s.start) << 16
            | (long) letter << 8
            | attribute.ordinal();
    MediaDescription m = current;
    if (m != null && letter != 'm') {
      m.lineCount++;
    }
    return s.lineCount++;
  }

  private void version(int from, int value, int to) {
    add(from, value, to, 'v', Attribute.OTHER);
    if (to - value != 1 || session.bytes[value] != '0') {
      problem("a version other than 0");
    }
  }

  // o=<username> <sess-id> <sess-version> <nettype> <addrtype> <unicast-address>; user names with
  // blanks exist, so the address is read from the end.
  private void origin(int from, int value, int to) {
    SessionDescription s = session;
    int line = add(from, value, to, 'o', Attribute.OTHER);
    if (s.originLine >= 0) {
      problem("a second o=");
      return;
    }
    s.originLine = line;
    int at = to;
    for (int words = 0; words < 3; words++) {
      at = trimmed(s.bytes, value, at);
      while (at > value && s.bytes[at - 1] != ' ' && s.bytes[at - 1] != '\t') {
        at--;
      }
    }
    s.origin.read(s.bytes, at, to);
  }

  private void connection(int from, int value, int to) {
    SessionDescription s = session;
    MediaDescription m = current;
    int line = add(from, value, to, 'c', Attribute.OTHER);
    // Several c= lines are the layers of a multicast session (§5.7); a relay knows no such thing.
    if ((m == null ? s.connectionLine : m.connectionLine) >= 0) {
      problem("a second c= for the same media");
      return;
    }
    NetAddress address = m == null ? s.connection : m.ownConnection();
    if (!address.read(s.bytes, value, to)) {
      problem("c= without `IN IP4` or `IN IP6` and an address");
    } else if (address.end() != to) {
      problem("more than an address in c=");
    } else if (!address.fitsType()) {
      problem("an address in c= that is not of its type");
    }
    if (m == null) {
      s.connectionLine = line;
    } else {
      m.connectionLine = line;
    }
  }

  // m=<media> <port>[/<number of ports>] <proto> <fmt> ...
  private void media(int from, int value, int to) {
    SessionDescription s = session;
    if (s.mediaCount == MAX_MEDIA) {
      s.problem = SdpProblem.TOO_MANY_MEDIA;
      return;
    }
    current = null;
    int line = add(from, value, to, 'm', Attribute.OTHER);
    MediaDescription m = next(line);
    byte[] bytes = s.bytes;
    m.kindFrom = value;
    m.kindTo = LineWords.end(bytes, value, to);
    m.portFrom = Ascii.skipLws(bytes, m.kindTo, to);
    m.portTo = LineWords.end(bytes, m.portFrom, to);
    m.protocolFrom = Ascii.skipLws(bytes, m.portTo, to);
    m.protocolTo = LineWords.end(bytes, m.protocolFrom, to);
    m.formatsFrom = Ascii.skipLws(bytes, m.protocolTo, to);
    m.formatsTo = to;
    m.protocol = Protocol.of(bytes, m.protocolFrom, m.protocolTo);
    int slash = Ascii.indexOf(bytes, m.portFrom, m.portTo, '/');
    m.port = NetPort.read(bytes, m.portFrom, slash < 0 ? m.portTo : slash);
    if (m.port < 0) {
      m.port = 0;
      problem("a port in m= that is not 0 to 65535");
    } else if (slash >= 0 && Ascii.number(bytes, slash + 1, m.portTo, NetPort.MAX) < 1) {
      problem("a number of ports in m= that is none");
    } else if (m.protocolFrom == m.protocolTo) {
      problem("m= without a protocol");
    }
    current = m;
  }

  private MediaDescription next(int line) {
    SessionDescription s = session;
    if (s.mediaCount == s.media.length) {
      s.media = Arrays.copyOf(s.media, Math.max(4, s.mediaCount * 2));
      for (int i = s.mediaCount; i < s.media.length; i++) {
        s.media[i] = new MediaDescription(s);
      }
    }
    MediaDescription m = s.media[s.mediaCount++];
    m.begin(line);
    return m;
  }

  private void attribute(int from, int value, int to) {
    SessionDescription s = session;
    MediaDescription m = current;
    int colon = Ascii.indexOf(s.bytes, value, to, ':');
    int nameTo = trimmed(s.bytes, value, colon < 0 ? to : colon);
    Attribute name = Attribute.of(s.bytes, value, nameTo);
    int begin = colon < 0 ? to : Ascii.skipLws(s.bytes, colon + 1, to);
    int line = add(from, begin, to, 'a', name);
    long bit = 1L << name.ordinal();
    if (m == null) {
      s.present |= bit;
    } else {
      m.present |= bit;
    }
    if (name.isDirection()) {
      direction(line, Direction.of(name));
    } else if (name == Attribute.RTCP && m != null) {
      rtcp(m, line, begin, to);
    }
  }

  // Where two stand, the last holds, as most readers have it.
  private void direction(int line, Direction said) {
    MediaDescription m = current;
    if (m == null) {
      session.directionLine = line;
      session.direction = said;
    } else {
      m.directionLine = line;
      m.direction = said;
    }
  }

  // a=rtcp:<port> [<nettype> <addrtype> <address>] (RFC 3605 §2.1).
  private void rtcp(MediaDescription m, int line, int from, int to) {
    byte[] bytes = session.bytes;
    int portTo = LineWords.end(bytes, from, to);
    int port = NetPort.read(bytes, from, portTo);
    int address = Ascii.skipLws(bytes, portTo, to);
    if (m.rtcpLine >= 0) {
      problem("a second a=rtcp for the same media");
    } else if (port < 0) {
      problem("a port in a=rtcp that is not 0 to 65535");
    } else if (address < to
        && (!m.rtcpAddress().read(bytes, address, to) || !m.rtcpAddress().fitsType())) {
      problem("an address in a=rtcp that is none");
    }
    m.rtcpLine = line;
    m.rtcpPort = port;
    m.rtcpPortFrom = from;
    m.rtcpPortTo = to;
  }

  private void whole() {
    SessionDescription s = session;
    boolean any = false;
    for (int i = 0; i < s.lineCount && !any; i++) {
      any = s.letter(i) != 0;
    }
    if (!any) {
      s.problem = SdpProblem.EMPTY;
      return;
    }
    for (int i = 0; i < s.mediaCount; i++) {
      MediaDescription m = s.media[i];
      if (m.port != 0 && !m.connection().present()) {
        s.problem =
            new SdpProblem("media without a c= of its own or of the session", m.firstLine + 1);
        return;
      }
      if (m.port != 0 && m.formatsFrom == m.formatsTo) {
        s.problem = new SdpProblem("m= without a format", m.firstLine + 1);
        return;
      }
    }
  }
}
