// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Fairlead on 127.0.0.1 and ::1, which relays between phones; each user that may be called is a
 * pool of its own, so that calls of one process do not meet. Owned by one test class.
 */
final class RelayingFairlead implements AutoCloseable {
  private static final int USERS = 64;
  private static final Duration LOGGED_WITHIN = Duration.ofSeconds(10);

  private final InetSocketAddress ipv4 = Loopback.free();
  private final InetSocketAddress ipv6 = Loopback.free("::1");
  private final InetSocketAddress meters = Loopback.free();
  // Bound from the beginning: programs beside us choose ports of their own.
  private final List<DatagramSocket> users = new ArrayList<>();
  private final FairleadProcess process;
  private int used;

  /**
   * @param media what stands in the file under {@code media:}, and further top keys
   */
  RelayingFairlead(String media) {
    StringBuilder pools = new StringBuilder("pools:\n");
    StringBuilder routes = new StringBuilder("routes:\n");
    for (int i = 0; i < USERS; i++) {
      boolean six = i % 8 == 7;
      InetSocketAddress place = Loopback.free(six ? "::1" : "127.0.0.1");
      users.add(bound(place));
      pools.append(
          "  u%d: { health: off, network: %s, backends: [ 'sip:%s' ] }\n"
              .formatted(i, six ? "six" : "four", Loopback.text(place)));
      routes.append("  - { match: { user: u%d }, to: u%d, media: relay }\n".formatted(i, i));
    }
    process =
        FairleadProcess.run(
            """
            listeners:
              - { name: four, bind: 'udp://%s', network: four }
              - { name: six, bind: 'udp://%s', network: six }
            metrics: { listen: '%s' }
            %s
            %s%s\
            """
                .formatted(
                    Loopback.text(ipv4),
                    Loopback.text(ipv6),
                    Loopback.text(meters),
                    media,
                    pools,
                    routes));
  }

  /** A caller and a callee, both on 127.0.0.1, who have not spoken. */
  AnchoredCall phones() {
    while (used % 8 == 7) {
      used++;
    }
    return phones(used++);
  }

  /** The same, the caller sending to another one first. */
  AnchoredCall phones(InetSocketAddress firstTier) {
    AnchoredCall usual = phones();
    usual.caller().close();
    ScriptedPhone caller = new ScriptedPhone(bound(Loopback.free()), firstTier);
    return new AnchoredCall(this, caller, usual.callee(), usual.user());
  }

  /** A caller on 127.0.0.1 and a callee on ::1. */
  AnchoredCall phonesOfBothFamilies() {
    while (used % 8 != 7) {
      used++;
    }
    return phones(used++);
  }

  private AnchoredCall phones(int user) {
    ScriptedPhone callee = new ScriptedPhone(users.get(user), user % 8 == 7 ? ipv6 : ipv4);
    ScriptedPhone caller = new ScriptedPhone(bound(Loopback.free()), ipv4);
    return new AnchoredCall(this, caller, callee, "u" + user);
  }

  private static DatagramSocket bound(InetSocketAddress at) {
    try {
      return new DatagramSocket(at);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  InetSocketAddress address() {
    return ipv4;
  }

  FairleadProcess process() {
    return process;
  }

  /**
   * What a meter shows now.
   *
   * @param series its name, with labels where it has some
   */
  long meter(String series) {
    URI page = URI.create("http://" + Loopback.text(meters) + "/metrics");
    try (InputStream in = page.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(series + " "))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length() + 1)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The line of a call in the call log. */
  String line(String callId) {
    Supplier<String> line =
        () ->
            process
                .log()
                .lines()
                .filter(each -> each.contains("kind=call") && each.contains(callId))
                .findFirst()
                .orElse("");
    if (!Loopback.await(LOGGED_WITHIN, () -> !line.get().isEmpty())) {
      throw new AssertionError("no line for " + callId + " in\n" + process.log());
    }
    return line.get();
  }

  @Override
  public void close() {
    process.close();
    users.forEach(DatagramSocket::close);
  }
}
