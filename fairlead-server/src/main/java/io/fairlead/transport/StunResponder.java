// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.linux.Sockaddr;
import io.fairlead.observe.Counter;
import io.fairlead.stun.StunAttribute;
import io.fairlead.stun.StunMessage;
import io.fairlead.stun.StunWriter;
import io.fairlead.transport.ListenerMeters.Drop;

/**
 * Answers the STUN Binding requests by which devices keep their flows alive (RFC 5626 §4.4.2, §5.4,
 * §8; RFC 8489). An answer is never much longer than its request, and there are never more in a
 * second than {@code stun-rate}: whoever forges a source gains nothing by us.
 *
 * <p>Owned by one loop.
 */
final class StunResponder {
  /** What was answered on a listener. Immutable. */
  record Answered(Counter mapped, Counter refused) {}

  private static final long SECOND_NS = 1_000_000_000L;
  private static final int MOST_UNKNOWN = 16;
  private static final int UNKNOWN_ATTRIBUTE = 420;

  private final ListenerMeters meters;
  private final Answered answered;
  private final UdpKeepaliveTimes signs;
  private final int rate;
  private final StunMessage message = new StunMessage();
  private final StunWriter out = new StunWriter();
  private final int[] unknown = new int[MOST_UNKNOWN];
  private long secondNs;
  private int inSecond;

  /**
   * @param rate the most answers in a second
   */
  StunResponder(ListenerMeters meters, Answered answered, UdpKeepaliveTimes signs, int rate) {
    this.meters = meters;
    this.answered = answered;
    this.signs = signs;
    this.rate = rate;
  }

  /**
   * Takes a datagram that begins as STUN does.
   *
   * @param source where it came from, as in {@link Sockaddr}
   * @return true when the {@link #answer} is to be sent there
   */
  boolean take(byte[] source, byte[] bytes, int length, long nowNs) {
    if (!message.read(bytes, 0, length)) {
      meters.dropped(Drop.STUN_MALFORMED);
    } else if (message.kind() != StunMessage.Kind.REQUEST || !message.isBinding()) {
      // Nobody was asked, and what nobody waits for is not answered.
      meters.dropped(Drop.STUN_UNASKED);
    } else if (!mayAnswer(nowNs)) {
      meters.dropped(Drop.STUN_RATE);
    } else {
      write(source, nowNs);
      return true;
    }
    return false;
  }

  /** What is to be sent. */
  StunWriter answer() {
    return out;
  }

  private boolean mayAnswer(long nowNs) {
    if (nowNs - secondNs >= SECOND_NS || nowNs < secondNs) {
      secondNs = nowNs;
      inSecond = 0;
    }
    return inSecond++ < rate;
  }

  private void write(byte[] source, long nowNs) {
    int count = unknown();
    if (count > 0) {
      out.begin(StunMessage.Kind.ERROR, message);
      out.error(UNKNOWN_ATTRIBUTE, "Unknown Attribute").unknown(unknown, count);
      answered.refused.add();
    } else {
      out.begin(StunMessage.Kind.SUCCESS, message);
      StunAttribute where =
          message.isClassic() ? StunAttribute.MAPPED_ADDRESS : StunAttribute.XOR_MAPPED_ADDRESS;
      int from = Sockaddr.addressFrom(source);
      out.address(where, source, from, Sockaddr.addressSize(source), Sockaddr.port(source));
      signs.seen(source, nowNs);
      answered.mapped.add();
    }
    if (message.hasFingerprint()) {
      out.fingerprint();
    }
  }

  // Those that must be known and are not (RFC 8489 §6.3.1); the first will do.
  private int unknown() {
    int count = 0;
    message.rewind();
    while (message.next()) {
      boolean strange =
          StunAttribute.mustBeKnown(message.code()) && message.attribute() == StunAttribute.OTHER;
      if (strange && count < MOST_UNKNOWN) {
        unknown[count++] = message.code();
      }
    }
    return count;
  }
}
