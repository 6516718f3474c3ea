// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.keepalive;

import io.fairlead.loop.SipHash;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import java.nio.charset.StandardCharsets;

/**
 * The branch of a keepalive's Via, from which its answer is known without any memory of the
 * keepalive: what was asked, when, and a seal that only we can make. Unlike every branch of a
 * transaction it begins with {@code z9hG4bKka}.
 *
 * <pre>
 *   2 digits    loop that owns the address of record
 *   16 digits   binding
 *   10 digits   when it was sent, microseconds of the loop's clock, cut to 40 bits
 *   1 digit     keepalives without a sign of life, this one included
 *   16 digits   seal over all of these and the address of record
 * </pre>
 *
 * <p>Owned by one loop: one object is read and written again and again.
 */
public final class KeepaliveBranchId {
  private static final byte[] PREFIX = "z9hG4bKka".getBytes(StandardCharsets.US_ASCII);
  private static final int LOOP_AT = PREFIX.length;
  private static final int ID_AT = LOOP_AT + 2;
  private static final int SENT_AT = ID_AT + 16;
  private static final int SILENT_AT = SENT_AT + 10;
  private static final int SEAL_AT = SILENT_AT + 1;
  private static final int LENGTH = SEAL_AT + 16;
  private static final long SENT_MASK = (1L << 40) - 1;

  private final SipHash seal = SipHash.random();
  private final int loop;
  private final byte[] sealed = new byte[24];
  private long id;
  private long sentUs;
  private int silent;
  private long shown;

  KeepaliveBranchId(int loop) {
    this.loop = loop;
  }

  /** The loop in a branch of this form, -1 for any other. An absent branch (-1, -1) is another. */
  public static int loop(byte[] bytes, int from, int to) {
    if (from < 0 || to - from != LENGTH) {
      return -1;
    }
    for (int i = 0; i < PREFIX.length; i++) {
      if (bytes[from + i] != PREFIX[i]) {
        return -1;
      }
    }
    for (int i = LOOP_AT; i < LENGTH; i++) {
      if (digit(bytes[from + i]) < 0) {
        return -1;
      }
    }
    return (int) hex(bytes, from + LOOP_AT, 2);
  }

  /** Appends the branch of a keepalive. */
  void write(SipWriter out, AddressOfRecord aor, long binding, long nowUs, int unanswered) {
    id = binding;
    sentUs = nowUs & SENT_MASK;
    silent = unanswered;
    shown = seal(aor);
    out.put(PREFIX).hex(loop, 2).hex(id, 16).hex(sentUs, 10).hex(silent, 1).hex(shown, 16);
  }

  /** Reads a branch of this form, which {@link #loop} has shown it to be. */
  void read(byte[] bytes, int from) {
    id = hex(bytes, from + ID_AT, 16);
    sentUs = hex(bytes, from + SENT_AT, 10);
    silent = (int) hex(bytes, from + SILENT_AT, 1);
    shown = hex(bytes, from + SEAL_AT, 16);
  }

  /** True when what was read last was written here for that address. */
  boolean genuine(AddressOfRecord aor) {
    return seal(aor) == shown;
  }

  /** The binding. */
  long id() {
    return id;
  }

  /** Keepalives without a sign of life when it was sent, itself included. */
  int silent() {
    return silent;
  }

  /** How long ago it was sent. */
  long ageUs(long nowUs) {
    return nowUs - sentUs & SENT_MASK;
  }

  /** The seal: nobody outside can guess it. */
  long shown() {
    return shown;
  }

  private long seal(AddressOfRecord aor) {
    fill(0, id);
    fill(8, sentUs | (long) silent << 40 | (long) loop << 48);
    fill(16, aor.hash());
    return seal.hash(sealed, 0, sealed.length);
  }

  private void fill(int at, long value) {
    for (int i = 0; i < 8; i++) {
      sealed[at + i] = (byte) (value >>> (8 * i));
    }
  }

  private static long hex(byte[] bytes, int from, int digits) {
    long n = 0;
    for (int i = from; i < from + digits; i++) {
      n = n << 4 | digit(bytes[i]);
    }
    return n;
  }

  private static int digit(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    return b >= 'a' && b <= 'f' ? b - 'a' + 10 : -1;
  }
}
