// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes the distinguished encoding of ASN.1 (X.690), as far as certificates and keys need it. */
final class DerWriter {
  private static final int INTEGER = 0x02;
  private static final int BITS = 0x03;
  private static final int OCTETS = 0x04;
  private static final int OID = 0x06;
  private static final int UTF8 = 0x0C;
  private static final int TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;

  private DerWriter() {}

  static byte[] sequence(byte[]... parts) {
    return of(SEQUENCE, join(parts));
  }

  static byte[] set(byte[]... parts) {
    return of(SET, join(parts));
  }

  static byte[] integer(BigInteger value) {
    return of(INTEGER, value.toByteArray());
  }

  static byte[] bits(byte[] value) {
    return of(BITS, join(new byte[] {0}, value));
  }

  static byte[] octets(byte[] value) {
    return of(OCTETS, value);
  }

  static byte[] text(String value) {
    return of(UTF8, value.getBytes(StandardCharsets.UTF_8));
  }

  /** As {@code 20260101000000Z}. */
  static byte[] time(String value) {
    return of(TIME, value.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] truth() {
    return new byte[] {1, 1, (byte) 0xFF};
  }

  static byte[] nothing() {
    return new byte[] {5, 0};
  }

  /** As {@code 2.5.29.17}. */
  static byte[] oid(String dotted) {
    String[] part = dotted.split("\\.");
    List<Integer> bytes = new ArrayList<>();
    bytes.add(Integer.parseInt(part[0]) * 40 + Integer.parseInt(part[1]));
    for (int i = 2; i < part.length; i++) {
      int value = Integer.parseInt(part[i]);
      int at = bytes.size();
      bytes.add(value & 0x7F);
      for (int rest = value >>> 7; rest > 0; rest >>>= 7) {
        bytes.add(at, rest & 0x7F | 0x80);
      }
    }
    byte[] all = new byte[bytes.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = bytes.get(i).byteValue();
    }
    return of(OID, all);
  }

  /** Anything, by its tag. */
  static byte[] of(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 6);
    out.write(tag);
    int length = content.length;
    if (length < 0x80) {
      out.write(length);
    } else {
      byte[] big = BigInteger.valueOf(length).toByteArray();
      int from = big[0] == 0 ? 1 : 0;
      out.write(0x80 | big.length - from);
      out.write(big, from, big.length - from);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /**
   * The content of an element with that tag; null when the bytes do not begin with one, or it is
   * cut short.
   *
   * @param at where it begins
   * @return its content's bounds
   */
  static int @org.jspecify.annotations.Nullable [] element(byte[] bytes, int at, int tag) {
    if (at + 2 > bytes.length || (bytes[at] & 0xFF) != tag) {
      return null;
    }
    int length = bytes[at + 1] & 0xFF;
    int from = at + 2;
    if (length >= 0x80) {
      int count = length & 0x7F;
      if (count == 0 || count > 3 || from + count > bytes.length) {
        return null;
      }
      length = 0;
      for (int i = 0; i < count; i++) {
        length = length << 8 | bytes[from++] & 0xFF;
      }
    }
    return from + length > bytes.length ? null : new int[] {from, from + length};
  }
}
