// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import java.net.InetSocketAddress;

/** Sends datagrams: a socket, or what stands for one. */
@FunctionalInterface
public interface Datagrams {
  /** Sends, or drops what the kernel has no room for; on the loop of the socket. */
  void send(byte[] bytes, InetSocketAddress to);
}
