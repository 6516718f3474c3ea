// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** UDP from a listener to a peer of the virtual network. Owned by the test's thread. */
record Datagrams(VirtualNet net, Listener listener, InetSocketAddress remote) implements Flow {
  @Override
  public void send(byte[] bytes, int from, int to) {
    net.fuse.run();
    String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    net.datagram(
        listener.name() + ">" + remote,
        () -> {
          VirtualNet.Peer peer = net.peer(remote);
          if (peer == null) {
            net.failed(this, text, false);
          } else {
            peer.onMessage(net.udp(remote, listener), text);
          }
        });
  }

  @Override
  public long keptAliveNsAgo(long nowNs) {
    return net.stunNsAgo(remote);
  }

  @Override
  public boolean open() {
    return true;
  }
}
