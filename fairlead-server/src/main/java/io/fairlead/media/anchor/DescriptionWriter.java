// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.sdp.Attribute;
import io.fairlead.sdp.MediaDescription;
import io.fairlead.sdp.NetAddress;
import io.fairlead.sdp.Protocol;
import io.fairlead.sdp.SessionDescription;
import io.fairlead.sdp.SessionEdit;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.Edit;
import io.fairlead.sip.SipWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the other side is to read: our address and ports in the place of the writer's, RTCP
 * where each side can have it, nothing of ICE and BUNDLE, since we stand in the only path. All else
 * stays byte for byte.
 *
 * <p>Owned by one loop.
 */
final class DescriptionWriter {
  private static final byte[] BUNDLE = ascii("bundle");
  private static final byte[] BUNDLE_ONLY = ascii("a=bundle-only");
  private static final Attribute[] ICE = {
    Attribute.CANDIDATE,
    Attribute.REMOTE_CANDIDATES,
    Attribute.ICE_LITE,
    Attribute.ICE_UFRAG,
    Attribute.ICE_PWD,
    Attribute.ICE_OPTIONS,
    Attribute.END_OF_CANDIDATES
  };

  // What agrees on keys with the writer: with the reader we do so ourselves.
  private static final Attribute[] KEYS = {
    Attribute.CRYPTO, Attribute.FINGERPRINT, Attribute.SETUP, Attribute.TLS_ID, Attribute.ZRTP_HASH
  };

  private final Edit edit = new Edit();
  private final SipWriter out = new SipWriter(2048);

  /**
   * An m= line that goes over us.
   *
   * @param address ours, on the reader's side
   * @param port the same
   * @param rtcpPort the same
   * @param muxes the reader may share the port with RTCP: it has offered that, or is offered it
   * @param security how its RTP is secured between the reader and us; null where it passes as it is
   */
  record Ours(
      InetAddress address, int port, int rtcpPort, boolean muxes, @Nullable Security security) {}

  /**
   * How the RTP of an m= line is secured.
   *
   * @param protocol of the m= line
   * @param crypto values of a=crypto lines
   */
  record Security(Protocol protocol, List<String> crypto) {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Writes one.
   *
   * @param read what the other side wrote
   * @param ours by m= line, null for one that stays as it is; not all are
   * @param version of what this reader reads
   */
  void write(SessionDescription read, @Nullable Ours[] ours, OriginVersion version) {
    changes(read, ours);
    edit.write(out.clear());
    long ahead = version.ahead(read, out.bytes(), out.length());
    if (ahead != 0) {
      changes(read, ours);
      long is = Ascii.number(read.bytes(), version.from(), version.to(), Long.MAX_VALUE);
      edit.replace(version.from(), version.to()).number(is + ahead);
      edit.write(out.clear());
    }
  }

  /** What was written last; borrowed until the next time. */
  byte[] bytes() {
    return out.bytes();
  }

  /** How long that is. */
  int length() {
    return out.length();
  }

  private void changes(SessionDescription read, @Nullable Ours[] ours) {
    edit.on(read.bytes(), read.start(), read.end());
    SessionEdit changes = new SessionEdit(edit, read);
    origin(read, ours, changes);
    boolean shared = session(read, ours, changes);
    for (int i = 0; i < read.media(); i++) {
      Ours line = ours[i];
      if (line != null) {
        media(read, read.media(i), line, changes, shared);
      }
    }
    for (Attribute attribute : ICE) {
      changes.cut(attribute);
    }
    if (isSecured(ours)) {
      for (Attribute attribute : KEYS) {
        changes.cut(attribute);
      }
    }
    groups(read, changes);
  }

  // baresip takes the family of the whole description from its o=, and refuses one that is not its
  // own. Where both sides have the same family it stays as it is.
  private static void origin(SessionDescription read, @Nullable Ours[] ours, SessionEdit changes) {
    NetAddress origin = read.origin();
    for (int i = 0; i < read.media() && origin.present(); i++) {
      Ours line = ours[i];
      if (line != null) {
        if (origin.six() != line.address() instanceof Inet6Address) {
          address(changes, origin, line.address(), false);
        }
        return;
      }
    }
  }

  private static boolean isSecured(@Nullable Ours[] ours) {
    for (Ours each : ours) {
      if (each != null && each.security() != null) {
        return true;
      }
    }
    return false;
  }

