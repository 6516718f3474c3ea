// SPDX-License-Identifier: Apache-2.0
package io.fairlead.stun;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A view on the bytes of one STUN message (RFC 8489 §5, §14), and a walk over its attributes.
 * Reading allocates nothing.
 *
 * <pre>
 *    0                   1                   2                   3
 *   |0 0|     message type          |      length of the attributes   |
 *   |                         magic cookie                            |
 *   |                     transaction ID (96 bits)                    |
 *   |      type of an attribute     |    length of its value          |
 *   |              value, and up to three bytes of padding ...
 * </pre>
 *
 * <p>Owned by whoever reads: one object reads message after message.
 */
public final class StunMessage {
  /** The class of a message. */
  public enum Kind {
    REQUEST,
    INDICATION,
    SUCCESS,
    ERROR
  }

  static final int HEADER = 20;
  static final int MAGIC = 0x2112A442;
  static final int FINGERPRINT_XOR = 0x5354554E;
  private static final int BINDING = 1;
  private static final int ATTRIBUTE_HEADER = 4;
  private static final int FINGERPRINT_SIZE = 8;
  private static final int IPV4 = 1;
  private static final int IPV6 = 2;
  private static final Kind[] KINDS = Kind.values();

  private final CRC32 crc = new CRC32();
  private byte[] bytes = {};
  private int start;
  private int end;
  private int type;
  private boolean fingerprint;
  private int next;
  private boolean sealed;
  private int attribute;
  private int valueFrom;
  private int valueTo;

  /**
   * True when the first byte can be one of a STUN message of a method below 128, as all that are in
   * use are, and not of a SIP message, which begins with a letter.
   */
  public static boolean begins(byte first) {
    return first == 0 || first == 1;
  }

  /**
   * Reads a message that fills the range.
   *
   * @return false when it is none: its lengths do not fit, or its fingerprint is wrong
   */
  public boolean read(byte[] source, int from, int to) {
    bytes = source;
    start = from;
    end = to;
    fingerprint = false;
    if (to - from < HEADER) {
      return false;
    }
    type = number(from);
    if (type > 0x3FFF || number(from + 2) != to - from - HEADER) {
      return false;
    }
    rewind();
    int at = from + HEADER;
    while (at < to) {
      int left = to - at;
      int size = left < ATTRIBUTE_HEADER ? 0 : ATTRIBUTE_HEADER + padded(number(at + 2));
      if (size == 0 || size > left) {
        return false;
      }
      if (number(at) == StunAttribute.FINGERPRINT.code()) {
        fingerprint = true;
        return size == FINGERPRINT_SIZE && size == left && fingerprint(at) == word(at + 4);
      }
      at += size;
    }
    return true;
  }

  private int fingerprint(int until) {
    crc.reset();
    crc.update(bytes, start, until - start);
    return (int) crc.getValue() ^ FINGERPRINT_XOR;
  }

  private static int padded(int length) {
    return length + 3 & ~3;
  }

  private int number(int at) {
    return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
  }

  private int word(int at) {
    return number(at) << 16 | number(at + 2);
  }

  /** Request, indication, or an answer. */
  public Kind kind() {
    return KINDS[type >> 4 & 1 | type >> 7 & 2];
  }

  /** The method; 1 is Binding. */
  public int method() {
    return type & 0xF | type >> 1 & 0x70 | type >> 2 & 0xF80;
  }

  /** True when the method is Binding. */
  public boolean isBinding() {
    return method() == BINDING;
  }

  /** True for a message after RFC 3489: without magic cookie, all 128 bits are its transaction. */
  public boolean isClassic() {
    return word(start + 4) != MAGIC;
  }

  /** True when it ends in a FINGERPRINT. */
  public boolean hasFingerprint() {
    return fingerprint;
  }

  byte[] bytes() {
    return bytes;
  }

  int start() {
    return start;
  }

  // ---- attributes ----

  /** Goes to before the first attribute. */
  public void rewind() {
    next = start + HEADER;
    sealed = false;
  }

  /**
   * Goes to the next attribute. What stands behind a MESSAGE-INTEGRITY is passed over, since nobody
   * vouches for it (RFC 8489 §14.5).
   *
   * @return false when there is none
   */
  public boolean next() {
    while (next < end) {
      attribute = number(next);
      valueFrom = next + ATTRIBUTE_HEADER;
      valueTo = valueFrom + number(next + 2);
      next = valueFrom + padded(valueTo - valueFrom);
      boolean passed =
          sealed
              && attribute != StunAttribute.FINGERPRINT.code()
              && attribute != StunAttribute.MESSAGE_INTEGRITY_SHA256.code();
      if (!passed) {
        sealed |=
            attribute == StunAttribute.MESSAGE_INTEGRITY.code()
                || attribute == StunAttribute.MESSAGE_INTEGRITY_SHA256.code();
        return true;
      }
    }
    return false;
  }

  /** The attribute gone to last. */
  public StunAttribute attribute() {
    return StunAttribute.of(attribute);
  }

  /** Its number. */
  public int code() {
    return attribute;
  }

  /** Where its value begins. */
  public int valueFrom() {
    return valueFrom;
  }

  /** Where its value ends, without padding. */
  public int valueTo() {
    return valueTo;
  }

  /**
   * The address in the attribute gone to last, which must be one that has an address.
   *
   * @return null when its form is wrong
   */
  public @Nullable InetSocketAddress address() {
    int size = valueTo - valueFrom - 4;
    int family = size < 0 ? 0 : bytes[valueFrom + 1];
    if (!(family == IPV4 && size == 4 || family == IPV6 && size == 16)) {
      return null;
    }
    boolean xor = attribute() == StunAttribute.XOR_MAPPED_ADDRESS;
    int port = number(valueFrom + 2) ^ (xor ? MAGIC >>> 16 : 0);
    byte[] address = new byte[size];
    for (int i = 0; i < size; i++) {
      address[i] = (byte) (bytes[valueFrom + 4 + i] ^ (xor ? bytes[start + 4 + i] : 0));
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of a wrong length", e);
    }
  }
}
