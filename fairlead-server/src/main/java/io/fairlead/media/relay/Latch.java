// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Where a side really sends from, which is where it is sent to: latching, RFC 7362 §4 and §5,
 * within its bounds. The address in the session description comes first; a stranger is heard only
 * while nobody is known, or when the one known has been silent, and then only from his second
 * packet on.
 *
 * <pre>
 *   UNKNOWN    --valid packet----------------------------> LATCHED
 *   SIGNALLED  --packet from the signalled address-------> CONFIRMED
 *   SIGNALLED  --valid packet from elsewhere-------------> LATCHED
 *   LATCHED    --packet from the signalled address-------> CONFIRMED
 *   LATCHED, CONFIRMED  --known one silent, two packets
 *                         in a row of one stranger-------> LATCHED (to him)
 *   any        --description names another address-------> UNKNOWN or SIGNALLED; who was known may
 *                                                          go on until somebody else is
 * </pre>
 *
 * <p>Owned by one media loop.
 */
final class Latch {
  /** What is known. */
  enum State {
    UNKNOWN,
    SIGNALLED,
    CONFIRMED,
    LATCHED
  }

  /** Whose a packet is. */
  enum Verdict {
    /** Of the one who is known. */
    KNOWN,
    /** Of the one who is known from this packet on. */
    LEARNED,
    /** Of the one who was known before another address was described: passes, teaches nothing. */
    FORMER,
    /** Of nobody we know: to be dropped. */
    STRANGER
  }

  private State state = State.UNKNOWN;
  private @Nullable Endpoint signalled;
  private @Nullable Endpoint source;
  private @Nullable Endpoint former;
  // Who may follow one that is silent: numbers written over, since a flood may change its address
  // with each packet.
  private long @Nullable [] candidate;
  private boolean trying;
  private int candidateSsrc;
  private int candidateSequence;
  private long heardNs;
  private @Nullable Endpoint provisional;
  private long provisionalNs;

  State state() {
    return state;
  }

  /** A new description: everything is learned anew, or that address is the one to prefer. */
  void described(@Nullable Endpoint where, boolean moved) {
    if (moved) {
      former = source == null ? former : source;
      source = null;
      trying = false;
      provisional = null;
    }
    signalled = where;
    state =
        source == null
            ? where == null ? State.UNKNOWN : State.SIGNALLED
            : source.equals(where) ? State.CONFIRMED : State.LATCHED;
  }

  /**
   * Judges a packet.
   *
   * @param at where its source stands in the memory
   * @param mayTeach it is such as one learns from: for RTP a negotiated payload type
   * @param packet its header
   * @param clock the time now and after how much silence another may follow
   */
  Verdict judge(MemorySegment memory, long at, boolean mayTeach, Packet packet, Clock clock) {
    Endpoint known = source;
    if (known != null && known.isAt(memory, at)) {
      heardNs = clock.nowNs();
      trying = false;
      return Verdict.KNOWN;
    }
    Endpoint wanted = signalled;
    if (wanted != null && wanted.isAt(memory, at)) {
      return learn(wanted, State.CONFIRMED, clock.nowNs());
    }
    if (known == null) {
      Endpoint before = former;
      if (before != null && before.isAt(memory, at)) {
        return Verdict.FORMER;
      }
      return mayTeach ? latch(memory, at, clock) : Verdict.STRANGER;
    }
    if (!mayTeach || clock.nowNs() - heardNs < clock.relearnAfterNs()) {
      return Verdict.STRANGER;
    }
    return probation(memory, at, packet, clock);
  }

  private Verdict latch(MemorySegment memory, long at, Clock clock) {
    Endpoint found = Endpoint.read(memory, at);
    return clock.ours().is(found) ? Verdict.STRANGER : learn(found, State.LATCHED, clock.nowNs());
  }

  // One packet could be a shot in the dark; two that follow each other are a stream (RFC 3550 A.1).
  private Verdict probation(MemorySegment memory, long at, Packet packet, Clock clock) {
    long[] who = candidate == null ? new long[4] : candidate;
    candidate = who;
    if (trying && Endpoint.isKept(memory, at, who)) {
      if (packet.follows(candidateSsrc, candidateSequence)) {
        return latch(memory, at, clock);
      }
    } else {
      Endpoint.keep(memory, at, who);
      trying = true;
    }
    candidateSsrc = packet.ssrc();
    candidateSequence = packet.sequence();
    return Verdict.STRANGER;
  }

  private Verdict learn(Endpoint who, State next, long nowNs) {
    state = next;
    source = who;
    former = null;
    trying = false;
    provisional = null;
    heardNs = nowNs;
    return Verdict.LEARNED;
  }

  /**
   * Judges what agrees on keys or a way before there is RTP: DTLS, STUN, ZRTP. Who sent it is
   * answered until RTP says who is there; it teaches nothing else. The described address comes
   * first, a stranger only while nobody is known and no other stranger speaks.
   *
   * @return false for one that is not heard
   */
  boolean negotiates(MemorySegment memory, long at, Clock clock) {
    Endpoint known = source;
    if (known != null) {
      return known.isAt(memory, at);
    }
    Endpoint wanted = signalled;
    Endpoint heard = provisional;
    if (wanted != null && wanted.isAt(memory, at)) {
      provisional = wanted;
    } else if (heard == null || clock.nowNs() - provisionalNs >= clock.relearnAfterNs()) {
      Endpoint found = Endpoint.read(memory, at);
      if (clock.ours().is(found)) {
        return false;
      }
      provisional = found;
    } else if (!heard.isAt(memory, at)) {
      return false;
    }
    provisionalNs = clock.nowNs();
    return true;
  }

  /** Where to send what agrees on keys or a way; null when nobody knows. */
  @Nullable Endpoint negotiator() {
    return source == null && provisional != null ? provisional : destination();
  }

  /** The kernel has forwarded packets of the one who is known. */
  void heard(long nowNs) {
    heardNs = nowNs;
  }

  /** Where to send; null when nobody knows. */
  @Nullable Endpoint destination() {
    return source != null ? source : signalled != null ? signalled : former;
  }

  /** Who has been learned, null while nobody is. */
  @Nullable Endpoint source() {
    return source;
  }
}
