// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.util.Arrays;

/**
 * A growing byte buffer for message text. Reused: {@link #clear()} keeps what was allocated.
 *
 * <p>Owned by one loop.
 */
public final class SipWriter {
  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private byte[] bytes;
  private int length;

  /** An empty writer with some room. */
  public SipWriter() {
    this(2048);
  }

  /** An empty writer with room for that many bytes. */
  public SipWriter(int room) {
    bytes = new byte[room];
  }

  /** Forgets what was written. */
  public SipWriter clear() {
    length = 0;
    return this;
  }

  /**
   * The buffer; what was written stands from 0 to {@link #length()}. Another one after the buffer
   * grew.
   */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes were written. */
  public int length() {
    return length;
  }

  /** Shortens to what was written before. */
  public void truncate(int to) {
    length = to;
  }

  /** A copy of what was written. */
  public byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  /** Appends a range. */
  public SipWriter put(byte[] source, int from, int to) {
    int n = to - from;
    room(n);
    System.arraycopy(source, from, bytes, length, n);
    length += n;
    return this;
  }

  /** Appends an array. */
  public SipWriter put(byte[] source) {
    return put(source, 0, source.length);
  }

  /** Appends one ASCII character. */
  public SipWriter put(char c) {
    room(1);
    bytes[length++] = (byte) c;
    return this;
  }

  /** Appends text; ASCII without an allocation, anything else as UTF-8. */
  public SipWriter put(String text) {
    int n = text.length();
    room(n);
    for (int i = 0; i < n; i++) {
      char c = text.charAt(i);
      if (c > 127) {
        return put(text.substring(i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
      bytes[length++] = (byte) c;
    }
    return this;
  }

  /** Appends a number in decimal. */
  public SipWriter number(long n) {
    if (n < 0) {
      put('-');
    }
    // Counted below zero, where there is one number more than above.
    long rest = n < 0 ? n : -n;
    int digits = 1;
    for (long bound = -10; rest <= bound && digits < 19; bound *= 10) {
      digits++;
    }
    room(digits);
    for (int i = length + digits - 1; i >= length; i--) {
      long tens = rest / 10;
      bytes[i] = (byte) ('0' + tens * 10 - rest);
      rest = tens;
    }
    length += digits;
    return this;
  }

  /** Appends the low {@code digits} hexadecimal digits of a number. */
  public SipWriter hex(long n, int digits) {
    room(digits);
    int shift = digits * 4;
    for (; shift >= 32; shift -= 32) {
      Ascii.hex(bytes, length, (int) (n >>> shift - 32));
      length += 8;
    }
    for (shift -= 4; shift >= 0; shift -= 4) {
      bytes[length++] = DIGITS[(int) (n >>> shift & 15)];
    }
    return this;
  }

  /** Appends CR LF. */
  public SipWriter line() {
    room(2);
    bytes[length++] = '\r';
    bytes[length++] = '\n';
    return this;
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  @Override
  public String toString() {
    return Ascii.text(bytes, 0, length);
  }
}
