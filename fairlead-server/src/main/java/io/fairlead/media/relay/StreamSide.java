// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.media.srtp.SrtpSession;
import io.fairlead.sdp.OfferAnswer.Side;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One side of a stream as its media loop knows it.
 *
 * <p>Owned by one media loop; formats and statistics are read by any thread.
 */
final class StreamSide {
  private final Side side;
  private final Latch rtp = new Latch();
  private final Latch rtcp = new Latch();
  private final RoundTrip roundTrip = new RoundTrip();
  private final ReceptionStatistics statistics = new ReceptionStatistics();
  private Formats formats = Formats.ANY;
  private SidePorts ports;
  private boolean described;
  private boolean muxed;
  private boolean rtpPackets;
  private boolean secure;
  private @Nullable SrtpSession srtp;
  private boolean sends;
  private boolean receives;
  private long timeoutNs;
  private long heardNs;
  private boolean silenceTold;

  StreamSide(Side side, SidePorts ports) {
    this.side = side;
    this.ports = ports;
  }

  void described(DescribedMedia what, Formats payloads, Clock clock) {
    described = true;
    muxed = what.muxed();
    rtpPackets = what.rtpPackets();
    secure = what.secure();
    srtp = what.srtp();
    sends = what.sends();
    receives = what.receives();
    formats = payloads;
    timeoutNs = what.timeout().toNanos();
    heardNs = clock.nowNs();
    silenceTold = false;
    rtp.described(endpoint(what.rtp(), clock), what.moved());
    rtcp.described(endpoint(what.rtcp(), clock), what.moved());
  }

  // What leads back to us is no address to send to.
  private static @Nullable Endpoint endpoint(@Nullable InetSocketAddress address, Clock clock) {
    return address == null || address.getPort() == 0 || clock.ours().is(address)
        ? null
        : Endpoint.of(address);
  }

  void heard(long nowNs) {
    heardNs = nowNs;
    silenceTold = false;
  }

  /** True once when it has been silent for too long. */
  boolean isSilent(long nowNs) {
    return nowNs - heardNs >= timeoutNs;
  }

  void moved(SidePorts to) {
    ports = to;
  }

  Side side() {
    return side;
  }

  int index() {
    return side.ordinal();
  }

  Latch rtp() {
    return rtp;
  }

  Latch rtcp() {
    return rtcp;
  }

  RoundTrip roundTrip() {
    return roundTrip;
  }

  ReceptionStatistics statistics() {
    return statistics;
  }

  Formats formats() {
    return formats;
  }

  SidePorts ports() {
    return ports;
  }

  boolean isDescribed() {
    return described;
  }

  boolean isMuxed() {
    return muxed;
  }

  boolean hasRtp() {
    return rtpPackets;
  }

  /** True for plain RTP, which the kernel may forward. */
  boolean isPlainRtp() {
    return rtpPackets && !secure && srtp == null;
  }

  /** With what its SRTP ends at us; null for what passes as it is. */
  @Nullable SrtpSession srtp() {
    return srtp;
  }

  /** The name of its suite, empty for none. */
  String suite() {
    SrtpSession session = srtp;
    return session == null ? "" : session.suite().name();
  }

  boolean sends() {
    return sends;
  }

  boolean receives() {
    return receives;
  }

  long heardNs() {
    return heardNs;
  }

  boolean isSilenceTold() {
    return silenceTold;
  }

  void silenceTold() {
    silenceTold = true;
  }
}
