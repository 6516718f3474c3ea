// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import io.fairlead.media.ng.NgValue.NgDictionary;
import io.fairlead.net.IpAddresses;
import io.fairlead.sdp.Attribute;
import io.fairlead.sdp.MediaDescription;
import io.fairlead.sdp.NetAddress;
import io.fairlead.sdp.SdpParser;
import io.fairlead.sdp.SessionDescription;
import io.fairlead.sdp.SessionEdit;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.Edit;
import io.fairlead.sip.SipWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the flags of a request ask to be changed in a session description, before our engine has it
 * and behind it.
 *
 * <p>Owned by one loop; one object serves all of its calls, since what is parsed is large and done
 * with at once.
 */
final class NgDescription {
  private static final List<Attribute> ICE =
      List.of(
          Attribute.CANDIDATE,
          Attribute.REMOTE_CANDIDATES,
          Attribute.ICE_LITE,
          Attribute.ICE_UFRAG,
          Attribute.ICE_PWD,
          Attribute.ICE_OPTIONS,
          Attribute.END_OF_CANDIDATES);

  private final SdpParser parser = new SdpParser();

  /** The sender's address as the proxy saw it, {@code received-from: [IP4, 192.0.2.1]}, or null. */
  static @Nullable InetAddress source(NgDictionary request) {
    List<String> words = NgValue.texts(request.entries().get("received-from"));
    return words.size() == 2 ? IpAddresses.literal(words.get(1)) : null;
  }

  /** Why the description cannot be relayed as asked, or null. */
  @Nullable String refusal(NgDictionary request, byte[] sdp) {
    SessionDescription session = parser.parse(sdp, 0, sdp.length);
    if (session.problem() != null) {
      return "Failed to parse SDP: " + session.problem();
    }
    String address = request.text("media-address");
    if (!address.isEmpty() && IpAddresses.literal(address) == null) {
      return "media-address is no address";
    }
    String wanted = request.text("transport-protocol");
    for (int i = 0; i < session.media() && !wanted.isEmpty(); i++) {
      MediaDescription media = session.media(i);
      String has = Ascii.text(sdp, media.protocolFrom(), media.protocolTo());
      boolean same = wanted.equalsIgnoreCase(has) || wanted.equalsIgnoreCase("accept");
      if (media.protocol().rtp() && !media.refused() && !same) {
        return "Not supported by this relay: transport-protocol " + wanted + " for " + has;
      }
    }
    return null;
  }

  /** True when some media line of it offers RTP and RTCP on one port. */
  boolean muxed(byte[] sdp) {
    SessionDescription session = parser.parse(sdp, 0, sdp.length);
    for (int i = 0; i < session.media(); i++) {
      if (session.media(i).muxed()) {
        return true;
      }
    }
    return false;
  }

  /** As our engine is to read it: by {@code SIP-source-address} the address is the sender's. */
  byte[] before(NgDictionary request, byte[] sdp) {
    InetAddress source = source(request);
    if (source == null || !NgFlags.has(request, "flags", "sip-source-address")) {
      return sdp;
    }
    SessionDescription session = parser.parse(sdp, 0, sdp.length);
    Edit edit = new Edit().on(sdp, 0, sdp.length);
    addresses(new SessionEdit(edit, session), session, source);
    return written(edit, sdp.length);
  }

  private static void addresses(
      SessionEdit change, SessionDescription session, InetAddress address) {
    put(change, session.connection(), address);
    for (int i = 0; i < session.media(); i++) {
      put(change, session.media(i).ownConnection(), address);
    }
  }

  private static void put(SessionEdit change, NetAddress where, InetAddress address) {
    if (where.present() && !where.unspecified()) {
      change.address(where, address instanceof Inet6Address, address.getHostAddress());
    }
  }

  private static byte[] written(Edit edit, int length) {
    SipWriter out = new SipWriter(length + 128);
    edit.write(out);
    return out.copy();
  }

  /**
   * What goes back to the proxy.
   *
   * @param offer whether it is one
   * @param muxed whether the offer it answers had RTP and RTCP on one port
   * @param sdp as our engine left it
   */
  byte[] after(NgDictionary request, boolean offer, boolean muxed, byte[] sdp) {
    SessionDescription session = parser.parse(sdp, 0, sdp.length);
    if (session.problem() != null) {
      return sdp;
    }
    Edit edit = new Edit().on(sdp, 0, sdp.length);
    SessionEdit change = new SessionEdit(edit, session);
    InetAddress shown = IpAddresses.literal(request.text("media-address"));
    if (shown != null) {
      addresses(change, session, shown);
    }
    if (NgFlags.has(request, "replace", "origin")) {
      InetAddress origin = shown == null ? address(session) : shown;
      if (origin != null) {
        put(change, session.origin(), origin);
      }
    }
    ICE.forEach(change::cut);
    for (int i = 0; i < session.media(); i++) {
      MediaDescription media = session.media(i);
      ICE.forEach(attribute -> change.cut(media, attribute));
      rtcp(request, change, media, offer, muxed);
      if (shown != null) {
        put(change, media.rtcpAddress(), shown);
      }
    }
    return edit.isEmpty() ? sdp : written(edit, sdp.length);
  }

  private static void rtcp(
      NgDictionary request,
      SessionEdit change,
      MediaDescription media,
      boolean offer,
      boolean muxed) {
    boolean demux = offer && NgFlags.has(request, "rtcp-mux", "demux");
    boolean reject = !offer && (!muxed || NgFlags.has(request, "rtcp-mux", "reject"));
    boolean wanted =
        NgFlags.has(request, "rtcp-mux", "offer") || NgFlags.has(request, "rtcp-mux", "require");
    if (demux || reject) {
      change.cut(media, Attribute.RTCP_MUX);
      change.cut(media, Attribute.RTCP_MUX_ONLY);
    } else if (offer && wanted && media.port() != 0 && media.protocol().rtp() && !media.muxed()) {
      change.add(media).put("a=rtcp-mux").line();
    }
    if (NgFlags.has(request, "flags", "no-rtcp-attribute")) {
      change.cut(media, Attribute.RTCP);
    }
  }

  private static @Nullable InetAddress address(SessionDescription session) {
    if (session.connection().present()) {
      return IpAddresses.literal(session.connection().text());
    }
    for (int i = 0; i < session.media(); i++) {
      if (session.media(i).ownConnection().present()) {
        return IpAddresses.literal(session.media(i).ownConnection().text());
      }
    }
    return null;
  }

  /** True when the media is at an address of the family asked for, or none was asked for. */
  boolean ofFamily(NgDictionary request, byte[] sdp) {
    String family = request.text("address-family").toLowerCase(Locale.ROOT);
    InetAddress address = address(parser.parse(sdp, 0, sdp.length));
    return family.isEmpty()
        || address == null
        || address instanceof Inet6Address == family.equals("ip6");
  }
}
