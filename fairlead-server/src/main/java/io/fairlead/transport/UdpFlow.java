// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.linux.Sockaddr;
import io.fairlead.net.SourceKey;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A listener and a peer; there is no connection. Immutable. */
final class UdpFlow implements Flow {
  private final UdpTransport port;
  private final InetSocketAddress remote;
  private final byte[] sockaddr;
  private final MemorySegment memory;
  private final long source;

  UdpFlow(UdpTransport port, InetSocketAddress remote) {
    this.port = port;
    this.remote = remote;
    this.sockaddr = Sockaddr.of(remote);
    this.memory = MemorySegment.ofArray(sockaddr);
    this.source = SourceKey.of(Sockaddr.upper(sockaddr), Sockaddr.lower(sockaddr));
  }

  @Override
  public Listener listener() {
    return port.listener();
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public long source() {
    return source;
  }

  /** The remote address for a system call. */
  MemorySegment sockaddr() {
    return memory;
  }

  /** The remote address as the kernel writes it. */
  byte[] raw() {
    return sockaddr;
  }

  @Override
  public long keptAliveNsAgo(long nowNs) {
    return port.signs().agoNs(sockaddr, nowNs);
  }

  /** True when the kernel means this peer. */
  boolean isTo(byte[] raw) {
    return Sockaddr.startsWith(raw, sockaddr);
  }

  @Override
  public void send(byte[] bytes, int from, int to) {
    port.send(this, bytes, from, to);
  }

  @Override
  public boolean open() {
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UdpFlow flow && flow.port == port && flow.remote.equals(remote);
  }

  @Override
  public int hashCode() {
    return remote.hashCode();
  }

  @Override
  public String toString() {
    return listener().name()
        + " <-> "
        + BindAddress.hostPort(remote.getAddress(), remote.getPort());
  }
}
