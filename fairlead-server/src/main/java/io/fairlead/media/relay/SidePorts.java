// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.linux.UdpPort;
import java.net.InetSocketAddress;

/**
 * The pair of ports of one side and their sockets, open.
 *
 * <p>Immutable.
 *
 * @param network where
 * @param pairs what it was taken from
 * @param port for RTP; the next is for RTCP
 * @param rtpSocket the descriptor
 * @param rtcpSocket the descriptor
 */
record SidePorts(RelayNetwork network, PortPairs pairs, int port, int rtpSocket, int rtcpSocket) {
  InetSocketAddress bound() {
    return new InetSocketAddress(network.address(), port);
  }

  /** Closes sockets that no media loop has had. */
  void abandon(long nowNs) {
    UdpPort.close(rtpSocket);
    UdpPort.close(rtcpSocket);
    rest(nowNs);
  }

  /** The ports may be used again in a while. */
  void rest(long nowNs) {
    pairs.giveBack(port, nowNs);
  }
}
