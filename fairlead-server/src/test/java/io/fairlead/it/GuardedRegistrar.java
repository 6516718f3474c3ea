// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import io.fairlead.guard.ban.Ban;
import io.fairlead.guard.ban.BanExplanation;
import io.fairlead.net.Cidr;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.server.Fairlead;
import io.fairlead.server.Plan;
import io.fairlead.server.StartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A registrar with a file of users and the guard as shipped, but for what a test says. It listens
 * on 127.0.0.9, for what comes from Fairlead's own address is never banned. Owned by one test.
 */
final class GuardedRegistrar implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Meters meters = new Meters();
  private final InetSocketAddress address = Loopback.free("127.0.0.9");
  private final Fairlead fairlead;

  /**
   * @param bans further keys of `guard.bans`, each with a comma before it
   */
  GuardedRegistrar(String bans) throws IOException {
    Path folder = Program.directory("guarded");
    Files.writeString(
        folder.resolve("users.yaml"),
        """
        "1000": "1299"
        "1001": "another, long enough"
        """);
    Files.writeString(
        folder.resolve("fairlead.yaml"),
        """
        listeners: [ "udp://%1$s", "tcp://%1$s" ]
        guard: { bans: { firewall: off%2$s } }
        registrars:
          phones:
            domains: [ 127.0.0.9 ]
            users: { file: users.yaml }
        routes:
          - { match: { method: REGISTER }, registrar: phones }
          - { match: { location: phones }, to-location: phones }
        """
            .formatted(Loopback.text(address), bans));
    Plan.Result read = Plan.read(folder.resolve("fairlead.yaml"));
    Plan plan = read.plan();
    if (plan == null) {
      throw new AssertionError(read.errors());
    }
    try {
      fairlead = Fairlead.start(plan, meters);
    } catch (StartException e) {
      throw new AssertionError(e);
    }
  }

  InetSocketAddress address() {
    return address;
  }

  /** Messages dropped by a rule of the guard. */
  long dropped(String rule) {
    return meters.counter(Meter.GUARD_DROPPED, rule).value();
  }

  /** The ban of a source; null for none. */
  @Nullable Ban ban(String source) {
    return fairlead.bans().of(new Cidr(InetAddress.ofLiteral(source), 32));
  }

  /** How it stands with a source. */
  BanExplanation explain(String source) {
    CompletableFuture<BanExplanation> answer = new CompletableFuture<>();
    fairlead.bans().explain(new Cidr(InetAddress.ofLiteral(source), 32), answer::complete);
    return answer.orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    fairlead.stop(GRACE);
  }
}
