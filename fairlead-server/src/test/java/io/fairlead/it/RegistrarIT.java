// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The local registrar with phones: baresip, and SIPp in numbers. */
@Timeout(120)
class RegistrarIT {
  private static final String DOMAIN = "home.test";

  private final Path directory = Program.directory("registrar");
  private final InetSocketAddress address = Loopback.free();
  private final InetSocketAddress secure = Loopback.free();

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void callsPhoneThatRegisteredWithItsPassword(TestTransport over) {
    try (FairleadProcess fairlead = FairleadProcess.run(config("{ file: " + users() + " }"));
        Baresip phone = phone(over, "secret")) {
      phone.awaitRegistered();
      assertThat(phone.log()).contains("SIP/2.0 401 ").contains("\nAuthorization: Digest ");
      try (Sipp caller = caller("alice").start()) {
        succeeds(caller, fairlead, phone);
      }
      assertThat(phone.invitations()).isEqualTo(1);
      phone.awaits("\nBYE sip:");
    }
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void carriesCallOfPhoneToPhone(TestTransport over) {
    try (FairleadProcess fairlead = FairleadProcess.run(config("{ file: " + users() + " }"));
        Baresip callee = phone(TestTransport.UDP, "secret")) {
      callee.awaitRegistered();
      try (Baresip caller =
          Baresip.account("bob", DOMAIN)
              .over(over)
              .password("secret2")
              .dials("sip:alice@" + DOMAIN)
              .start(Loopback.text(Loopback.free()), at(over))) {
        caller.awaitRegistered();
        callee.awaits("\nACK sip:");
        assertThat(caller.log()).contains("SIP/2.0/" + over + " ").contains("\nINVITE sip:alice@");
      }
      callee.awaits("\nBYE sip:");
      assertThat(fairlead.log()).doesNotContain("level=error");
    }
  }

  @Test
  void answersTheStunKeepalivesOfAPhoneThatUsesOutbound() throws Exception {
    String metrics = Loopback.text(Loopback.free());
    String config =
        config("off").replace("users: off", "users: off\n    keepalive: { udp: 2s }")
            + "metrics: { listen: "
            + metrics
            + " }\n";
    try (FairleadProcess fairlead = FairleadProcess.run(config);
        Baresip phone =
            Baresip.account("alice", DOMAIN)
                .outbound()
                .start(Loopback.text(Loopback.free()), address)) {
      phone.awaitRegistered();
      assertThat(phone.log()).contains("\nRequire: outbound").contains("\nFlow-Timer: 2");
      assertThat(Loopback.await(Duration.ofSeconds(15), () -> stunAnswers(metrics) > 2))
          .as(fairlead.log())
          .isTrue();
      assertThat(registers(phone)).isEqualTo(1);
    }
  }

  private static long stunAnswers(String metrics) {
    try (InputStream page = URI.create("http://" + metrics + "/metrics").toURL().openStream()) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("fairlead_transport_stun_answers_total{"))
          .filter(line -> line.contains("answer=\"mapped\""))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf("} ") + 2)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void refusesWrongPassword() {
    try (FairleadProcess fairlead = FairleadProcess.run(config("{ file: " + users() + " }"));
        Baresip phone = phone(TestTransport.UDP, "guessed");
        Sipp caller = caller("alice").start()) {
      phone.awaits("SIP/2.0 403 ");
      assertThat(caller.succeeded()).as(fairlead.log()).isFalse();
      assertThat(phone.invitations()).isZero();
    }
  }

  @Test
  void findsPhoneAgainAfterSigterm() {
    findsPhoneAgain(true);
  }

  @Test
  void findsPhoneAgainAfterSigkill() {
    findsPhoneAgain(false);
  }

  private void findsPhoneAgain(boolean orderly) {
    String config = config("off");
    FairleadProcess first = FairleadProcess.run(config);
    try (Baresip phone = phone(TestTransport.UDP, "none")) {
      phone.awaitRegistered();
      if (orderly) {
        first.stop();
      } else {
        // What is a second old must outlive even this; nothing outside shows when it is written.
        Loopback.await(Duration.ofMillis(1500), () -> false);
        first.kill();
      }
      long registers = registers(phone);
      try (FairleadProcess second = FairleadProcess.run(config);
          Sipp caller = caller("alice").start()) {
        succeeds(caller, second, phone);
        assertThat(registers(phone)).isEqualTo(registers);
      }
    } finally {
      first.close();
    }
  }

  private static long registers(Baresip phone) {
    return phone.log().lines().filter(line -> line.startsWith("REGISTER sip:")).count();
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void registersRenewsAndRemovesManyUsers(TestTransport over) {
    try (FairleadProcess fairlead = FairleadProcess.run(config("off"));
        Sipp phones =
            Sipp.play("phone-registers-renews-leaves")
                .with("domain", DOMAIN)
                .over(over)
                .to(at(over))
                .calls(200)
                .rate(100, Duration.ofMillis(100))
                .start()) {
      try {
        phones.succeeds();
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "--- fairlead\n" + fairlead.log(), e);
      }
    }
  }

  private static void succeeds(Sipp caller, FairleadProcess fairlead, Baresip phone) {
    try {
      caller.succeeds();
    } catch (AssertionError e) {
      throw new AssertionError(
          e.getMessage() + "--- fairlead\n" + fairlead.log() + "--- phone\n" + phone.log(), e);
    }
  }

  private Baresip phone(TestTransport over, String password) {
    return Baresip.account("alice", DOMAIN)
        .over(over)
        .password(password)
        .start(Loopback.text(Loopback.free()), at(over));
  }

  private InetSocketAddress at(TestTransport over) {
    return over == TestTransport.TLS ? secure : address;
  }

  private Sipp.Script caller(String user) {
    return Sipp.play("caller-calls-user")
        .with("aor", user + "@" + DOMAIN)
        .to(address)
        .rate(1, Duration.ofMillis(300));
  }

  private Path users() {
    try {
      return Files.writeString(directory.resolve("users.yaml"), "alice: secret\nbob: secret2\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String config(String users) {
    return """
    listeners:
      - udp://%1$s
      - tcp://%1$s
      - %5$s
    registrars:
      phones:
        domains: [ %2$s ]
        users: %3$s
    routes:
      - match: { method: REGISTER }
        registrar: phones
      - match: { location: phones }
        to-location: phones
      - reject: 404 Not Found
    state-dir: %4$s
    """
        .formatted(
            Loopback.text(address),
            DOMAIN,
            users,
            directory.resolve("state"),
            TestTransport.TLS.listener(secure));
  }
}
