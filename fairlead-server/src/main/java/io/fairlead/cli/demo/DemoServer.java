// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A small SIP server in place of a FreeSWITCH. It can be killed, which closes its socket and
 * forgets everything, and revived on the same port. {@link #kill} and {@link #revive} are for one
 * other thread.
 */
final class DemoServer implements AutoCloseable {
  private final String name;
  private final RandomGenerator random;
  private InetSocketAddress address;
  private @Nullable DemoEndpoint endpoint;

  /** Starts one on a free loopback port. */
  DemoServer(String name, RandomGenerator random) throws IOException {
    this.name = name;
    this.random = random;
    address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    revive();
  }

  String name() {
    return name;
  }

  InetSocketAddress address() {
    return address;
  }

  /**
   * Ends it as a crash would: the socket is gone, so the system refuses what is sent to it, and no
   * dialog is left.
   */
  void kill() {
    DemoEndpoint living = endpoint;
    endpoint = null;
    if (living != null) {
      living.close();
    }
  }

  /** Brings it back on the same port, knowing nothing. */
  void revive() throws IOException {
    DemoCallee life = new DemoCallee(name, random);
    DemoEndpoint living = new DemoEndpoint("fl-demo-" + name, address, life);
    address = living.address();
    life.begin(living, "sip:" + name + "@" + SipSnippets.hostPort(address));
    endpoint = living;
    living.start();
  }

  @Override
  public void close() {
    kill();
  }
}
