// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.media.MediaReport.Quality;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What came from one side: loss by RFC 3550 A.3, jitter by A.8, packets behind a later one. Arrival
 * times are those of the loop's cycles, so jitter below the relay's pace is not seen exactly.
 *
 * <p>Written by one media loop, read by any thread: a number that is odd while the loop writes
 * tells a reader to look again.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class ReceptionStatistics {
  private static final VarHandle VERSION;
  private static final int TRIES = 1000;
  // RFC 3550 A.1: a step further than that is a new beginning.
  private static final int MAX_DROPOUT = 3000;
  private static final int MAX_MISORDER = 100;
  private static final int LEAST_FOR_SCORE = 100;

  static {
    try {
      VERSION =
          MethodHandles.lookup().findVarHandle(ReceptionStatistics.class, "version", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private int version;
  private long packets;
  private long bytes;
  private long dropped;
  private long reordered;
  private long lastNs;
  private long lostBefore;
  private long expectedBefore;
  private boolean begun;
  private int ssrc;
  private int base;
  private long highest;
  private long received;
  // Of the last packet of a codec, and of the last with sound, which RFC 2198 may have wrapped.
  private int payloadType = -1;
  private int timedType = -1;
  private int rate;
  private int transit;
  private boolean timed;
  // In ticks, times 16, as A.8 has it.
  private long jitter;

  private void begin() {
    VERSION.setOpaque(this, version + 1);
    VarHandle.storeStoreFence();
  }

  private void end() {
    VERSION.setRelease(this, version + 1);
  }

  /** An RTP packet that was taken. */
  void rtp(Packet packet, int length, Formats formats, long nowNs) {
    begin();
    packets++;
    bytes += length;
    lastNs = nowNs;
    if (!begun || packet.ssrc() != ssrc) {
      anew(packet);
    }
    sequence(packet.sequence());
    if (formats.carriesSound(packet.payloadType())) {
      sound(packet, formats);
      arrived(packet.timestamp(), nowNs);
    }
    end();
  }

  private void sound(Packet packet, Formats formats) {
    if (packet.payloadType() != timedType) {
      timedType = packet.payloadType();
      payloadType = formats.isCodec(timedType) ? timedType : payloadType;
      int next = formats.clockRate(timedType);
      if (next != rate) {
        // Timestamps of different clocks cannot be compared.
        jitter = rate == 0 ? 0 : jitter * next / rate;
        rate = next;
        timed = false;
      }
    }
  }

  /** A packet that is not RTP. */
  void other(int length, long nowNs) {
    begin();
    packets++;
    bytes += length;
    lastNs = nowNs;
    end();
  }

  void drop() {
    begin();
    dropped++;
    end();
  }

  /** Packets that passed without us. */
  void forwarded(long morePackets, long moreBytes, long nowNs) {
    begin();
    packets += morePackets;
    bytes += moreBytes;
    lastNs = nowNs;
    settle();
    end();
  }

  // What follows is compared with nothing before it.
  private void settle() {
    lostBefore += lostNow();
    expectedBefore += expectedNow();
    begun = false;
    timed = false;
  }

  private void anew(Packet packet) {
    settle();
    begun = true;
    ssrc = packet.ssrc();
    base = packet.sequence();
    highest = base - 1L;
    received = 0;
  }

  private void sequence(int sequence) {
    int step = (short) (sequence - (int) highest);
    if (step > MAX_DROPOUT || step < -MAX_MISORDER) {
      lostBefore += lostNow();
      expectedBefore += expectedNow();
      base = sequence;
      highest = sequence;
      received = 1;
      timed = false;
      return;
    }
    received++;
    if (step > 0) {
      highest += step;
    } else if (step < 0) {
      reordered++;
    }
  }

  private void arrived(int timestamp, long nowNs) {
    int arrival = (int) (nowNs / 1000 * rate / 1_000_000);
    int next = arrival - timestamp;
    if (timed) {
      // A jump, such as of a sender that begins anew, is no jitter: a second at most.
      int distance = Math.abs(next - transit);
      if (distance >= 0 && distance <= rate) {
        jitter += distance - (jitter + 8 >> 4);
      }
    }
    transit = next;
    timed = true;
  }

  private long expectedNow() {
    return begun ? highest - base + 1 : 0;
  }

  private long lostNow() {
    return Math.max(0, expectedNow() - received);
  }

  /** When the last packet came; 0 for never. On the media loop. */
  long lastNs() {
    return lastNs;
  }

  /**
   * What is known now. Any thread.
   *
   * @param formats the side's, for the codec
   * @param rttUs round trip, microseconds, -1 when not known
   */
  Reading read(Formats formats, long rttUs, long nowNs) {
    for (int i = 0; i < TRIES; i++) {
      int before = (int) VERSION.getAcquire(this);
      Reading reading = reading(formats, rttUs, nowNs);
      VarHandle.loadLoadFence();
      if ((before & 1) == 0 && before == (int) VERSION.getOpaque(this)) {
        return reading;
      }
      Thread.onSpinWait();
    }
    // A loop that was stopped in the middle: a figure may be one packet behind another.
    return reading(formats, rttUs, nowNs);
  }

  private Reading reading(Formats formats, long rttUs, long nowNs) {
    String codec = payloadType < 0 ? "" : formats.name(payloadType);
    long lost = lostBefore + lostNow();
    long expected = expectedBefore + expectedNow();
    long jitterUs = rate == 0 ? 0 : (jitter >> 4) * 1_000_000 / rate;
    double mos =
        expected < LEAST_FOR_SCORE
            ? 0
            : MeanOpinionScore.of(codec, 100.0 * lost / expected, jitterUs, rttUs);
    return new Reading(
        codec,
        new Quality(
            packets,
            bytes,
            lost,
            reordered,
            dropped,
            jitterUs,
            rttUs,
            mos,
            lastNs == 0 ? -1 : Math.max(0, nowNs - lastNs)));
  }

  /**
   * What was read.
   *
   * @param codec by the last payload type that is a codec, empty when it has no name
   * @param quality the figures
   */
  record Reading(String codec, Quality quality) {}
}
