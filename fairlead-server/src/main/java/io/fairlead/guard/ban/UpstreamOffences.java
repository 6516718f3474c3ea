// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fairlead.guard.Offence;
import io.fairlead.guard.OffenceListener;
import io.fairlead.loop.SipHash;
import io.fairlead.net.SourceKey;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.transport.Flow;
import java.util.Arrays;

/**
 * What the registrars behind us say of who registers: a wrong answer to a challenge, by 403, or by
 * one challenge after the other; an unknown user, by 404; or that the password was right. Over UDP
 * that is proven only of whoever answers a nonce that was passed on to it: hashes of those are
 * remembered, the last of each place in a table.
 *
 * <p>Owned by one loop.
 */
public final class UpstreamOffences {
  // A registrar's nonce is answered within seconds, and used again for a minute or so: what 16384
  // later ones have pushed out costs no more than the proof. 128 KiB for each loop.
  private static final int PLACES = 16_384;
  private static final byte[] NONCE = "nonce".getBytes(US_ASCII);
  private static final byte[] STALE = "stale".getBytes(US_ASCII);
  private static final byte[] TRUE = "true".getBytes(US_ASCII);
  private static final byte[] NOTHING = {};

  /** What the nonce in a request is. */
  private enum Answered {
    /** There is none. */
    NONE,
    /** Nothing that was passed on there. */
    UNKNOWN,
    /** That of a challenge to a request without credentials, or with credentials of long ago. */
    FIRST,
    /** That of a challenge to the answer to a challenge. */
    AGAIN
  }

  private final OffenceListener listener;
  private final SipHash hash = SipHash.random();
  private final long[] passedOn = new long[PLACES];
  private byte[] scratch = new byte[128];

  /**
   * @param listener hears of them
   */
  public UpstreamOffences(OffenceListener listener) {
    this.listener = listener;
  }

  /**
   * A device that registers is answered.
   *
   * @param flow by which its request came
   */
  public void answered(Flow flow, SipRequest request, SipResponse response) {
    long source = SourceKey.of(flow.remote().getAddress());
    Answered answered = answered(source, request);
    boolean proven =
        flow.transport().reliable() || answered == Answered.FIRST || answered == Answered.AGAIN;
    switch (response.status()) {
      case 401, 407 -> {
        boolean stale = Arrays.equals(field(response, STALE), TRUE);
        if (answered == Answered.AGAIN && !stale) {
          listener.offence(flow, Offence.WRONG_PASSWORD, proven);
        }
        boolean known = answered != Answered.NONE && answered != Answered.UNKNOWN;
        remember(source, field(response, NONCE), known && !stale);
      }
      case 403 -> {
        if (answered != Answered.NONE) {
          listener.offence(flow, Offence.WRONG_PASSWORD, proven);
        }
      }
      case 404 -> listener.offence(flow, Offence.UNKNOWN_USER, proven);
      default -> {
        if (response.isSuccess() && answered != Answered.NONE && proven) {
          listener.proved(flow);
        }
      }
    }
  }

  private Answered answered(long source, SipRequest request) {
    byte[] nonce = field(request, NONCE);
    if (nonce.length == 0) {
      return Answered.NONE;
    }
    long hashed = hash(source, nonce);
    long known = passedOn[place(hashed)];
    if ((known ^ hashed) >>> 1 != 0) {
      return Answered.UNKNOWN;
    }
    return (known & 1) == 0 ? Answered.FIRST : Answered.AGAIN;
  }

  private void remember(long source, byte[] nonce, boolean again) {
    if (nonce.length > 0) {
      long hashed = hash(source, nonce);
      passedOn[place(hashed)] = hashed & ~1L | (again ? 1 : 0);
    }
  }

  private static int place(long hashed) {
    return (int) (hashed >>> 1) & PLACES - 1;
  }

  private long hash(long source, byte[] nonce) {
    int length = Long.BYTES + nonce.length;
    if (scratch.length < length) {
      scratch = new byte[length];
    }
    for (int i = 0; i < Long.BYTES; i++) {
      scratch[i] = (byte) (source >>> 8 * i);
    }
    System.arraycopy(nonce, 0, scratch, Long.BYTES, nonce.length);
    return hash.hash(scratch, 0, length);
  }

  /** The value of a field of the first challenge, or of the answer to one; empty for none. */
  private static byte[] field(SipMessage message, byte[] name) {
    boolean request = message instanceof SipRequest;
    int i = message.first(request ? "Authorization" : "WWW-Authenticate");
    if (i < 0) {
      i = message.first(request ? "Proxy-Authorization" : "Proxy-Authenticate");
    }
    return i < 0
        ? NOTHING
        : field(message.bytes(), message.valueStart(i), message.valueEnd(i), name);
  }

  private static byte[] field(byte[] bytes, int from, int to, byte[] name) {
    for (int at = from + 1; at + name.length < to; at++) {
      int equals = Ascii.skipLws(bytes, at + name.length, to);
      if (isStart(bytes[at - 1])
          && Ascii.equalsLower(bytes, at, at + name.length, name)
          && equals < to
          && bytes[equals] == '=') {
        return value(bytes, Ascii.skipLws(bytes, equals + 1, to), to);
      }
    }
    return NOTHING;
  }

  private static boolean isStart(byte before) {
    return before == ' ' || before == ',' || before == '\t' || before == '\n';
  }

  private static byte[] value(byte[] bytes, int from, int to) {
    boolean quoted = from < to && bytes[from] == '"';
    int start = quoted ? from + 1 : from;
    int end = start;
    while (end < to && (quoted ? bytes[end] != '"' : !isStart(bytes[end]))) {
      end++;
    }
    return Arrays.copyOfRange(bytes, start, end);
  }
}
