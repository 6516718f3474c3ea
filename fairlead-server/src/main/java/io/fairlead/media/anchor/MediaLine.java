// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.media.sdes.SdesKeys;
import io.fairlead.net.IpLiteralParser;
import io.fairlead.sdp.Attribute;
import io.fairlead.sdp.MediaDescription;
import io.fairlead.sdp.NetAddress;
import io.fairlead.sdp.Protocol;
import io.fairlead.sdp.SessionDescription;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What one side says of an m= line that can be relayed. Immutable.
 *
 * @param kind "audio", "video", "image" ...
 * @param said where it wants RTP, as written; null for a name or an address of zeroes
 * @param saidRtcp the same of RTCP
 * @param rtp where it may be sent to unasked; null where that must be learned
 * @param rtcp the same of RTCP
 * @param muxes RTP and RTCP may share the port
 * @param protocol of the m= line
 * @param rtpPackets false for UDPTL and all else that is not RTP
 * @param secure it is SRTP, or may become it
 * @param keys with which its SRTP ends at us; null for what passes as it is
 * @param types its payload types
 * @param sends it wants to send
 * @param receives it wants to be sent to
 */
record MediaLine(
    String kind,
    @Nullable InetSocketAddress said,
    @Nullable InetSocketAddress saidRtcp,
    @Nullable InetSocketAddress rtp,
    @Nullable InetSocketAddress rtcp,
    boolean muxes,
    Protocol protocol,
    boolean rtpPackets,
    boolean secure,
    @Nullable SdesKeys keys,
    PayloadTypes types,
    boolean sends,
    boolean receives) {

  /** Who may be sent to. */
  @FunctionalInterface
  interface Allowed {
    boolean test(InetSocketAddress to);
  }

  /**
   * Reads one.
   *
   * @return null when it is refused, or cannot be relayed
   */
  static @Nullable MediaLine read(
      SessionDescription session, MediaDescription media, Allowed allowed) {
    if (media.port() == 0 || !Relayable.is(session, media)) {
      return null;
    }
    boolean rtp = media.protocol().rtp();
    InetAddress address = address(session, media.connection());
    NetAddress own = media.rtcpAddress();
    InetSocketAddress said = at(address, media.port());
    InetSocketAddress saidRtcp =
        rtp ? at(own.present() ? address(session, own) : address, media.rtcpPort()) : null;
    return new MediaLine(
        kind(media),
        said,
        saidRtcp,
        said != null && allowed.test(said) ? said : null,
        saidRtcp != null && allowed.test(saidRtcp) ? saidRtcp : null,
        rtp && media.muxed(),
        media.protocol(),
        rtp,
        isSecure(session, media),
        null,
        rtp ? PayloadTypes.read(session, media) : PayloadTypes.ANY,
        media.direction().sends(),
        media.direction().receives() && !isHeldByAddress(session, media));
  }

  /** True when it neither holds nor is held nor only listens. */
  boolean talks() {
    return sends && receives;
  }

  /** The same, nothing to flow. */
  MediaLine silent() {
    return new MediaLine(
        kind,
        said,
        saidRtcp,
        rtp,
        rtcp,
        muxes,
        protocol,
        rtpPackets,
        secure,
        keys,
        types,
        false,
        false);
  }

  /** The same with keys that were agreed on with us, or plain with null. */
  MediaLine with(@Nullable SdesKeys agreed) {
    return new MediaLine(
        kind,
        said,
        saidRtcp,
        rtp,
        rtcp,
        muxes,
        protocol,
        rtpPackets,
        agreed != null,
        agreed,
        types,
        sends,
        receives);
  }

  /** True when it holds the other side by an address of zeroes; an ICE agent's only waits. */
  static boolean isHeldByAddress(SessionDescription session, MediaDescription media) {
    return media.connection().unspecified()
        && !media.has(Attribute.ICE_UFRAG)
        && !session.has(Attribute.ICE_UFRAG);
  }

  // Keys are offered with plain RTP too: who has them may use them (RFC 8643).
  private static boolean isSecure(SessionDescription session, MediaDescription media) {
    return media.protocol().secure()
        || media.has(Attribute.CRYPTO)
        || media.has(Attribute.FINGERPRINT)
        || session.has(Attribute.FINGERPRINT)
        || media.has(Attribute.ZRTP_HASH);
  }

  private static String kind(MediaDescription media) {
    return media.audio() ? "audio" : media.video() ? "video" : media.kind();
  }

  private static @Nullable InetAddress address(SessionDescription session, NetAddress where) {
    return !where.present() || where.unspecified()
        ? null
        : IpLiteralParser.address(session.bytes(), where.from(), where.to());
  }

  private static @Nullable InetSocketAddress at(@Nullable InetAddress address, int port) {
    return address == null ? null : new InetSocketAddress(address, port);
  }
}
