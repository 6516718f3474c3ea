// SPDX-License-Identifier: Apache-2.0
package io.fairlead.stun;

import java.util.zip.CRC32;

/**
 * Writes the answer to a request (RFC 8489 §6.3.1). What it has room for is more than any answer of
 * ours needs, and nothing is allocated.
 *
 * <p>Owned by whoever writes: one object writes answer after answer.
 */
public final class StunWriter {
  private static final int ROOM = 256;
  private static final int TRANSACTION = 4;

  private final byte[] bytes = new byte[ROOM];
  private final CRC32 crc = new CRC32();
  private int length;

  /** The buffer; the answer stands from 0 to {@link #length()}. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes were written. */
  public int length() {
    return length;
  }

  /** Begins an answer, with the request's method and transaction. */
  public StunWriter begin(StunMessage.Kind kind, StunMessage request) {
    int method = request.method();
    int of = kind.ordinal();
    int spread = method & 0xF | (method & 0x70) << 1 | (method & 0xF80) << 2;
    number(0, spread | (of & 1) << 4 | (of & 2) << 7);
    System.arraycopy(
        request.bytes(),
        request.start() + TRANSACTION,
        bytes,
        TRANSACTION,
        StunMessage.HEADER - TRANSACTION);
    length = StunMessage.HEADER;
    return close();
  }

  /**
   * Appends an address.
   *
   * @param attribute XOR-MAPPED-ADDRESS, or MAPPED-ADDRESS
   * @param source holds the address, 4 or 16 bytes from there on
   */
  public StunWriter address(StunAttribute attribute, byte[] source, int from, int size, int port) {
    boolean xor = attribute == StunAttribute.XOR_MAPPED_ADDRESS;
    attribute(attribute, 4 + size);
    bytes[length] = 0;
    bytes[length + 1] = (byte) (size == 4 ? 1 : 2);
    number(length + 2, port ^ (xor ? StunMessage.MAGIC >>> 16 : 0));
    for (int i = 0; i < size; i++) {
      bytes[length + 4 + i] = (byte) (source[from + i] ^ (xor ? bytes[TRANSACTION + i] : 0));
    }
    length += 4 + size;
    return close();
  }

  /** Appends an ERROR-CODE with a reason in ASCII. */
  public StunWriter error(int code, String reason) {
    attribute(StunAttribute.ERROR_CODE, 4 + reason.length());
    number(length, 0);
    bytes[length + 2] = (byte) (code / 100);
    bytes[length + 3] = (byte) (code % 100);
    length += 4;
    for (int i = 0; i < reason.length(); i++) {
      bytes[length++] = (byte) reason.charAt(i);
    }
    return close();
  }

  /** Appends UNKNOWN-ATTRIBUTES with the first of these numbers. */
  public StunWriter unknown(int[] codes, int count) {
    attribute(StunAttribute.UNKNOWN_ATTRIBUTES, 2 * count);
    for (int i = 0; i < count; i++) {
      number(length, codes[i]);
      length += 2;
    }
    return close();
  }

  /** Appends the FINGERPRINT, the last of all attributes. */
  public StunWriter fingerprint() {
    int end = length;
    attribute(StunAttribute.FINGERPRINT, 4);
    length += 4;
    close();
    crc.reset();
    crc.update(bytes, 0, end);
    int sum = (int) crc.getValue() ^ StunMessage.FINGERPRINT_XOR;
    number(end + 4, sum >>> 16);
    number(end + 6, sum);
    return this;
  }

  private void attribute(StunAttribute attribute, int size) {
    number(length, attribute.code());
    number(length + 2, size);
    length += 4;
  }

  // Pads the last attribute, and says how long they all are.
  private StunWriter close() {
    while ((length & 3) != 0) {
      bytes[length++] = 0;
    }
    number(2, length - StunMessage.HEADER);
    return this;
  }

  private void number(int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }
}
