// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.random.RandomGenerator;

/** Sends requests over UDP without a pause worth the name. */
public final class Flooder extends Attacker {
  private static final int AT_ONCE = 20;
  private static final long PAUSE_MS = 20;

  private final String domain;
  private final RandomGenerator random;

  /** Begins nothing yet. */
  public Flooder(
      InetAddress address, InetSocketAddress target, String domain, RandomGenerator random) {
    super("flooder, UDP", address, target);
    this.domain = domain;
    this.random = random;
  }

  @Override
  void attack() throws IOException, InterruptedException {
    try (AttackLine line = AttackLine.overUdp(address(), target())) {
      Thread listener = Thread.ofVirtual().start(() -> listen(line));
      try {
        AttackRequest request = new AttackRequest(line.transport(), domain, random);
        while (!isClosed()) {
          for (int i = 0; i < AT_ONCE; i++) {
            line.send(request.register("phone1", ""));
            countSent();
          }
          Thread.sleep(PAUSE_MS);
        }
      } finally {
        listener.interrupt();
      }
    }
  }

  private void listen(AttackLine line) {
    try {
      while (!isClosed()) {
        try {
          line.receive();
          countAnswered();
        } catch (SocketTimeoutException e) {
          // Nobody answers what is dropped.
        }
      }
    } catch (IOException e) {
      // Closed.
    }
  }
}
