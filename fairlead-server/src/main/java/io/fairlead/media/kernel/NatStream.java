// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.kernel;

import io.fairlead.media.relay.Offload;
import io.fairlead.media.relay.Offload.Forwarded;
import java.util.function.Consumer;

/**
 * A stream that the kernel forwards, will forward, or did.
 *
 * <pre>
 *   NEW -> WAITING -> STARTING -> FORWARDED -> STOPPING -> ENDED
 *    \________^          \___________ENDED
 * </pre>
 *
 * <p>Owned by the kernel thread.
 */
final class NatStream implements Offload.Handle {
  /** How far it is. */
  enum State {
    NEW,
    /** Until a first stream between these two addresses of ours has shown that packets pass. */
    WAITING,
    STARTING,
    FORWARDED,
    STOPPING,
    ENDED
  }

  // Packets that came in without one that left, before we say that something stops them: the first
  // may wait for a neighbour's address (ARP), a moment may fall between two readings.
  private static final int MANY_AT_FIRST = 5;
  private static final int MANY = 50;

  final Offload.Observer observer;
  final AddressPair pair;
  final NatFlow fromCaller;
  final NatFlow fromCallee;
  State state = State.NEW;
  private final Offload.Path between;
  private final Consumer<NatStream> stopped;
  private final Passed callerPassed;
  private final Passed calleePassed;
  private long counted;

  /**
   * @param stopped is told when it is to end, on any thread
   */
  NatStream(
      Offload.Path path, AddressPair pair, Offload.Observer observer, Consumer<NatStream> stopped) {
    this.between = path;
    this.pair = pair;
    this.observer = observer;
    this.stopped = stopped;
    fromCaller =
        new NatFlow(
            path.caller(),
            path.callerSide(),
            path.calleeSide(),
            path.callee(),
            path.trafficClass());
    fromCallee =
        new NatFlow(
            path.callee(),
            path.calleeSide(),
            path.callerSide(),
            path.caller(),
            path.trafficClass());
    callerPassed = new Passed(fromCaller);
    calleePassed = new Passed(fromCallee);
  }

  @Override
  public void stop() {
    stopped.accept(this);
  }

  /** It will not be forwarded, or is not any more. */
  void refuse() {
    if (state != State.ENDED) {
      state = State.ENDED;
      observer.onStopped(Forwarded.NONE);
    }
  }

  /** Which it is. */
  Offload.Path between() {
    return between;
  }

  /** What the counters say. */
  Forwarded total() {
    return new Forwarded(
        fromCaller.arrived.packets,
        fromCaller.payload(),
        fromCallee.arrived.packets,
        fromCallee.payload());
  }

  /** Packets that left since this was asked last. */
  long news() {
    long all = fromCaller.left.packets + fromCallee.left.packets;
    long more = all - counted;
    counted = all;
    return more;
  }

  /** True when something came through. */
  boolean passes() {
    return fromCaller.left.packets + fromCallee.left.packets > 0;
  }

  /** After a reading: true when packets come in and none leaves. */
  boolean isStuck() {
    boolean caller = callerPassed.isStuck();
    boolean callee = calleePassed.isStuck();
    return caller || callee;
  }

  /** What had arrived in one direction when something last left. */
  private static final class Passed {
    private final NatFlow flow;
    private long left;
    private long arrived;

    Passed(NatFlow flow) {
      this.flow = flow;
    }

    boolean isStuck() {
      if (flow.left.packets != left) {
        left = flow.left.packets;
        arrived = flow.arrived.packets;
      }
      return flow.arrived.packets - arrived >= (left == 0 ? MANY_AT_FIRST : MANY);
    }
  }
}
