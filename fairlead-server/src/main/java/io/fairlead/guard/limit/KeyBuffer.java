// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.loop.SipHash;
import io.fairlead.net.SourceKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where a key is put together: its parts behind each other, letters in lower case and escapes
 * resolved, so that who spells his name differently is no other. One object serves many requests.
 *
 * <p>Owned by one loop.
 */
final class KeyBuffer {
  private static final byte BETWEEN = 0x1f;
  private static final int SHOWN = 120;
  private static final byte[] CUT = {'.', '.', '.'};

  private byte[] bytes = new byte[512];
  private int length;

  /** Begins a key. */
  void clear() {
    length = 0;
  }

  /** True when nothing is in it. */
  boolean isEmpty() {
    return length == 0;
  }

  /** Begins another part. */
  void part() {
    if (length > 0) {
      put(BETWEEN);
    }
  }

  /** Puts bytes as they are. */
  void bytes(byte[] source, int from, int to) {
    room(to - from);
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
  }

  /** Puts a name of ours. */
  void text(String text) {
    for (int i = 0; i < text.length(); i++) {
      put((byte) text.charAt(i));
    }
  }

  /** Puts a source: an IPv4 address, or the /64 of an IPv6 address. */
  void source(long key) {
    if (!SourceKey.isV4(key)) {
      for (int i = 48; i >= 0; i -= 16) {
        number(key >>> i & 0xffff, 16);
        text(i > 0 ? ":" : "::/64");
      }
      return;
    }
    for (int i = 24; i >= 0; i -= 8) {
      number(key >>> i & 0xff, 10);
      text(i > 0 ? "." : "");
    }
  }

  private void number(long number, int base) {
    if (number >= base) {
      number(number / base, base);
    }
    put((byte) Character.forDigit((int) (number % base), base));
  }

  /** Puts what a peer wrote. */
  void folded(byte[] source, int from, int to) {
    room(to - from);
    for (int i = from; i < to; i++) {
      int c = source[i];
      if (c == '%' && i + 2 < to) {
        c = unescaped(source, i);
        i += 2;
      }
      bytes[length++] = (byte) (c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
  }

  /** The byte that an escape means; what is none as it stands. */
  static int unescaped(byte[] source, int percent) {
    int high = Character.digit(source[percent + 1], 16);
    int low = Character.digit(source[percent + 2], 16);
    return high < 0 || low < 0 ? '%' : high << 4 | low;
  }

  private void put(byte b) {
    room(1);
    bytes[length++] = b;
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  /** Its hash. */
  long hash(SipHash hash) {
    return hash.hash(bytes, 0, length);
  }

  /** The same as text. */
  String shownText() {
    return new String(shown(), StandardCharsets.UTF_8);
  }

  /** The key for people, UTF-8, cut where it is long. */
  byte[] shown() {
    int end = Math.min(length, SHOWN);
    int separators = 0;
    for (int i = 0; i < end; i++) {
      separators += bytes[i] == BETWEEN ? 1 : 0;
    }
    byte[] shown = new byte[end + separators + (end < length ? CUT.length : 0)];
    int at = 0;
    for (int i = 0; i < end; i++) {
      boolean separates = bytes[i] == BETWEEN;
      shown[at++] = separates ? (byte) ',' : bytes[i];
      if (separates) {
        shown[at++] = ' ';
      }
    }
    System.arraycopy(CUT, 0, shown, at, shown.length - at);
    return shown;
  }
}
