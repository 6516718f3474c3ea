// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;

/** Asks for one extension after the other over TCP, under the name of a tool that does so. */
public final class ExtensionScanner extends Attacker {
  private static final long PAUSE_MS = 900;
  private static final int FIRST = 100;

  private final String domain;
  private final RandomGenerator random;
  private int extension = FIRST;

  /** Begins nothing yet. */
  public ExtensionScanner(
      InetAddress address, InetSocketAddress target, String domain, RandomGenerator random) {
    super("scanner, TCP", address, target);
    this.domain = domain;
    this.random = random;
  }

  @Override
  void attack() throws IOException, InterruptedException {
    try (AttackLine line = AttackLine.overTcp(address(), target())) {
      AttackRequest request = new AttackRequest(line.transport(), domain, random);
      while (!isClosed()) {
        line.send(request.options(Integer.toString(extension++), "friendly-scanner"));
        countSent();
        Thread.sleep(PAUSE_MS);
        line.receive();
        countAnswered();
      }
    }
  }
}
