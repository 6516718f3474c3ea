// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

/**
 * Asks the kernel: a datagram socket that is connected sends nothing, but has the address that the
 * kernel would send from. Answers are kept for a while, since asking costs some system calls.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class KernelRouting implements InterfaceLookup {
  private static final int MAX_KNOWN = 4096;
  private static final long KEPT_NS = 10_000_000_000L;
  private static final int ANY_PORT = 9;

  /** Loopback addresses that no interface lists, such as 127.0.0.5, are on this one. */
  private static final int LOOPBACK = 0;

  private record Known(int number, long untilNs) {}

  private final ConcurrentHashMap<InetAddress, Known> locals = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<InetAddress, Known> remotes = new ConcurrentHashMap<>();
  private final LongSupplier clockNs;

  KernelRouting(LongSupplier clockNs) {
    this.clockNs = clockNs;
  }

  @Override
  public int interfaceOf(InetAddress local) {
    return local.isLoopbackAddress() ? LOOPBACK : find(locals, local, KernelRouting::holder);
  }

  @Override
  public int interfaceTo(InetAddress remote) {
    return remote.isLoopbackAddress() ? LOOPBACK : find(remotes, remote, this::ask);
  }

  private int find(
      ConcurrentHashMap<InetAddress, Known> known,
      InetAddress address,
      ToIntFunction<InetAddress> question) {
    long nowNs = clockNs.getAsLong();
    Known before = known.get(address);
    if (before != null && nowNs - before.untilNs < 0) {
      return before.number;
    }
    int number = question.applyAsInt(address);
    if (known.size() >= MAX_KNOWN) {
      known.clear();
    }
    known.put(address, new Known(number, nowNs + KEPT_NS));
    return number;
  }

  private static int holder(InetAddress local) {
    try {
      NetworkInterface found = NetworkInterface.getByInetAddress(local);
      return found == null ? NOWHERE : found.getIndex();
    } catch (SocketException e) {
      return NOWHERE;
    }
  }

  private int ask(InetAddress remote) {
    try (DatagramChannel socket = DatagramChannel.open()) {
      socket.connect(new InetSocketAddress(remote, ANY_PORT));
      return socket.getLocalAddress() instanceof InetSocketAddress from
          ? interfaceOf(from.getAddress())
          : NOWHERE;
    } catch (IOException e) {
      return NOWHERE;
    }
  }
}
