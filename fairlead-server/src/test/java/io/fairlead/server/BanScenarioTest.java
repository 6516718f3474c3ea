// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.guard.ban.Ban;
import io.fairlead.guard.ban.Bans;
import io.fairlead.net.SourceKey;
import io.fairlead.observe.Meter;
import io.fairlead.transport.CapturedFlow;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who guesses passwords is banned, and nobody else is. */
class BanScenarioTest {
  private static final String CRACKER = "203.0.113.66";
  private static final String OFFICE = "198.51.100.7";

  @TempDir private Path folder;

  private UpstreamRig forward(String mode) {
    return new UpstreamRig("mode: " + mode, "balance: round-robin");
  }

  private ServerRig local(int loops) throws IOException {
    Path users = folder.resolve("users.yaml");
    Files.writeString(
        users,
        "'1001': { password: secret }\n"
            + "'1002': { password: secret }\n"
            + "'1003': { password: secret }\n");
    return ServerRig.of(
        1,
        loops,
        """
        listeners: [ "udp://203.0.113.10:5060", "tcp://203.0.113.10:5060" ]
        routes: [ { match: { method: REGISTER }, registrar: phones } ]
        registrars:
          phones: { domains: [ farm.test ], mode: local, users: { file: %s } }
        """
            .formatted(users));
  }

  private static Bans bans(ServerRig rig) {
    return rig.guard.bans();
  }

  private static boolean isBanned(ServerRig rig, String address) {
    return bans(rig).isBanned(SourceKey.of(InetAddress.ofLiteral(address)));
  }

