// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.sip.Base64Url;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A few bytes that travel in the user part of a URI of ours and come back: written one after the
 * other, sealed with SipHash-2-4 and encoded in 64 characters that need no escape there (RFC 4648
 * §5). Not secret, but what was changed does not open.
 *
 * <p>Owned by one loop: one object is read and written again and again.
 */
final class SealedBytes {
  /** Bytes of the seal. */
  static final int SEAL = 8;

  private static final String[] TRANSPORTS = {"udp", "tcp", "tls", "ws", "wss"};

  private final CookieKeys keys;
  private byte[] bytes = new byte[256];
  private int length;

  SealedBytes(CookieKeys keys) {
    this.keys = keys;
  }

  // ---- writing ----

  SealedBytes clear() {
    length = 0;
    return this;
  }

  /** How many bytes there are, the seal not counted. */
  int length() {
    return length;
  }

  /** Appends the lowest bytes of a number, highest first. */
  SealedBytes put(long number, int count) {
    room(count);
    for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
      bytes[length++] = (byte) (number >>> shift);
    }
    return this;
  }

  /** Appends bytes. */
  SealedBytes put(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
    return this;
  }

  /** Appends address and port: 6 bytes, 18 for IPv6. */
  SealedBytes put(InetSocketAddress address) {
    return put(address.getAddress().getAddress()).put(address.getPort(), 2);
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  /**
   * Appends seal and text.
   *
   * @param owner the message whose Call-ID the seal covers too; null for none
   */
  void seal(SipWriter out, @Nullable SipMessage owner) {
    // First of all: the buffer may be another one afterwards.
    int until = appendCallId(owner);
    long seal = keys.sign(bytes, 0, until);
    for (int i = 0; i < SEAL; i++) {
      bytes[length + i] = (byte) (seal >>> (8 * i));
    }
    Base64Url.encode(out, bytes, length + SEAL);
  }

  // ---- reading ----

  /**
   * Reads text and checks its seal.
   *
   * @param max no more bytes than this, the seal not counted
   * @param owner the message whose Call-ID the seal covers too; null for none
   * @return false when it was not sealed by one of the keys
   */
  boolean open(byte[] text, int from, int to, int max, @Nullable SipMessage owner) {
    int total = Base64Url.decoded(to - from);
    length = 0;
    if (total <= SEAL || total > max + SEAL) {
      return false;
    }
    room(total);
    if (!Base64Url.decode(text, from, to, bytes)) {
      return false;
    }
    length = total - SEAL;
    long seal = 0;
    for (int i = 0; i < SEAL; i++) {
      seal |= (bytes[length + i] & 0xffL) << (8 * i);
    }
    int until = appendCallId(owner);
    for (int key = 0; key < keys.count(); key++) {
      if (keys.seal(key, bytes, 0, until) == seal) {
        return true;
      }
    }
    return false;
  }

  /** The number in the bytes from there, highest first. */
  long number(int at, int count) {
    long number = 0;
    for (int i = at; i < at + count; i++) {
      number = number << 8 | bytes[i] & 0xff;
    }
    return number;
  }

  /** The bytes from there. */
  byte[] copy(int at, int count) {
    return Arrays.copyOfRange(bytes, at, at + count);
  }

  /** The address of that many bytes from there, and the port behind it. */
  InetSocketAddress address(int at, int size) {
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + size)),
          (int) number(at + size, 2));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  // Behind the content: the seal is taken over both. Gives where it ends.
  private int appendCallId(@Nullable SipMessage owner) {
    int n = owner == null ? 0 : owner.callIdTo() - owner.callIdFrom();
    room(n + SEAL);
    if (owner != null) {
      System.arraycopy(owner.bytes(), owner.callIdFrom(), bytes, length, n);
    }
    return length + n;
  }

  // ---- transports as numbers ----

  static int code(String transport) {
    for (int i = 0; i < TRANSPORTS.length; i++) {
      if (TRANSPORTS[i].equals(transport)) {
        return i;
      }
    }
    throw new IllegalStateException("no code for transport " + transport);
  }

  static String transport(int code) {
    return TRANSPORTS[Math.floorMod(code, TRANSPORTS.length)];
  }
}
