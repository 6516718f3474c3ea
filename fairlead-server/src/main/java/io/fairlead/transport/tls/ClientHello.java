// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a client says first (RFC 8446 §4.1.2), as far as the choice of a certificate needs it. It is
 * read before there is an engine: one who only connects, or dribbles bytes, costs none. Immutable.
 *
 * @param kind what it is
 * @param host the server it wants (RFC 6066 §3), lower case; empty when it names none
 * @param elliptic whether it can verify elliptic signatures
 */
public record ClientHello(Kind kind, String host, boolean elliptic) {
  /** What the first bytes of a connection are. */
  public enum Kind {
    /** Not all there. */
    MORE,
    /** All there. */
    WHOLE,
    /** Another protocol. */
    NOT_TLS,
    /** TLS, but older than any that is spoken. */
    TOO_OLD,
    /** Begins like TLS and goes on otherwise. */
    BROKEN
  }

  private static final int HEADER = 5;
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int LONGEST_RECORD = 16384;
  private static final int LONGEST = 65536;
  private static final int SERVER_NAME = 0;
  private static final int SIGNATURE_ALGORITHMS = 13;
  private static final ClientHello INCOMPLETE = new ClientHello(Kind.MORE, "", true);

  /** Reads the first bytes of a connection; they are borrowed. */
  public static ClientHello read(byte[] bytes, int from, int to) {
    if (from < to && bytes[from] != HANDSHAKE) {
      // The two-byte length of SSL 2 has its highest bit set.
      return only(bytes[from] < 0 ? Kind.TOO_OLD : Kind.NOT_TLS);
    }
    if (to - from > 1 && bytes[from + 1] != 3) {
      return only(Kind.TOO_OLD);
    }
    byte[] message = new byte[0];
    int at = from;
    while (at + HEADER <= to) {
      int length = two(bytes, at + 3);
      if (bytes[at] != HANDSHAKE || length == 0 || length > LONGEST_RECORD) {
        return only(Kind.BROKEN);
      }
      if (at + HEADER + length > to) {
        return INCOMPLETE;
      }
      int old = message.length;
      message = Arrays.copyOf(message, old + length);
      System.arraycopy(bytes, at + HEADER, message, old, length);
      at += HEADER + length;
      if (message[0] != CLIENT_HELLO) {
        return only(Kind.BROKEN);
      }
      if (message.length >= 4) {
        int whole = 4 + ((message[1] & 0xFF) << 16 | two(message, 2));
        if (whole > LONGEST) {
          return only(Kind.BROKEN);
        }
        if (message.length >= whole) {
          return new Reader(message, whole).hello();
        }
      }
    }
    return INCOMPLETE;
  }

  private static ClientHello only(Kind kind) {
    return new ClientHello(kind, "", true);
  }

  private static int two(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
  }

  /** Goes through one message. Owned by whoever made it. */
  private static final class Reader {
    private final byte[] message;
    private final int end;
    private int at = 4 + 2 + 32;
    private String host = "";
    // Without the extension, TLS 1.2 means SHA-1 with either kind (RFC 5246 §7.4.1.4.1).
    private boolean elliptic = true;

    Reader(byte[] message, int end) {
      this.message = message;
      this.end = end;
    }

    ClientHello hello() {
      boolean whole = skip(1) && skip(2) && skip(1) && (at == end || extensions());
      return new ClientHello(whole ? Kind.WHOLE : Kind.BROKEN, host, elliptic);
    }

    private boolean skip(int lengthBytes) {
      if (at + lengthBytes > end) {
        return false;
      }
      int length = lengthBytes == 1 ? message[at] & 0xFF : two(message, at);
      at += lengthBytes + length;
      return at <= end;
    }

    private boolean extensions() {
      if (at + 2 > end || at + 2 + two(message, at) != end) {
        return false;
      }
      at += 2;
      while (at + 4 <= end) {
        int type = two(message, at);
        int length = two(message, at + 2);
        int from = at + 4;
        if (from + length > end) {
          return false;
        }
        switch (type) {
          case SERVER_NAME -> host = host(from, from + length);
          case SIGNATURE_ALGORITHMS -> elliptic = anyElliptic(from, from + length);
          default -> {}
        }
        at = from + length;
      }
      return at == end;
    }

    private String host(int from, int to) {
      if (to - from < 5 || message[from + 2] != 0 || from + 5 + two(message, from + 3) > to) {
        return "";
      }
      int start = from + 5;
      String name = new String(message, start, two(message, from + 3), StandardCharsets.ISO_8859_1);
      String lower = name.toLowerCase(Locale.ROOT);
      return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    // ECDSA with P-256, P-384 and P-521, and EdDSA (RFC 8446 §4.2.3).
    private boolean anyElliptic(int from, int to) {
      for (int i = from + 2; i + 2 <= to; i += 2) {
        switch (two(message, i)) {
          case 0x0403, 0x0503, 0x0603, 0x0807, 0x0808 -> {
            return true;
          }
          default -> {}
        }
      }
      return false;
    }
  }
}
