// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * What Fairlead writes into the user part of its Record-Route URI, so that an in-dialog request can
 * be routed with no table, by this node or any other with the same key: the backend, which side is
 * the caller, and the flow to a caller that cannot be reached by its Contact. It is sealed with
 * SipHash-2-4 over itself and the Call-ID: a changed cookie, or one of another call, does not
 * verify. It is not secret.
 *
 * <pre>
 *   byte 0      version (high four bits), flags: 1 flow over IPv4, 2 flow over IPv6, 4 stateless
 *   byte 1-4    backend
 *   byte 5-6    hash of the caller's tag
 *   [byte 7     transport of the flow, then address (4 or 16), port (2)]
 *   last 8      seal
 * </pre>
 *
 * <p>Owned by one loop: one object is read and written again and again.
 */
public final class RouteCookie {
  private static final int VERSION = 1 << 4;
  private static final int FLOW_V4 = 1;
  private static final int FLOW_V6 = 2;
  private static final int STATELESS = 4;
  private static final int SEAL = 8;
  private static final int FIXED = 7;
  private static final int MAX_BYTES = FIXED + 1 + 16 + 2 + SEAL;
  private static final String[] TRANSPORTS = {"udp", "tcp", "tls", "ws", "wss"};
  private static final byte[] ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  private static final byte[] VALUES = new byte[128];

  static {
    java.util.Arrays.fill(VALUES, (byte) -1);
    for (int i = 0; i < ALPHABET.length; i++) {
      VALUES[ALPHABET[i]] = (byte) i;
    }
  }

  private final RoutingKeys keys;
  private byte[] scratch = new byte[256];
  private int length;

  /** A reader and writer of cookies. */
  public RouteCookie(RoutingKeys keys) {
    this.keys = keys;
  }

  /**
   * Writes the cookie of a new dialog.
   *
   * @param request the dialog's first request
   * @param backend number of the backend, see {@code Backend.id}
   * @param flowTransport transport of the flow back to the caller, or null when the Contact is good
   *     enough
   * @param flow the caller's address on that flow, or null
   * @param stateless in-dialog requests are to be forwarded without state
   */
  public void write(
      SipWriter out,
      SipMessage request,
      int backend,
      @Nullable String flowTransport,
      @Nullable InetSocketAddress flow,
      boolean stateless) {
    byte[] b = scratch;
    int flags = stateless ? STATELESS : 0;
    b[1] = (byte) (backend >>> 24);
    b[2] = (byte) (backend >>> 16);
    b[3] = (byte) (backend >>> 8);
    b[4] = (byte) backend;
    int tag = tagHash(request.bytes(), request.fromTagFrom(), request.fromTagTo());
    b[5] = (byte) (tag >>> 8);
    b[6] = (byte) tag;
    length = FIXED;
    if (flow != null && flowTransport != null) {
      byte[] address = flow.getAddress().getAddress();
      flags |= address.length == 4 ? FLOW_V4 : FLOW_V6;
      b[length++] = (byte) code(flowTransport);
      System.arraycopy(address, 0, b, length, address.length);
      length += address.length;
      b[length++] = (byte) (flow.getPort() >>> 8);
      b[length++] = (byte) flow.getPort();
    }
    b[0] = (byte) (VERSION | flags);
    appendCallId(request);
    long seal = keys.sign(scratch, 0, length + callIdLength(request));
    for (int i = 0; i < SEAL; i++) {
      scratch[length + i] = (byte) (seal >>> (8 * i));
    }
    encode(out, length + SEAL);
  }

  /**
   * Reads a cookie and checks its seal against the Call-ID of the message it came with.
   *
   * @return false when it is none, was changed, or belongs to another call
   */
  public boolean read(byte[] bytes, int from, int to, SipMessage message) {
    int total = (to - from) * 6 / 8;
    if (total < FIXED + SEAL || total > MAX_BYTES || !decode(bytes, from, to)) {
      return false;
    }
    length = total - SEAL;
    int flags = scratch[0] & 0x0f;
    int flowBytes = (flags & FLOW_V4) != 0 ? 7 : (flags & FLOW_V6) != 0 ? 19 : 0;
    if ((scratch[0] & 0xf0) != VERSION || length != FIXED + flowBytes) {
      return false;
    }
    long seal = 0;
    for (int i = 0; i < SEAL; i++) {
      seal |= (scratch[length + i] & 0xffL) << (8 * i);
    }
    appendCallId(message);
    int until = length + callIdLength(message);
    for (int key = 0; key < keys.count(); key++) {
      if (keys.seal(key, scratch, 0, until) == seal) {
        return true;
      }
    }
    return false;
  }

