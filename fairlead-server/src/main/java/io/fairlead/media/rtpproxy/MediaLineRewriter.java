// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.rtpproxy;

import io.fairlead.net.IpAddresses;
import io.fairlead.sdp.Attribute;
import io.fairlead.sdp.MediaDescription;
import io.fairlead.sdp.Protocol;
import io.fairlead.sdp.SdpParser;
import io.fairlead.sdp.SessionDescription;
import io.fairlead.sdp.SessionEdit;
import io.fairlead.sip.Edit;
import io.fairlead.sip.SipWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the places an rtpproxy gave into a session description: address, port and RTCP of each media
 * line it relays; candidates and multiplexed RTCP, which it does not know, are cut. Immutable.
 */
final class MediaLineRewriter {
  private static final List<Attribute> ICE =
      List.of(
          Attribute.CANDIDATE,
          Attribute.REMOTE_CANDIDATES,
          Attribute.ICE_LITE,
          Attribute.ICE_UFRAG,
          Attribute.ICE_PWD,
          Attribute.ICE_OPTIONS,
          Attribute.END_OF_CANDIDATES);

  private MediaLineRewriter() {}

  /** Where the other side is to send. */
  record Place(InetAddress address, int port) {
    boolean six() {
      return address instanceof Inet6Address;
    }

    String text() {
      return address.getHostAddress();
    }
  }

  /**
   * True for a media line that gets a place: it is used, goes over UDP, and to an address. A name
   * would have rtpproxy wait for the DNS.
   */
  static boolean relayed(MediaDescription media) {
    boolean udp = media.protocol().rtp() || media.protocol() == Protocol.UDPTL;
    return media.port() != 0
        && udp
        && media.connection().present()
        && IpAddresses.literal(media.connection().text()) != null;
  }

  /**
   * The description as the other side is to read it.
   *
   * @param places of the media lines that are {@link #relayed}, in order
   */
  static byte[] rewritten(byte[] sdp, List<Place> places) {
    SessionDescription session = new SdpParser().parse(sdp, 0, sdp.length);
    Edit edit = new Edit().on(sdp, 0, sdp.length);
    SessionEdit change = new SessionEdit(edit, session);
    ICE.forEach(change::cut);
    Place common = places.getFirst();
    if (session.origin().present()) {
      change.address(session.origin(), common.six(), common.text());
    }
    if (session.connection().present()) {
      change.address(session.connection(), common.six(), common.text());
    }
    int next = 0;
    for (int i = 0; i < session.media(); i++) {
      MediaDescription media = session.media(i);
      if (relayed(media) && next < places.size()) {
        line(change, media, places.get(next++), session.connection().present() ? common : null);
      }
    }
    SipWriter out = new SipWriter(sdp.length + 64);
    edit.write(out);
    return out.copy();
  }

  private static void line(
      SessionEdit change, MediaDescription media, Place place, @Nullable Place ofSession) {
    if (media.ownConnection().present()) {
      change.address(media.ownConnection(), place.six(), place.text());
    } else if (ofSession != null && !ofSession.address().equals(place.address())) {
      change.add(media).put(place.six() ? "c=IN IP6 " : "c=IN IP4 ").put(place.text()).line();
    }
    change.port(media, place.port());
    ICE.forEach(attribute -> change.cut(media, attribute));
    change.cut(media, Attribute.RTCP_MUX);
    change.cut(media, Attribute.RTCP_MUX_ONLY);
    if (media.rtcpLine() >= 0) {
      change.rtcp(media, place.port() + 1);
    }
  }
}
