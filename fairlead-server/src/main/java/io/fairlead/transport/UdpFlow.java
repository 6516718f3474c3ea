// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A listener and a peer; there is no connection. Immutable. */
final class UdpFlow implements Flow {
  private final UdpTransport port;
  private final InetSocketAddress remote;
  private final byte[] address;
  private final int scope;

  UdpFlow(UdpTransport port, InetSocketAddress remote) {
    this.port = port;
    this.remote = remote;
    this.address = remote.getAddress().getAddress();
    this.scope = remote.getAddress() instanceof Inet6Address ipv6 ? ipv6.getScopeId() : 0;
  }

  @Override
  public Listener listener() {
    return port.listener();
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  /** Writes the remote address for a system call and returns its length. */
  int writeTo(NativeAddress target) {
    return target.write(address, remote.getPort(), scope);
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
