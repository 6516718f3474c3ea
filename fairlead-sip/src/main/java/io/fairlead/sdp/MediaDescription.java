// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;
import java.nio.charset.StandardCharsets;

/**
 * One m= line and what belongs to it (RFC 8866 §5.14): a view, as its {@link SessionDescription}.
 * What is not said here and may be said for the whole session, address and direction, is taken from
 * there.
 *
 * <p>Owned by whoever owns the description.
 */
public final class MediaDescription {
  private static final byte[] AUDIO = "audio".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VIDEO = "video".getBytes(StandardCharsets.US_ASCII);

  private final SessionDescription session;
  private final NetAddress ownConnection = new NetAddress();
  private final NetAddress rtcpAddress = new NetAddress();
  int firstLine;
  int lineCount;
  int kindFrom;
  int kindTo;
  int portFrom;
  int portTo;
  int port;
  int protocolFrom;
  int protocolTo;
  int formatsFrom;
  int formatsTo;
  Protocol protocol = Protocol.OTHER;
  int connectionLine = -1;
  int rtcpLine = -1;
  int rtcpPort = -1;
  int rtcpPortFrom;
  int rtcpPortTo;
  long present;
  int directionLine = -1;
  Direction direction = Direction.SENDRECV;

  MediaDescription(SessionDescription session) {
    this.session = session;
  }

  void begin(int line) {
    firstLine = line;
    lineCount = 1;
    port = 0;
    protocol = Protocol.OTHER;
    connectionLine = -1;
    ownConnection.clear();
    rtcpLine = -1;
    rtcpPort = -1;
    rtcpAddress.clear();
    present = 0;
    directionLine = -1;
    direction = Direction.SENDRECV;
  }

  void copy(MediaDescription other, byte[] source, int shift) {
    firstLine = other.firstLine;
    lineCount = other.lineCount;
    kindFrom = other.kindFrom + shift;
    kindTo = other.kindTo + shift;
    portFrom = other.portFrom + shift;
    portTo = other.portTo + shift;
    port = other.port;
    protocolFrom = other.protocolFrom + shift;
    protocolTo = other.protocolTo + shift;
    formatsFrom = other.formatsFrom + shift;
    formatsTo = other.formatsTo + shift;
    protocol = other.protocol;
    connectionLine = other.connectionLine;
    ownConnection.copy(other.ownConnection, source, shift);
    rtcpLine = other.rtcpLine;
    rtcpPort = other.rtcpPort;
    rtcpPortFrom = other.rtcpPortFrom + shift;
    rtcpPortTo = other.rtcpPortTo + shift;
    rtcpAddress.copy(other.rtcpAddress, source, shift);
    present = other.present;
    directionLine = other.directionLine;
    direction = other.direction;
  }

  /** The index of its m= line in the session. */
  public int firstLine() {
    return firstLine;
  }

  /** Behind its last line. */
  public int endLine() {
    return firstLine + lineCount;
  }

  /** True for {@code audio}. */
  public boolean audio() {
    return Ascii.equalsLower(session.bytes(), kindFrom, kindTo, AUDIO);
  }

  /** True for {@code video}. */
  public boolean video() {
    return Ascii.equalsLower(session.bytes(), kindFrom, kindTo, VIDEO);
  }

  /** What kind of media, as written: {@code audio}, {@code video}, {@code image} ... */
  public String kind() {
    return Ascii.text(session.bytes(), kindFrom, kindTo);
  }

  /** Where media is received, 0 to 65535; 0 when it is refused or not wanted (RFC 3264 §6). */
  public int port() {
    return port;
  }

  /** Where the port begins. */
  public int portFrom() {
    return portFrom;
  }

  /** Behind the port and, where one is said, the number of ports. */
  public int portTo() {
    return portTo;
  }

  /** True when it is not used: port 0, and not the port 0 of one that is bundled with another. */
  public boolean refused() {
    return port == 0 && !session.bundled(this);
  }

  /** How it is transported. */
  public Protocol protocol() {
    return protocol;
  }

  /** Where the protocol begins. */
  public int protocolFrom() {
    return protocolFrom;
  }

  /** Where the protocol ends. */
  public int protocolTo() {
    return protocolTo;
  }

  /** Where the list of formats begins. */
  public int formatsFrom() {
    return formatsFrom;
  }

  /** Where the list of formats ends; equal to its begin when there is none. */
  public int formatsTo() {
    return formatsTo;
  }

  /** The formats as written, {@code 0 8 101}. */
  public String formats() {
    return Ascii.text(session.bytes(), formatsFrom, formatsTo);
  }

  /** Its own c= line, or -1. */
  public int connectionLine() {
    return connectionLine;
  }

  /** The address it has of its own; not present when the session's holds. */
  public NetAddress ownConnection() {
    return ownConnection;
  }

  /** Where media is received: its own address, else the session's. */
  public NetAddress connection() {
    return ownConnection.present() ? ownConnection : session.connection();
  }

  /** Its a=rtcp line, or -1 (RFC 3605). */
  public int rtcpLine() {
    return rtcpLine;
  }

  /** The address a=rtcp gives beside the port; often not present. */
  public NetAddress rtcpAddress() {
    return rtcpAddress;
  }

  /**
   * Where RTCP is received: a=rtcp, else the next port (RFC 3550 §11); the port itself if muxed.
   */
  public int rtcpPort() {
    if (rtcpPort >= 0) {
      return rtcpPort;
    }
    return muxed() || port == 0 || port == NetPort.MAX ? port : port + 1;
  }

  /** Where the port of a=rtcp begins; valid when there is such a line. */
  public int rtcpPortFrom() {
    return rtcpPortFrom;
  }

  /** Where what a=rtcp says ends. */
  public int rtcpPortTo() {
    return rtcpPortTo;
  }

  /** True when RTP and RTCP may share the port (RFC 5761). */
  public boolean muxed() {
    return has(Attribute.RTCP_MUX) || has(Attribute.RTCP_MUX_ONLY);
  }

  /** In which directions this side wants media. */
  public Direction direction() {
    return directionLine >= 0 ? direction : session.direction();
  }

  /** The line that says the direction, its own or the session's, or -1 when none does. */
  public int directionLine() {
    return directionLine >= 0 ? directionLine : session.directionLine();
  }

  /**
   * True when this side holds the other: it does not want to hear it (RFC 3264 §8.4), or says so as
   * RFC 2543 did, by an address of zeroes.
   */
  public boolean holds() {
    return port != 0
        && (!direction().receives() || connection().unspecified() && !has(Attribute.ICE_UFRAG));
  }

  /** True when it has such an attribute of its own. */
  public boolean has(Attribute attribute) {
    return (present & 1L << attribute.ordinal()) != 0;
  }

  /**
   * The next line of that attribute.
   *
   * @param line the line behind which to look; {@link #firstLine()} at first
   * @return the index of the line, or -1
   */
  public int next(Attribute attribute, int line) {
    return has(attribute) ? session.next(attribute, line, endLine()) : -1;
  }

  @Override
  public String toString() {
    return Ascii.text(
        session.bytes(), session.lineStart(firstLine), session.lineEnd(endLine() - 1));
  }
}
