// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One who sends and receives RTP, and describes himself. Owned by one test. */
final class RtpEnd implements AutoCloseable {
  private static final Pattern PLACE =
      Pattern.compile("(?s).*?c=IN IP4 ([0-9.]+).*?m=audio ([0-9]+) .*");
  private static final int HEADER = 12;
  private static final int PAYLOAD = 160;

  private final DatagramSocket socket;
  private final int ssrc;

  RtpEnd(int ssrc) {
    this.ssrc = ssrc;
    try {
      socket = new DatagramSocket(Loopback.free());
      socket.setSoTimeout(2000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A description of it that ends its lines with a line feed, as scenarios of SIPp do. */
  String sdp(int telephoneEvent) {
    return """
    v=0
    o=- 1 1 IN IP4 127.0.0.1
    s=-
    c=IN IP4 127.0.0.1
    t=0 0
    m=audio %d RTP/AVP 8 %d
    a=rtpmap:8 PCMA/8000
    a=rtpmap:%d telephone-event/8000
    """
        .formatted(socket.getLocalPort(), telephoneEvent, telephoneEvent);
  }

  /** Where a description, which may be part of a message, wants its audio. */
  static InetSocketAddress place(String sdp) {
    Matcher match = PLACE.matcher(sdp);
    if (!match.matches()) {
      throw new AssertionError("no audio in " + sdp);
    }
    return new InetSocketAddress(
        InetAddress.ofLiteral(match.group(1)), Integer.parseInt(match.group(2)));
  }

  /**
   * Sends packets one after the other.
   *
   * @param relay where to
   * @param peer who must receive them
   * @return how many he received, each byte for byte
   */
  int sends(int packets, InetSocketAddress relay, RtpEnd peer) {
    int received = 0;
    for (int i = 0; i < packets; i++) {
      try {
        ByteBuffer packet = ByteBuffer.allocate(HEADER + PAYLOAD);
        packet.putShort((short) 0x8008).putShort((short) i).putInt(i * PAYLOAD).putInt(ssrc);
        socket.send(new DatagramPacket(packet.array(), packet.capacity(), relay));
        received += peer.receives(packet) ? 1 : 0;
      } catch (SocketTimeoutException e) {
        return received;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return received;
  }

  private boolean receives(ByteBuffer expected) throws IOException {
    DatagramPacket in = new DatagramPacket(new byte[2000], 2000);
    socket.receive(in);
    return ByteBuffer.wrap(in.getData(), 0, in.getLength()).equals(expected.rewind());
  }

  @Override
  public void close() {
    socket.close();
  }
}
