// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux;

import java.net.InetSocketAddress;

/** Opens bare UDP sockets for a {@link DatagramPoller}: a descriptor each, no object. Immutable. */
public final class UdpPort {
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUF = 8;
  private static final int IPPROTO_IP = 0;
  private static final int IP_TOS = 1;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_TCLASS = 67;
  private static final int IPV6_V6ONLY = 26;

  private UdpPort() {}

  /**
   * Opens and binds one.
   *
   * @param local where to
   * @param trafficClass the byte of DSCP and ECN of what it sends (RFC 2474 §3), 0 for none
   * @param receiveBuffer how many bytes may wait in it
   * @return its descriptor, or the error number as a negative one: the port is in use, no
   *     descriptors are left …
   */
  public static int open(InetSocketAddress local, int trafficClass, int receiveBuffer) {
    byte[] sockaddr = Sockaddr.of(local);
    boolean ipv6 = sockaddr.length == Sockaddr.SIZE;
    int fd = SystemCalls.udpSocket(ipv6);
    if (fd < 0) {
      return fd;
    }
    SystemCalls.option(fd, SOL_SOCKET, SO_RCVBUF, receiveBuffer);
    if (ipv6) {
      SystemCalls.option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    }
    if (trafficClass != 0) {
      SystemCalls.option(
          fd, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_TCLASS : IP_TOS, trafficClass);
    }
    int bound = SystemCalls.bind(fd, sockaddr);
    if (bound < 0) {
      SystemCalls.close(fd);
      return bound;
    }
    return fd;
  }

  /** Closes one that was never given to a poller. */
  public static void close(int fd) {
    SystemCalls.close(fd);
  }
}