  // The c= of the session; false when it must stay for the sake of a line that is not relayed.
  private boolean session(SessionDescription read, @Nullable Ours[] ours, SessionEdit changes) {
    Ours any = null;
    for (int i = 0; i < read.media(); i++) {
      MediaDescription media = read.media(i);
      any = any == null ? ours[i] : any;
      if (ours[i] == null && media.port() != 0 && !media.ownConnection().present()) {
        return false;
      }
    }
    if (any != null && read.connection().present()) {
      address(changes, read.connection(), any.address(), !agent(read));
    }
    return true;
  }

  private static boolean agent(SessionDescription read) {
    boolean agent = read.has(Attribute.ICE_UFRAG);
    for (int i = 0; i < read.media(); i++) {
      agent |= read.media(i).has(Attribute.ICE_UFRAG);
    }
    return agent;
  }

  private void media(
      SessionDescription read,
      MediaDescription media,
      Ours ours,
      SessionEdit changes,
      boolean shared) {
    changes.port(media, ours.port());
    boolean held = MediaLine.isHeldByAddress(read, media);
    if (media.ownConnection().present()) {
      address(changes, media.ownConnection(), ours.address(), held);
    } else if (!shared) {
      connection(read, media, ours.address(), held);
    }
    if (media.protocol().rtp()) {
      rtcp(media, ours, changes);
    }
    Security security = ours.security();
    if (security != null) {
      secure(media, security, changes);
    }
    for (Attribute attribute : ICE) {
      changes.cut(media, attribute);
    }
    bundleOnly(read, media, changes);
  }

  private void secure(MediaDescription media, Security security, SessionEdit changes) {
    if (media.protocol() != security.protocol()) {
      edit.replace(media.protocolFrom(), media.protocolTo()).put(security.protocol().text());
    }
    for (Attribute attribute : KEYS) {
      changes.cut(media, attribute);
    }
    for (String line : security.crypto()) {
      changes.add(media).put("a=crypto:").put(line).line();
    }
  }

  // Behind m= and i= (RFC 8866 §9).
  private void connection(
      SessionDescription read, MediaDescription media, InetAddress ours, boolean held) {
    int line = media.firstLine();
    boolean titled = line + 1 < media.endLine() && read.letter(line + 1) == 'i';
    int at = read.lineEnd(titled ? line + 1 : line);
    SipWriter text = edit.insert(at);
    if (read.bytes()[at - 1] != '\n') {
      text.line();
    }
    text.put("c=IN ").put(family(ours)).put(text(ours, held)).line();
  }

  private static void rtcp(MediaDescription media, Ours ours, SessionEdit changes) {
    boolean said = media.has(Attribute.RTCP_MUX);
    changes.cut(media, Attribute.RTCP_MUX_ONLY);
    if (ours.muxes() && !said) {
      changes.add(media).put("a=rtcp-mux").line();
    } else if (!ours.muxes() && said) {
      changes.cut(media, Attribute.RTCP_MUX);
    }
    if (media.rtcpLine() >= 0) {
      changes.rtcp(media, ours.rtcpPort());
    }
  }

  // Zeroes hold, also where they come in the form of another family.
  private static void address(
      SessionEdit changes, NetAddress where, InetAddress ours, boolean held) {
    boolean zeroes = held && where.unspecified();
    changes.address(where, ours instanceof Inet6Address, text(ours, zeroes));
  }

  private static String family(InetAddress address) {
    return address instanceof Inet6Address ? "IP6 " : "IP4 ";
  }

  private static String text(InetAddress address, boolean zeroes) {
    boolean six = address instanceof Inet6Address;
    if (zeroes) {
      return six ? "::" : "0.0.0.0";
    }
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  // One transport for several m= lines ends at us (RFC 9143): who bundles must see that we do not.
  private static void groups(SessionDescription read, SessionEdit changes) {
    for (int line = read.next(Attribute.GROUP, -1);
        line >= 0;
        line = read.next(Attribute.GROUP, line)) {
      int from = read.valueStart(line);
      int to = Math.min(read.valueEnd(line), from + BUNDLE.length);
      if (Ascii.equalsLower(read.bytes(), from, to, BUNDLE)) {
        changes.cut(line);
      }
    }
  }

  private static void bundleOnly(
      SessionDescription read, MediaDescription media, SessionEdit changes) {
    for (int line = media.firstLine() + 1; line < media.endLine(); line++) {
      if (read.letter(line) == 'a'
          && Ascii.equalsLower(
              read.bytes(), read.lineStart(line), read.valueEnd(line), BUNDLE_ONLY)) {
        changes.cut(line);
      }
    }
  }
}
