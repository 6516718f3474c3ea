// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.config.Plugin;
import io.fairlead.linux.LinuxSockets;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.observe.Meter;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIP over UDP (RFC 3261 §18): one socket per loop on the same address, or a single one when there
 * is one loop.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class UdpTransport implements OpenListener {
  static final TransportPlugin OUTLET =
      new TransportPlugin(
          Transports.UDP,
          new Plugin<>(
              "udp",
              "SIP in datagrams (RFC 3261 §18).",
              ListenerSettings.class,
              UdpTransport::open));

  private static final Logger LOG = LoggerFactory.getLogger(UdpTransport.class);

  private final Listener listener;
  private final ListenerMeters meters;
  private final UdpSocket[] sockets;
  private final boolean perLoop;
  private final UdpKeepaliveTimes signs = new UdpKeepaliveTimes();

  private UdpTransport(
      ListenerSettings settings, TransportTools berth, List<DatagramChannel> channels)
      throws IOException {
    listener =
        SocketBinder.listener(
            Transports.UDP, settings, berth.index(), channels.getFirst().getLocalAddress());
    meters = new ListenerMeters(berth.meters(), listener.name());
    perLoop = channels.size() > 1;
    sockets = new UdpSocket[channels.size()];
    StunResponder.Answered answered = answered(berth, listener.name());
    // Every socket has its share: the kernel spreads peers evenly.
    int rate = Math.ceilDiv(settings.stunRate(), sockets.length);
    for (int i = 0; i < sockets.length; i++) {
      sockets[i] =
          new UdpSocket(
              this,
              new UdpSocket.Place(channels.get(i), berth.loops().get(i), berth.scratch(i)),
              new StunResponder(meters, answered, signs, rate),
              settings.readBatch());
    }
    int granted = channels.getFirst().getOption(StandardSocketOptions.SO_RCVBUF);
    if (granted < settings.receiveBuffer().intBytes()) {
      LOG.warn(
          "{}: the kernel granted a receive buffer of {} bytes instead of {}; raise it with sysctl"
              + " -w net.core.rmem_max={}",
          listener.name(),
          granted,
          settings.receiveBuffer().intBytes(),
          settings.receiveBuffer().intBytes());
    }
    berth
        .meters()
        .gauge(Meter.LISTENER_KERNEL_DROPS, new KernelDrops(listener.bound()), listener.name());
  }

  private static StunResponder.Answered answered(TransportTools berth, String listener) {
    return new StunResponder.Answered(
        berth.meters().counter(Meter.STUN_ANSWERS, listener, "mapped"),
        berth.meters().counter(Meter.STUN_ANSWERS, listener, "refused"));
  }

  private static OpenListener open(ListenerSettings settings, TransportTools berth) {
    List<DatagramChannel> channels = new ArrayList<>();
    try {
      int count = berth.loops().size();
      InetSocketAddress address = settings.bind().socketAddress();
      if (count > 1) {
        // Sockets with SO_REUSEPORT share a port silently, also with another process of the same
        // user.
        try (DatagramChannel probe = bind(settings, address, false)) {
          address = (InetSocketAddress) probe.getLocalAddress();
        }
      }
      for (int i = 0; i < count; i++) {
        channels.add(bind(settings, address, count > 1));
      }
      return new UdpTransport(settings, berth, channels);
    } catch (IOException e) {
      channels.forEach(SocketBinder::close);
      throw SocketBinder.refused(settings.bind(), e);
    }
  }

  private static DatagramChannel bind(
      ListenerSettings settings, InetSocketAddress address, boolean shared) throws IOException {
    boolean ipv6 = address.getAddress() instanceof Inet6Address;
    DatagramChannel channel =
        DatagramChannel.open(ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_REUSEPORT, shared);
      int receiveBuffer = settings.receiveBuffer().intBytes();
      if (!LinuxSockets.forceReceiveBuffer(channel, receiveBuffer)) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
      }
      channel.setOption(StandardSocketOptions.SO_SNDBUF, settings.sendBuffer().intBytes());
      if (channel.supportedOptions().contains(ExtendedSocketOptions.IP_DONTFRAGMENT)) {
        // Large SIP messages must be fragmented, not refused, where a link is narrow.
        channel.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, false);
      }
      SocketBinder.prepare(channel, settings);
      LinuxSockets.ipv6Only(channel, ipv6);
      LinuxSockets.reportErrors(channel, ipv6);
      channel.bind(address);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public Listener listener() {
    return listener;
  }

  @Override
  public void start(FlowListener upper, SourceGate gate) {
    for (UdpSocket socket : sockets) {
      socket.start(upper, gate);
    }
  }

  @Override
  public Flow flowTo(Peer peer) {
    InetSocketAddress remote = peer.address();
    UdpSocket socket = mine();
    return socket == null ? new UdpFlow(this, remote) : socket.flow(remote);
  }

  @Override
  public void close() {
    for (UdpSocket socket : sockets) {
      socket.close();
    }
  }

  ListenerMeters meters() {
    return meters;
  }

  UdpKeepaliveTimes signs() {
    return signs;
  }

  /** Sends by the socket of the loop we are on; from elsewhere by the first, on its loop. */
  void send(UdpFlow flow, byte[] bytes, int from, int to) {
    UdpSocket socket = mine();
    if (socket != null) {
      socket.send(flow, bytes, from, to);
    } else {
      sockets[0].sendLater(flow, Arrays.copyOfRange(bytes, from, to));
    }
  }

  private @Nullable UdpSocket mine() {
    SelectorLoop loop = SelectorLoop.current();
    if (loop == null) {
      return null;
    }
    UdpSocket socket = sockets[perLoop ? loop.index() % sockets.length : 0];
    return socket.loop() == loop ? socket : null;
  }
}
