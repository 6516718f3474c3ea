// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux.netfilter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes netlink messages (netlink(7)): headers and lengths in the machine's order, values of
 * nf_tables in the network's, attributes padded to four bytes and nested. Owned by one thread.
 */
public final class NetlinkWriter {
  /** nlmsghdr and nfgenmsg. */
  static final int HEADER = 20;

  static final int REQUEST = 1;
  static final int ACK = 4;
  static final int ECHO = 8;
  static final int DUMP = 0x300;
  static final int EXCLUSIVE = 0x200;
  static final int CREATE = 0x400;
  static final int APPEND = 0x800;

  private static final int FLAGS_AT = 6;
  private static final short NESTED = (short) 0x8000;

  private final ByteBuffer out;
  private int message;

  /**
   * @param out of the machine's byte order
   */
  public NetlinkWriter(ByteBuffer out) {
    this.out = out;
  }

  /** NLM_F_CREATE: what is not there is made. */
  public static int create() {
    return CREATE;
  }

  /** NLM_F_EXCL: what is there is a failure. */
  public static int exclusive() {
    return EXCLUSIVE;
  }

  /** NLM_F_APPEND: behind what is there. */
  public static int append() {
    return APPEND;
  }

  /** NLM_F_ECHO: what it brought about is told. */
  public static int echo() {
    return ECHO;
  }

  /** Bytes written. */
  public int length() {
    return out.position();
  }

  /** Begins anew. */
  public void clear() {
    out.clear();
  }

  /**
   * Begins a message.
   *
   * @param type subsystem and message
   * @param flags NLM_F_…
   * @param sequence comes back in an error
   * @param family NFPROTO_…
   * @param resource nfgenmsg.res_id
   */
  public NetlinkWriter begin(int type, int flags, int sequence, int family, int resource) {
    message = out.position();
    out.putInt(0).putShort((short) type).putShort((short) (flags | REQUEST));
    out.putInt(sequence).putInt(0);
    out.put((byte) family).put((byte) 0);
    out.put((byte) (resource >> 8)).put((byte) resource);
    return this;
  }

  /** Ends the message. */
  public void end() {
    out.putInt(message, out.position() - message);
  }

  /** Has the kernel answer the message written last, also when all went well. */
  public void acknowledge() {
    int at = message + FLAGS_AT;
    out.putShort(at, (short) (out.getShort(at) | ACK));
  }

  /** A string, with the zero that ends it. */
  public NetlinkWriter text(int attribute, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    out.putShort((short) (4 + bytes.length + 1)).putShort((short) attribute);
    out.put(bytes).put((byte) 0);
    return pad();
  }

  /** A number of four bytes. */
  public NetlinkWriter number(int attribute, int value) {
    out.putShort((short) 8).putShort((short) attribute);
    return big(value);
  }

  /** A number of eight bytes. */
  public NetlinkWriter wide(int attribute, long value) {
    out.putShort((short) 12).putShort((short) attribute);
    return big((int) (value >> 32)).big((int) value);
  }

  /** Bytes as they are. */
  public NetlinkWriter bytes(int attribute, byte... value) {
    out.putShort((short) (4 + value.length)).putShort((short) attribute).put(value);
    return pad();
  }

  /** Begins an attribute that holds others; its place is for {@link #unnest}. */
  public int nest(int attribute) {
    int at = out.position();
    out.putShort((short) 0).putShort((short) (attribute | NESTED));
    return at;
  }

  /** Ends the attribute that began there. */
  public NetlinkWriter unnest(int at) {
    out.putShort(at, (short) (out.position() - at));
    return this;
  }

  private NetlinkWriter big(int value) {
    out.put((byte) (value >> 24)).put((byte) (value >> 16));
    out.put((byte) (value >> 8)).put((byte) value);
    return this;
  }

  private NetlinkWriter pad() {
    while ((out.position() & 3) != 0) {
      out.put((byte) 0);
    }
    return this;
  }
}
