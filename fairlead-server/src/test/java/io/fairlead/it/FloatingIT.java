// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An address that a failover brings while Fairlead runs, and the mark on what leaves from it. */
@Timeout(120)
class FloatingIT {
  private static final String ADDRESS = "192.0.2.77";
  private static final InetSocketAddress FAIRLEAD = new InetSocketAddress(ADDRESS, 5060);
  private static final int DSCP = 24;

  @ParameterizedTest
  @EnumSource(
      value = TestTransport.class,
      names = {"UDP", "TCP"})
  void servesAnAddressThatComesLater(TestTransport over) {
    try (FloatingNetwork network = new FloatingNetwork();
        FairleadProcess fairlead = FairleadProcess.run(config(), network.inside())) {
      network.count(ADDRESS, DSCP);
      network.bring(ADDRESS);

      try (Sipp caller = call(network, over)) {
        assertThat(caller.succeeded()).as("a call\n%s", fairlead.log()).isTrue();
      }
      List<Long> packets = network.counted();
      assertThat(packets.getFirst()).as("marked: 100 or more, and the refusal").isPositive();
      assertThat(packets.getLast()).as("not marked").isZero();
      assertThat(fairlead.log()).doesNotContain("level=error");
    }
  }

  private static Sipp call(FloatingNetwork network, TestTransport over) {
    return Sipp.play("caller-is-refused")
        .with("status", "486")
        .with("expect", "Busy Here")
        .over(over)
        .at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 5070))
        .to(FAIRLEAD)
        .rate(1, Duration.ofMillis(200))
        .by(network.inside())
        .start();
  }

  private static String config() {
    return """
    listeners:
      - { bind: "udp://%1$s:5060", floating: yes, dscp: %2$d }
      - { bind: "tcp://%1$s:5060", floating: yes, dscp: %2$d }
    routes:
      - reject: 486 Busy Here
    """
        .formatted(ADDRESS, DSCP);
  }
}
