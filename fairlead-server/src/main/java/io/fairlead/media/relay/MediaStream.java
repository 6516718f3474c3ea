// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaReport.Quality;
import io.fairlead.media.relay.RelayMeters.Drop;
import io.fairlead.media.srtp.SrtpSession;
import io.fairlead.sdp.OfferAnswer.Side;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@link RelayedStream}: takes packets of one side, as its {@link Latch} allows, and sends them to
 * the other.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class MediaStream implements RelayedStream {
  /** Both sides. Immutable. */
  record Sides(StreamSide caller, StreamSide callee) {
    StreamSide of(Side side) {
      return side == Side.CALLER ? caller : callee;
    }
  }

  private final Relay relay;
  private final MediaLoop loop;
  private final StreamRequest request;
  private final StreamObserver observer;
  private final StreamSide caller;
  private final StreamSide callee;
  private final OffloadedPath path;
  // The call's loop's: what descriptions are to name.
  private SidePorts callerPorts;
  private SidePorts calleePorts;
  private int index = -1;

  MediaStream(
      Relay relay, MediaLoop loop, StreamRequest request, StreamObserver observer, Sides sides) {
    this.relay = relay;
    this.loop = loop;
    this.request = request;
    this.observer = observer;
    caller = sides.caller;
    callee = sides.callee;
    callerPorts = caller.ports();
    calleePorts = callee.ports();
    path = new OffloadedPath(loop, sides, relay.offload());
  }

  @Override
  public InetAddress address(Side side) {
    return (side == Side.CALLER ? callerPorts : calleePorts).network().advertise();
  }

  @Override
  public int port(Side side) {
    return (side == Side.CALLER ? callerPorts : calleePorts).port();
  }

  @Override
  public void described(Side side, DescribedMedia what) {
    Formats formats = new Formats(what.payloadTypes(), what.names());
    loop.execute(() -> {
      path.takeBack();
      loop.secured(side(side).srtp(), -1);
      side(side).described(what, formats, loop.clock());
      loop.secured(what.srtp(), 1);
      path.consider(relay.ports(callerNetwork()).trafficClass());
    });
  }

  @Override
  public boolean move(Side side, String network) {
    SidePorts next = relay.ports(network).open();
    if (next == null) {
      return false;
    }
    if (side == Side.CALLER) {
      callerPorts = next;
    } else {
      calleePorts = next;
    }
    loop.execute(() -> moved(side(side), next));
    return true;
  }

  @Override
  public MediaReport.Stream report() {
    long nowNs = System.nanoTime();
    long there = caller.roundTrip().us();
    long back = callee.roundTrip().us();
    long rttUs = there < 0 || back < 0 ? -1 : there + back;
    var fromCaller = caller.statistics().read(caller.formats(), rttUs, nowNs);
    var fromCallee = callee.statistics().read(callee.formats(), rttUs, nowNs);
    String codec = fromCaller.codec().isEmpty() ? fromCallee.codec() : fromCaller.codec();
    return new MediaReport.Stream(
        request.kind(),
        codec,
        quality(fromCaller),
        quality(fromCallee),
        path.isForwarding(),
        caller.suite(),
        callee.suite());
  }

  private static Quality quality(ReceptionStatistics.Reading reading) {
    return reading.quality();
  }

  @Override
  public void close(Consumer<MediaReport.Stream> last) {
    if (path.isForwarding()) {
      loop.execute(() -> {
        end();
        path.whenReturned(() -> request.loop().execute(() -> last.accept(report())));
      });
    } else {
      MediaReport.Stream now = report();
      loop.execute(this::end);
      last.accept(now);
    }
  }

  private StreamSide side(Side side) {
    return side == Side.CALLER ? caller : callee;
  }

  private String callerNetwork() {
    return caller.ports().network().name();
  }

  // From here on all runs on the media loop.

  void begin() {
    index = loop.add(this);
    loop.listen(index, caller.index(), caller.ports());
    loop.listen(index, callee.index(), callee.ports());
  }

  private void moved(StreamSide side, SidePorts next) {
    path.takeBack();
    loop.silence(index, side.index());
    path.release(side.ports());
    side.moved(next);
    loop.listen(index, side.index(), next);
  }

  private void end() {
    path.takeBack();
    loop.silence(index, caller.index());
    loop.silence(index, callee.index());
    loop.remove(index);
    loop.count().getAndDecrement();
    loop.secured(caller.srtp(), -1);
    loop.secured(callee.srtp(), -1);
    path.close();
    path.release(caller.ports());
    path.release(callee.ports());
  }

  /** A datagram at one of its sockets: bit 1 says which side's, bit 0 that it is RTCP's. */
  void onDatagram(int socket, long at, int length) {
    boolean ofCaller = socket < 2;
    StreamSide from = ofCaller ? caller : callee;
    StreamSide to = ofCaller ? callee : caller;
    Drop why;
    if (length > loop.largest()) {
      why = Drop.LONG;
    } else if (!from.isDescribed()) {
      why = Drop.EARLY;
    } else if ((socket & 1) != 0
        || from.isMuxed() && from.hasRtp() && RtpHeader.isMuxedRtcp(loop.memory(), at, length)) {
      why = onRtcp(from, to, at, length, (socket & 1) == 0);
    } else {
      why = onRtp(from, to, at, length);
    }
    if (why != null) {
      from.statistics().drop();
      loop.sums().drop(why);
    }
  }

  private @Nullable Drop onRtp(StreamSide from, StreamSide to, long at, int received) {
    MemorySegment memory = loop.memory();
    Packet packet = loop.packet();
    boolean teaches = true;
    int length = received;
    if (length == 0) {
      return Drop.EMPTY;
    }
    if (from.hasRtp()) {
      if (!RtpHeader.isRtp(memory, at, length)) {
        return onNegotiation(from, to, false, at, length);
      }
      // Before anything is learned: who has not the key teaches nothing.
      length = opened(from, false, at, length);
      if (length < 0) {
        return loop.crypto().why();
      }
      packet.read(memory, at);
      teaches = from.formats().has(packet.payloadType());
    } else {
      packet.readNothing();
    }
    boolean known = from.rtp().source() != null;
    Latch.Verdict verdict =
        from.rtp().judge(memory, loop.sourceOf(at), teaches, packet, loop.clock());
    if (verdict == Latch.Verdict.STRANGER) {
      return Drop.STRANGER;
    }
    taken(from, packet, received);
    if (verdict == Latch.Verdict.LEARNED) {
      learned(known);
    }
    if (!from.sends() || !to.receives()) {
      loop.sums().drop(Drop.HELD);
    } else {
      send(to, false, to.rtp().destination(), at, sealed(to, false, at, length));
    }
    return null;
  }

  // The length of what it is without its SRTP, -1 when that cannot be had.
  private int opened(StreamSide from, boolean rtcp, long at, int length) {
    SrtpSession session = from.srtp();
    return session == null ? length : loop.crypto().open(session, rtcp, at, length);
  }

  private int sealed(StreamSide to, boolean rtcp, long at, int length) {
    SrtpSession session = to.srtp();
    int sealed = session == null ? length : loop.crypto().seal(session, rtcp, at, length);
    if (sealed < 0) {
      loop.sums().drop(loop.crypto().why());
    }
    return sealed;
  }

  // DTLS, STUN and ZRTP come before RTP could have taught anything (RFC 5764): without them it
  // would never come. On hold as well. Where keys are agreed on with us, these are of no use.
  private @Nullable Drop onNegotiation(
      StreamSide from, StreamSide to, boolean rtcp, long at, int length) {
    boolean ours = from.srtp() != null || to.srtp() != null;
    if (ours || !RtpHeader.isNegotiation(loop.memory(), at, length)) {
      return Drop.INVALID;
    }
    Latch way = rtcp ? from.rtcp() : from.rtp();
    if (!way.negotiates(loop.memory(), loop.sourceOf(at), loop.clock())) {
      return Drop.STRANGER;
    }
    send(to, rtcp, (rtcp ? to.rtcp() : to.rtp()).negotiator(), at, length);
    return null;
  }

  private void taken(StreamSide from, Packet packet, int length) {
    long nowNs = loop.clock().nowNs();
    from.heard(nowNs);
    if (from.hasRtp()) {
      from.statistics().rtp(packet, length, from.formats(), nowNs);
    } else {
      from.statistics().other(length, nowNs);
    }
    loop.sums().taken(from.index(), 1, length);
  }

  private void learned(boolean again) {
    if (again) {
      loop.sums().relearn();
    }
    path.takeBack();
    path.consider(relay.ports(callerNetwork()).trafficClass());
  }

  private void send(StreamSide to, boolean rtcp, @Nullable Endpoint where, long at, int length) {
    if (where == null) {
      loop.sums().drop(Drop.NOWHERE);
    } else if (length >= 0) {
      loop.send(index, to.index(), rtcp, where, at, length);
    }
  }

  private @Nullable Drop onRtcp(
      StreamSide from, StreamSide to, long at, int received, boolean muxed) {
    MemorySegment memory = loop.memory();
    if (!RoundTrip.isRtcp(memory, at, received)) {
      return muxed || to.isMuxed() || !RtpHeader.isNegotiation(memory, at, received)
          ? Drop.RTCP
          : onNegotiation(from, to, true, at, received);
    }
    int length = opened(from, true, at, received);
    if (length < 0) {
      return loop.crypto().why();
    }
    long source = loop.sourceOf(at);
    if (muxed ? !isOfKnown(from, memory, source) : !isOfKnownRtcp(from, memory, source)) {
      return Drop.STRANGER;
    }
    long nowNs = loop.clock().nowNs();
    from.heard(nowNs);
    from.roundTrip().passed(memory, at, length, to.roundTrip(), nowNs);
    Latch way = to.isMuxed() ? to.rtp() : to.rtcp();
    send(to, !to.isMuxed(), way.destination(), at, sealed(to, true, at, length));
    return null;
  }

  // RTCP alone teaches nothing of the port of RTP.
  private static boolean isOfKnown(StreamSide from, MemorySegment memory, long source) {
    Endpoint known = from.rtp().destination();
    return known != null && known.isAt(memory, source);
  }

  // Any port of the machine that RTP comes from, or is to come from.
  private boolean isOfKnownRtcp(StreamSide from, MemorySegment memory, long source) {
    Endpoint rtp = from.rtp().destination();
    boolean near = rtp != null && rtp.isAddressAt(memory, source);
    loop.packet().readNothing();
    return from.rtcp().judge(memory, source, near, loop.packet(), loop.clock())
        != Latch.Verdict.STRANGER;
  }

  void lookForSilence(long nowNs) {
    if (!caller.isDescribed() || !callee.isDescribed()) {
      return;
    }
    boolean callerSilent = caller.isSilent(nowNs);
    boolean calleeSilent = callee.isSilent(nowNs);
    if (callerSilent && calleeSilent) {
      if (!caller.isSilenceTold() || !callee.isSilenceTold()) {
        tell(null, nowNs - Math.max(caller.heardNs(), callee.heardNs()));
      }
      caller.silenceTold();
      callee.silenceTold();
    } else if (callerSilent || calleeSilent) {
      StreamSide silent = callerSilent ? caller : callee;
      if (!silent.isSilenceTold()) {
        silent.silenceTold();
        tell(silent.side(), nowNs - silent.heardNs());
      }
    }
  }

  private void tell(@Nullable Side silent, long forNs) {
    request.loop().execute(() -> observer.onSilence(silent, Duration.ofNanos(forNs)));
  }
}