  /** One who tries passwords, a new one each time; how many until nothing comes back. */
  private static int crack(ServerRig rig, String user, int most) {
    RegisteringPhone cracker = new RegisteringPhone(rig, user, VirtualNet.at(CRACKER, 1024 + most));
    for (int i = 1; i <= most; i++) {
      int before = cracker.responses.size();
      cracker.password = "guess" + i;
      cracker.register();
      if (cracker.responses.size() == before) {
        return i - 1;
      }
    }
    return most;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void bansWhoGuessesPasswordsOfOurUsers(int loops) throws IOException {
    ServerRig rig = local(loops);

    assertThat(crack(rig, "1001", 100)).isEqualTo(20);

    Ban ban = bans(rig).all().iterator().next();
    assertThat(ban.text()).isEqualTo(CRACKER);
    assertThat(ban.why()).isEqualTo("wrong-password 20");
    assertThat(rig.meters.counter(Meter.GUARD_DROPPED, "ban").value()).isPositive();
    rig.net.run(Duration.ofMinutes(11));
    assertThat(isBanned(rig, CRACKER)).isFalse();
    assertThat(crack(rig, "1001", 99)).isEqualTo(20);
    assertThat(bans(rig).all().iterator().next().times()).isEqualTo(2);
  }

  @Test
  void bansWhoLooksForUsers() throws IOException {
    ServerRig rig = local(1);

    int tried = 0;
    for (; tried < 100 && !isBanned(rig, CRACKER); tried++) {
      crack(rig, "user" + tried, 1);
    }
    assertThat(tried).isEqualTo(50);
  }

  @Test
  void answersAnUnknownUserAsOneWithAWrongPassword() throws IOException {
    ServerRig rig = local(1);
    Map<String, List<String>> answers = new HashMap<>();
    for (String user : List.of("1001", "9999")) {
      RegisteringPhone cracker = new RegisteringPhone(rig, user, VirtualNet.at(CRACKER, 1024));
      cracker.password = "guess";
      cracker.register();
      answers.put(
          user,
          cracker.responses.stream()
              .map(each ->
                  each.text()
                      .replace(user, "USER")
                      .replaceAll("(nonce|tag|branch)=\"?[^\";\\r]*", "$1="))
              .toList());
    }

    assertThat(answers.get("1001")).hasSize(2).isEqualTo(answers.get("9999"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"forward", "mid"})
  void bansWhomFreeSwitchRefuses(String mode) {
    UpstreamRig farm = forward(mode);

    assertThat(crack(farm.rig, "1001", 100)).isEqualTo(20);

    assertThat(bans(farm.rig).all()).hasSize(1);
    assertThat(isBanned(farm.rig, CRACKER)).isTrue();
    assertThat(isBanned(farm.rig, "203.0.113.10")).isFalse();
    assertThat(isBanned(farm.rig, "10.0.0.1")).isFalse();
    assertThat(farm.phone("1002").register().last().status()).isEqualTo(200);
  }

  @Test
  void bansWhoIsChallengedAgainAndAgain() {
    UpstreamRig farm = forward("forward");
    int[] nonce = {0};
    for (FakeBackend backend : farm.rig.backends) {
      backend.script =
          in ->
              in.answer(
                  401,
                  "WWW-Authenticate: Digest realm=\"farm.test\", nonce=\"n" + nonce[0]++ + "\"");
    }
    RegisteringPhone cracker = new RegisteringPhone(farm.rig, "1001", VirtualNet.at(CRACKER, 1024));
    cracker.send("");
    farm.rig.net.runMs(2_000);

    assertThat(isBanned(farm.rig, CRACKER)).isTrue();
    assertThat(nonce[0]).isBetween(21, 24);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "forward", "mid"})
  void neverBansAnOfficeForOneMisconfiguredPhone(String mode) throws IOException {
    ServerRig rig = mode.equals("local") ? local(2) : forward(mode).rig;
    RegisteringPhone good = new RegisteringPhone(rig, "1001", 10_001);
    RegisteringPhone other = new RegisteringPhone(rig, "1002", 10_002);
    RegisteringPhone wrong = new RegisteringPhone(rig, "1003", 10_003);
    wrong.password = "of last year";
    for (int minute = 0; minute < 240; minute++) {
      if (minute % 5 == 0) {
        good.register();
        other.register();
        assertThat(good.last().status()).isEqualTo(200);
        assertThat(other.last().status()).isEqualTo(200);
      }
      wrong.register();
      assertThat(wrong.last().status()).isEqualTo(403);
      wrong.register();
      rig.net.run(Duration.ofSeconds(60));
    }

    assertThat(bans(rig).all()).isEmpty();
    assertThat(isBanned(rig, OFFICE)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "forward"})
  void nobodyCanHaveAnotherBannedByForgingItsAddress(String mode) throws IOException {
    ServerRig rig = mode.equals("local") ? local(1) : forward(mode).rig;
    RegisteringPhone attacker =
        new RegisteringPhone(rig, "1001", VirtualNet.at("203.0.113.77", 5060));
    attacker.answersChallenges = false;
    attacker.register();
    String nonce = FakeFreeSwitch.param(attacker.last().first("WWW-Authenticate"), "nonce");
    VirtualNet.Link forged =
        rig.net.udp(
            VirtualNet.at(OFFICE, 5060), rig.net.listener(CapturedFlow.UDP, ServerRig.FAIRLEAD));
    for (int i = 0; i < 200; i++) {
      forged.send(
          ("REGISTER sip:farm.test SIP/2.0\r\n"
                  + "Via: SIP/2.0/UDP 198.51.100.7;rport;branch=z9hG4bKf%1$d\r\n"
                  + "Max-Forwards: 70\r\n"
                  + "From: <sip:1001@farm.test>;tag=1\r\n"
                  + "To: <sip:1001@farm.test>\r\n"
                  + "Call-ID: forged%1$d\r\n"
                  + "CSeq: 1 REGISTER\r\n"
                  + "Contact: <sip:1001@198.51.100.7>\r\n"
                  + "Authorization: Digest username=\"1001\", realm=\"farm.test\", nonce=\"%2$s\","
                  + " uri=\"sip:farm.test\", response=\"0123456789abcdef0123456789abcdef\","
                  + " algorithm=MD5, qop=auth, nc=%1$08x, cnonce=\"c\"\r\n"
                  + "Content-Length: 0\r\n\r\n")
              .formatted(i + 1, nonce));
      rig.net.runMs(20);
    }

    assertThat(bans(rig).all()).isEmpty();
    assertThat(rig.meters.counter(Meter.BAN_UNPROVEN).value()).isEqualTo(200);
  }
}
