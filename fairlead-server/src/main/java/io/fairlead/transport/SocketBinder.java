// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.linux.LinuxSockets;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.SelectableChannel;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all transports do alike when they bind. Immutable. */
final class SocketBinder {
  private static final Logger LOG = LoggerFactory.getLogger(SocketBinder.class);

  private SocketBinder() {}

  /** The listener of a bound socket. */
  static Listener listener(
      Transport transport, ListenerSettings settings, int index, SocketAddress local) {
    InetSocketAddress bound =
        new InetSocketAddress(settings.bind().address(), ((InetSocketAddress) local).getPort());
    String name = settings.name();
    if (name == null) {
      name = transport.name() + ":" + BindAddress.hostPort(bound.getAddress(), bound.getPort());
    }
    String network = settings.network();
    return new Listener(
        index,
        name,
        transport,
        bound,
        settings.sentBy(bound.getPort()),
        network == null ? "" : network);
  }

  /** Before a socket is bound: what the settings ask of it, beyond what the JDK offers. */
  static void prepare(SelectableChannel channel, ListenerSettings settings) throws IOException {
    mark(channel, settings);
    if (settings.floating()) {
      LinuxSockets.bindAnywhere(channel, isIpv6(settings));
    }
  }

  /** What the socket sends is marked for routers; what it accepts inherits that. */
  static void mark(SelectableChannel channel, ListenerSettings settings) throws IOException {
    Integer dscp = settings.dscp();
    if (dscp != null) {
      LinuxSockets.trafficClass(channel, isIpv6(settings), dscp << 2);
    }
  }

  private static boolean isIpv6(ListenerSettings settings) {
    return settings.bind().address() instanceof Inet6Address;
  }

  /** Says in the operator's words why an address cannot be bound. */
  static ListenException refused(BindAddress address, IOException why) {
    String text =
        why.getMessage() == null ? why.toString() : why.getMessage().toLowerCase(Locale.ROOT);
    if (text.contains("already in use")) {
      text = "address already in use";
    } else if (text.contains("cannot assign requested address")) {
      text =
          "cannot assign requested address: no interface has "
              + address.address().getHostAddress()
              + " (floating: yes binds it nevertheless)";
    } else if (text.contains("permission denied")) {
      text = "permission denied: ports below 1024 need CAP_NET_BIND_SERVICE";
    }
    return new ListenException(address + ": " + text);
  }

  /** Waits until a loop has done something, though not for ever: the loop may have stopped. */
  static void await(CountDownLatch done) {
    try {
      if (!done.await(2, TimeUnit.SECONDS)) {
        LOG.debug("a loop did not answer while a listener was closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes without complaint. */
  static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a socket failed", e);
    }
  }
}
