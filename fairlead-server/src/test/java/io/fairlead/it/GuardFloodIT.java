// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Calls beside junk from ten thousand addresses, on real sockets in a network namespace. The rate
 * is modest: that good calls pass while junk is dropped is shown here, how much junk by
 * bench/guard.
 */
@Timeout(200)
@Isolated
class GuardFloodIT {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final String FAIRLEAD = "10.99.0.1";
  private static final String BACKEND = "10.99.0.31";
  private static final String CALLER = "10.99.0.10";
  private static final Pattern DROPPED =
      Pattern.compile(
          "fairlead_guard_dropped_total\\{rule=\"(malformed|scanner-agent)\"\\} (\\d+)");

  private final String name =
      "flg" + Long.toString(ProcessHandle.current().pid(), 36) + COUNT.incrementAndGet();

  @Test
  void callsGoOn() {
    try {
      AsRoot.makeNamespace(name);
      for (String address : List.of(FAIRLEAD, BACKEND, CALLER)) {
        AsRoot.ip("-n", name, "address", "add", address + "/32", "dev", "lo");
      }
      // Every address of it is the namespace's own.
      AsRoot.ip("-n", name, "route", "add", "local", "10.128.0.0/16", "dev", "lo");
      callsBesideJunk();
    } finally {
      AsRoot.removeNamespace(name);
    }
  }

  private void callsBesideJunk() {
    List<String> inside = AsRoot.in(name);
    try (Sipp backend = Sipp.play("backend-call").calls(0).at(at(BACKEND)).by(inside).start();
        FairleadProcess fairlead = FairleadProcess.run(config(), inside);
        Program junk = junk(inside);
        Sipp caller =
            Sipp.play("caller-call")
                .calls(60)
                .rate(5, Duration.ofMillis(200))
                .patient()
                .at(at(CALLER))
                .to(at(FAIRLEAD))
                .by(inside)
                .start()) {
      assertThat(caller.succeeded()).as(fairlead.log()).isTrue();
      assertThat(junk.await(Duration.ofSeconds(60))).as(junk.read("output")).isZero();
      Matcher dropped = DROPPED.matcher(junk.read("output"));
      int rules = 0;
      while (dropped.find()) {
        assertThat(Long.parseLong(dropped.group(2))).as(dropped.group(1)).isPositive();
        rules++;
      }
      assertThat(rules).as(junk.read("output")).isEqualTo(2);
      assertThat(backend.received()).isNotEmpty();
    }
  }

  private static InetSocketAddress at(String address) {
    return new InetSocketAddress(address, 5060);
  }

  private static Program junk(List<String> inside) {
    List<String> command = new ArrayList<>(inside);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(JunkProgram.class.getName(), FAIRLEAD, "20"));
    return Program.start("junk", Program.directory("junk"), command);
  }

  private static String config() {
    return """
    listeners: [ "udp://%s:5060" ]
    guard: { flood: 30/2s }
    pools:
      farm:
        health: off
        # On a busy machine a datagram may be lost twice.
        failover: { try-timeout: 10s }
        backends: [ "sip:%s:5060" ]
    routes: [ { to: farm } ]
    metrics: { listen: 127.0.0.1:9090 }
    """
        .formatted(FAIRLEAD, BACKEND);
  }
}
