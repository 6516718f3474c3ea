// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.media.relay.MediaStream.Sides;
import io.fairlead.media.relay.Offload.Forwarded;
import org.jspecify.annotations.Nullable;

/**
 * Whether the kernel forwards a stream, and its ports when the stream ends before it has let go of
 * them.
 *
 * <pre>
 *   MINE --both learned, plain RTP both ways--> GIVEN --anything changes--> RETURNING --> MINE
 *   MINE --it will not take it-----------------> REFUSED --anything changes--> MINE
 *   GIVEN --it stops by itself-----------------> REFUSED
 * </pre>
 *
 * <p>Shared: see docs/ownership.md.
 */
final class OffloadedPath implements Offload.Observer {
  private enum State {
    MINE,
    REFUSED,
    GIVEN,
    RETURNING
  }

  private final MediaLoop loop;
  private final Sides sides;
  private final Offload offload;
  private volatile boolean forwarding;
  private State state = State.MINE;
  private Offload.@Nullable Handle handle;
  private Forwarded seen = Forwarded.NONE;
  private boolean closed;
  private int trafficClass;
  // Ports of ours that the kernel still has, one side's or both.
  private @Nullable SidePorts waiting;
  private @Nullable SidePorts alsoWaiting;
  private @Nullable Runnable afterReturn;

  OffloadedPath(MediaLoop loop, Sides sides, Offload offload) {
    this.loop = loop;
    this.sides = sides;
    this.offload = offload;
  }

  /** True while packets pass without us. Any thread. */
  boolean isForwarding() {
    return forwarding;
  }

  /** Something has changed: offers the path if it can be given. */
  void consider(int mark) {
    trafficClass = mark;
    if (state == State.REFUSED) {
      state = State.MINE;
    }
    offer();
  }

  private void offer() {
    StreamSide caller = sides.caller();
    StreamSide callee = sides.callee();
    Endpoint from = caller.rtp().source();
    Endpoint to = callee.rtp().source();
    if (state != State.MINE
        || closed
        || from == null
        || to == null
        || caller.isMuxed() != callee.isMuxed()
        || !(caller.isPlainRtp() && callee.isPlainRtp())
        || !(caller.sends() && caller.receives() && callee.sends() && callee.receives())) {
      return;
    }
    seen = Forwarded.NONE;
    handle =
        offload.start(
            new Offload.Path(
                from.address(),
                caller.ports().bound(),
                callee.ports().bound(),
                to.address(),
                caller.ports().network().name(),
                callee.ports().network().name(),
                trafficClass),
            this);
    state = handle == null ? State.REFUSED : State.GIVEN;
  }

  /** Before anything changes. */
  void takeBack() {
    Offload.Handle given = handle;
    if (state == State.GIVEN && given != null) {
      state = State.RETURNING;
      handle = null;
      given.stop();
    }
  }

  /** Nothing is given any more. */
  void close() {
    closed = true;
  }

  /** After the end: does it when the kernel has counted its last packets. Once. */
  void whenReturned(Runnable then) {
    if (state == State.RETURNING) {
      afterReturn = then;
    } else {
      then.run();
    }
  }

  /** The stream has done with these ports: they rest as soon as the kernel has let go of them. */
  void release(SidePorts ports) {
    if (state != State.RETURNING) {
      ports.rest(loop.clock().nowNs());
    } else if (waiting == null) {
      waiting = ports;
    } else if (alsoWaiting == null) {
      alsoWaiting = ports;
    } else {
      // Moved twice while one path returns: the quarantine alone must do.
      ports.rest(loop.clock().nowNs());
    }
  }

  @Override
  public void onStarted() {
    loop.execute(() -> forwarding = state == State.GIVEN);
  }

  @Override
  public void onForwarded(Forwarded total) {
    loop.execute(() -> count(total));
  }

  @Override
  public void onStopped(Forwarded total) {
    loop.execute(() -> {
      count(total);
      forwarding = false;
      handle = null;
      boolean asked = state == State.RETURNING;
      state = asked ? State.MINE : State.REFUSED;
      rest(waiting);
      rest(alsoWaiting);
      waiting = null;
      alsoWaiting = null;
      Runnable then = afterReturn;
      afterReturn = null;
      if (then != null) {
        then.run();
      }
      offer();
    });
  }

  private void rest(@Nullable SidePorts ports) {
    if (ports != null) {
      ports.rest(loop.clock().nowNs());
    }
  }

  private void count(Forwarded total) {
    count(
        sides.caller(),
        total.callerPackets() - seen.callerPackets(),
        total.callerBytes() - seen.callerBytes());
    count(
        sides.callee(),
        total.calleePackets() - seen.calleePackets(),
        total.calleeBytes() - seen.calleeBytes());
    seen = total;
  }

  private void count(StreamSide side, long packets, long bytes) {
    if (packets > 0) {
      long nowNs = loop.clock().nowNs();
      side.heard(nowNs);
      side.rtp().heard(nowNs);
      side.statistics().forwarded(packets, bytes, nowNs);
      loop.sums().taken(side.index(), packets, bytes);
    }
  }
}
