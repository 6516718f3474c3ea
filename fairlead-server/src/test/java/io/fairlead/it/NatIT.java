// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A phone behind a router that forgets silent UDP flows after ten seconds. {@code bench/nat} runs
 * this for ten minutes instead of half a one.
 */
@Timeout(900)
@Order(1)
class NatIT {
  private static final int FORGETS_AFTER_S = 10;
  private static final int SECONDS = Integer.getInteger("fairlead.nat.seconds", 28);
  private static final InetSocketAddress FAIRLEAD = new InetSocketAddress(NatNetwork.OUTSIDE, 5060);

  @Test
  void keepsThePhoneReachable() {
    try (NatNetwork network = new NatNetwork(FORGETS_AFTER_S);
        FairleadProcess fairlead = start(network, "3s");
        Baresip phone = phone(network)) {
      phone.awaitRegistered();
      int step = Math.min(SECONDS, 60);
      for (int waited = 0; waited < SECONDS; waited += step) {
        pass(step);
        try (Sipp caller = call(network)) {
          assertThat(caller.succeeded())
              .as("a call after %d s\n%s\n%s", waited + step, fairlead.log(), phone.log())
              .isTrue();
        }
      }
      assertThat(phone.log()).contains("\nOPTIONS sip:");
    }
  }

  @Test
  void losesThePhoneWithoutKeepalive() {
    try (NatNetwork network = new NatNetwork(FORGETS_AFTER_S);
        FairleadProcess fairlead = start(network, "off");
        Baresip phone = phone(network)) {
      phone.awaitRegistered();
      try (Sipp caller = call(network)) {
        assertThat(caller.succeeded()).as("a call at once\n%s", fairlead.log()).isTrue();
      }
      long before = phone.invitations();
      pass(FORGETS_AFTER_S + 5);
      try (Sipp caller = call(network)) {
        assertThat(caller.succeeded()).isFalse();
      }
      assertThat(phone.invitations()).isEqualTo(before);
    }
  }

  private static FairleadProcess start(NatNetwork network, String keepalive) {
    String config =
        """
        listeners:
          - udp://%s:5060
        registrars:
          phones:
            domains: [ home.test ]
            users: off
            expires: { max: 1h, default: 1h }
            keepalive: { udp: %s }
        routes:
          - match: { method: REGISTER }
            registrar: phones
          - match: { location: phones }
            to-location: phones
          - reject: 404 Not Found
        """
            .formatted(NatNetwork.OUTSIDE, keepalive);
    return FairleadProcess.run(config, network.outside());
  }

  private static Baresip phone(NatNetwork network) {
    return Baresip.account("alice", "home.test")
        .expires(3600)
        .by(network.home())
        .start(NatNetwork.PHONE + ":5060", FAIRLEAD);
  }

  private static Sipp call(NatNetwork network) {
    return Sipp.play("caller-calls-user")
        .with("aor", "alice@home.test")
        .at(new InetSocketAddress(NatNetwork.CALLER, 5070))
        .to(FAIRLEAD)
        .rate(1, Duration.ofMillis(200))
        .by(network.outside())
        .start();
  }

  // Nothing to wait for but the clock of the router's kernel.
  private static void pass(int seconds) {
    Loopback.await(Duration.ofSeconds(seconds), () -> false);
  }
}