  /** The backend's number. */
  public int backend() {
    return (scratch[1] & 0xff) << 24
        | (scratch[2] & 0xff) << 16
        | (scratch[3] & 0xff) << 8
        | scratch[4] & 0xff;
  }

  /** True when the message comes from the side that began the dialog. */
  public boolean fromCaller(SipMessage message) {
    return tagHash(message.bytes(), message.fromTagFrom(), message.fromTagTo())
        == ((scratch[5] & 0xff) << 8 | scratch[6] & 0xff);
  }

  /** True when the dialog's first request was forwarded without state. */
  public boolean stateless() {
    return (scratch[0] & STATELESS) != 0;
  }

  /** True when the caller is to be reached by a flow and not by its Contact. */
  public boolean hasFlow() {
    return (scratch[0] & (FLOW_V4 | FLOW_V6)) != 0;
  }

  /** Transport of the flow to the caller. */
  public String flowTransport() {
    return TRANSPORTS[Math.floorMod(scratch[FIXED], TRANSPORTS.length)];
  }

  /** The caller's address on its flow. */
  public InetSocketAddress flowAddress() {
    int size = (scratch[0] & FLOW_V4) != 0 ? 4 : 16;
    byte[] raw = java.util.Arrays.copyOfRange(scratch, FIXED + 1, FIXED + 1 + size);
    int at = FIXED + 1 + size;
    int port = (scratch[at] & 0xff) << 8 | scratch[at + 1] & 0xff;
    try {
      return new InetSocketAddress(InetAddress.getByAddress(raw), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  private static int code(String transport) {
    for (int i = 0; i < TRANSPORTS.length; i++) {
      if (TRANSPORTS[i].equals(transport)) {
        return i;
      }
    }
    throw new IllegalStateException("no cookie code for transport " + transport);
  }

  // Sixteen bits tell two sides of one call apart; the seal guards the rest.
  private static int tagHash(byte[] bytes, int from, int to) {
    int hash = 0x811c9dc5;
    for (int i = from; i < to; i++) {
      hash = (hash ^ bytes[i]) * 0x01000193;
    }
    return (hash ^ hash >>> 16) & 0xffff;
  }

  private static int callIdLength(SipMessage message) {
    return message.callIdTo() - message.callIdFrom();
  }

  // Behind the content: the seal is taken over both.
  private void appendCallId(SipMessage message) {
    int n = callIdLength(message);
    if (scratch.length < length + n + SEAL) {
      scratch = java.util.Arrays.copyOf(scratch, length + n + SEAL);
    }
    System.arraycopy(message.bytes(), message.callIdFrom(), scratch, length, n);
  }

  private void encode(SipWriter out, int until) {
    int bits = 0;
    int held = 0;
    for (int i = 0; i < until; i++) {
      held = held << 8 | scratch[i] & 0xff;
      bits += 8;
      while (bits >= 6) {
        bits -= 6;
        out.put((char) ALPHABET[held >>> bits & 63]);
      }
    }
    if (bits > 0) {
      out.put((char) ALPHABET[held << (6 - bits) & 63]);
    }
  }

  private boolean decode(byte[] bytes, int from, int to) {
    int bits = 0;
    int held = 0;
    int at = 0;
    for (int i = from; i < to; i++) {
      int value = bytes[i] < 0 ? -1 : VALUES[bytes[i]];
      if (value < 0) {
        return false;
      }
      held = held << 6 | value;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        scratch[at++] = (byte) (held >>> bits);
      }
    }
    // The bits left over must be zero, or two texts would mean one cookie.
    return (held & (1 << bits) - 1) == 0;
  }
}
