// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.guard.Offence;
import io.fairlead.net.Cidr;
import io.fairlead.net.SourceKey;
import io.fairlead.observe.Meter;
import io.fairlead.transport.CapturedFlow;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BansTest {
  private static final String BAD = "192.0.2.1";

  private BansRig rig = new BansRig("");

  @ParameterizedTest
  @CsvSource({
    "WRONG_PASSWORD, 20",
    "UNKNOWN_USER, 50",
    "SCANNER, 2",
    "MALFORMED, 10",
    "FLOOD, 5",
  })
  void bansAtTheThreshold(Offence offence, int times) {
    rig.offend(BAD, offence, times - 1);
    assertThat(rig.isBanned(BAD)).isFalse();

    rig.offend(BAD, offence, 1);

    assertThat(rig.isBanned(BAD)).isTrue();
    assertThat(rig.isBanned("192.0.2.2")).isFalse();
  }

  @Test
  void whatFadesBetweenTwoOffencesSavesNobody() {
    rig.offend(BAD, Offence.SCANNER, 1);
    rig.pass(Duration.ofSeconds(2));
    rig.offend(BAD, Offence.SCANNER, 1);

    assertThat(rig.isBanned(BAD)).isTrue();
  }

  @Test
  void saysWhatFor() {
    rig.offend(BAD, Offence.WRONG_PASSWORD, 10);
    rig.offend(BAD, Offence.SCANNER, 1);

    assertThat(rig.told)
        .containsExactly("ban 192.0.2.1 600s POINTS wrong-password 10, scanner 1 1");
    assertThat(rig.meters.counter(Meter.BANS, "points").value()).isEqualTo(1);
    assertThat(rig.meters.counter(Meter.BAN_OFFENCES, "wrong-password").value()).isEqualTo(10);
  }

  @Test
  void countsAWholeNetworkOfIpv6AsOne() {
    rig.offend("2001:db8:0:1::1", Offence.SCANNER, 1);
    rig.offend("2001:db8:0:1:ffff::2", Offence.SCANNER, 1);

    assertThat(rig.isBanned("2001:db8:0:1::99")).isTrue();
    assertThat(rig.isBanned("2001:db8:0:2::1")).isFalse();
    assertThat(rig.told.getFirst()).startsWith("ban 2001:db8:0:1:0:0:0:0/64 600s");
  }

  @Test
  void halvesPointsWithTime() {
    rig.offend(BAD, Offence.WRONG_PASSWORD, 16);
    rig.pass(Duration.ofMinutes(10));
    assertThat(rig.explain(BAD).points()).isEqualTo(40);
    rig.pass(Duration.ofMinutes(20));
    assertThat(rig.explain(BAD).points()).isEqualTo(10);
  }

  @Test
  void neverBansWhoErrsNowAndThen() {
    for (int i = 0; i < 2000; i++) {
      rig.offend(BAD, Offence.WRONG_PASSWORD, 1);
      rig.pass(Duration.ofSeconds(60));
    }
    assertThat(rig.isBanned(BAD)).isFalse();
  }

  @Test
  void makesEachBanLongerUpToTheLongest() {
    List<Integer> seconds = List.of(600, 1200, 2400, 4800, 7200, 7200);
    rig = new BansRig("max: 2h");
    for (int i = 0; i < seconds.size(); i++) {
      rig.offend(BAD, Offence.SCANNER, 2);
      assertThat(rig.told.getLast())
          .isEqualTo("ban 192.0.2.1 %ds POINTS scanner 2 %d".formatted(seconds.get(i), i + 1));
      rig.pass(Duration.ofSeconds(seconds.get(i) - 1));
      assertThat(rig.isBanned(BAD)).isTrue();
      rig.pass(Duration.ofSeconds(2));
      assertThat(rig.isBanned(BAD)).isFalse();
      assertThat(rig.told.getLast()).isEqualTo("EXPIRED 192.0.2.1");
    }
  }

  @Test
  void forgetsBansOfLongAgo() {
    rig.offend(BAD, Offence.SCANNER, 2);
    rig.pass(Duration.ofDays(8));
    rig.offend(BAD, Offence.SCANNER, 2);

    assertThat(rig.told.getLast()).startsWith("ban 192.0.2.1 600s").endsWith(" 1");
  }

  @Test
  void countsNothingUnprovenByUdp() {
    CapturedFlow flow = CapturedFlow.udp(BAD, 5060);
    for (int i = 0; i < 1000; i++) {
      rig.bans.offence(flow, Offence.SCANNER, false);
    }
    rig.loop.runCommands();

    assertThat(rig.isBanned(BAD)).isFalse();
    assertThat(rig.explain(BAD).points()).isZero();
    assertThat(rig.meters.counter(Meter.BAN_UNPROVEN).value()).isEqualTo(1000);
  }

  @Test
  void countsItWhereUdpIsTrusted() {
    rig = new BansRig("trust-udp: yes");
    CapturedFlow flow = CapturedFlow.udp(BAD, 5060);
    rig.bans.offence(flow, Offence.SCANNER, false);
    rig.bans.offence(flow, Offence.SCANNER, false);
    rig.loop.runCommands();

    assertThat(rig.isBanned(BAD)).isTrue();
  }

  @Test
  void countsWhatIsProvenByUdp() {
    CapturedFlow flow = CapturedFlow.udp(BAD, 5060);
    rig.bans.offence(flow, Offence.SCANNER, true);
    rig.bans.offence(flow, Offence.SCANNER, true);
    rig.loop.runCommands();

    assertThat(rig.isBanned(BAD)).isTrue();
  }

  @Test
  void neverBansAnAllowedNetwork() {
    rig = new BansRig("", "192.0.2.0/24", "2001:db8:0:1::5");
    rig.offend(BAD, Offence.SCANNER, 100);
    rig.offend("2001:db8:0:1::1", Offence.SCANNER, 100);

    assertThat(rig.told).isEmpty();
    assertThat(rig.explain(BAD).exempt()).isEqualTo("`guard.allow` has it");
    assertThat(rig.add(BAD, Duration.ofHours(1))).isFalse();
  }

  @Test
  void neverBansAnOfficeWhereOtherDevicesProveTheirPasswords() {
    rig.proved(BAD);
    for (int i = 0; i < 500; i++) {
      rig.offend(BAD, Offence.WRONG_PASSWORD, 3);
      rig.pass(Duration.ofSeconds(30));
      if (i % 100 == 0) {
        rig.proved(BAD);
      }
    }

    assertThat(rig.told).isEmpty();
    assertThat(rig.explain(BAD).exempt()).contains("proved its password");
    assertThat(rig.meters.counter(Meter.BAN_SPARED).value()).isPositive();
  }

  @Test
  void bansAnOfficeThatAllLeft() {
    rig.proved(BAD);
    rig.pass(Duration.ofHours(3));
    rig.offend(BAD, Offence.SCANNER, 2);

    assertThat(rig.isBanned(BAD)).isTrue();
  }

  @Test
  void asksOthersWhoIsGood() {
    rig.exempt.add(BansRig.key(BAD));
    rig.offend(BAD, Offence.SCANNER, 2);

    assertThat(rig.isBanned(BAD)).isFalse();
  }

  @Test
  void remembersWhereDevicesWereBeforeARestart() {
    rig.bans.registered(CapturedFlow.tcp(BAD, 1).remote().getAddress(), rig.nowMs() + 60_000);
    rig.offend(BAD, Offence.SCANNER, 2);
    assertThat(rig.isBanned(BAD)).isFalse();

    rig.pass(Duration.ofSeconds(61));
    rig.offend(BAD, Offence.SCANNER, 1);
    assertThat(rig.isBanned(BAD)).isTrue();
  }

  @Test
  void forgivesForARightAnswer() {
    rig = new BansRig("exempt: 0s");
    rig.offend(BAD, Offence.WRONG_PASSWORD, 19);
    rig.proved(BAD);
    rig.offend(BAD, Offence.WRONG_PASSWORD, 4);
    assertThat(rig.isBanned(BAD)).isFalse();
    rig.offend(BAD, Offence.WRONG_PASSWORD, 1);
    assertThat(rig.isBanned(BAD)).isTrue();
  }

  @Test
  void liftsAndForgetsWhatWasBefore() {
    rig.offend(BAD, Offence.SCANNER, 2);
    assertThat(rig.lift(BAD)).isTrue();
    assertThat(rig.lift(BAD)).isFalse();
    assertThat(rig.isBanned(BAD)).isFalse();
    assertThat(rig.told.getLast()).isEqualTo("LIFTED 192.0.2.1");

    rig.offend(BAD, Offence.SCANNER, 2);
    assertThat(rig.told.getLast()).startsWith("ban 192.0.2.1 600s");
  }

  @Test
  void bansNetworksByOrder() {
    assertThat(rig.add("198.51.100.0/24", Duration.ofHours(1))).isTrue();

    assertThat(rig.isBanned("198.51.100.200")).isTrue();
    assertThat(rig.isBanned("198.51.101.1")).isFalse();
    BanExplanation why = rig.explain("198.51.100.200");
    assertThat(why.ban()).isNull();
    assertThat(why.around()).isNotNull();
    rig.pass(Duration.ofMinutes(61));
    assertThat(rig.isBanned("198.51.100.200")).isFalse();
  }

  @Test
  void sparesWhoIsAllowedInsideABannedNetwork() {
    rig = new BansRig("", "198.51.100.7");
    rig.add("198.51.100.0/24", Duration.ofHours(1));
    rig.add("2001:db8::/32", Duration.ofHours(1));
    rig.proved("198.51.100.8");

    assertThat(rig.isBanned("198.51.100.7")).isFalse();
    assertThat(rig.isBanned("198.51.100.8")).isFalse();
    assertThat(rig.isBanned("198.51.100.9")).isTrue();
    assertThat(rig.isBanned("2001:db8:77::1")).isTrue();
  }

  @Test
  void bansWhatAListHasAndLiftsWhatItHasNoMore() {
    List<Cidr> listed =
        List.of(Cidr.parse(BAD), Cidr.parse("10.0.0.0/8"), Cidr.parse("2001:db8::1"));
    rig = new BansRig("", "10.1.0.0/16");
    rig.bans.listed("apiban", listed, rig.nowMs() + 3_600_000);
    rig.loop.runCommands();

    assertThat(rig.isBanned(BAD)).isTrue();
    assertThat(rig.isBanned("10.2.0.1")).isTrue();
    assertThat(rig.isBanned("10.1.0.1")).isFalse();
    assertThat(rig.isBanned("2001:db8::9")).isTrue();

    rig.bans.unlisted("other", listed);
    rig.bans.unlisted("apiban", List.of(Cidr.parse("10.0.0.0/8")));
    rig.loop.runCommands();
    assertThat(rig.isBanned("10.2.0.1")).isFalse();
    assertThat(rig.isBanned(BAD)).isTrue();
    rig.pass(Duration.ofMinutes(61));
    assertThat(rig.isBanned(BAD)).isFalse();
  }

  @Test
  void liftsAtAReloadWhatIsAllowedNow() {
    rig.offend(BAD, Offence.SCANNER, 2);
    rig.bans.reload(BansRig.settings("threshold: 50"), BansRig.allowed("192.0.2.0/24"));
    rig.loop.runCommands();
    assertThat(rig.isBanned(BAD)).isFalse();

    rig.offend("198.51.100.1", Offence.SCANNER, 1);
    assertThat(rig.isBanned("198.51.100.1")).isTrue();
    rig.bans.reload(null, BansRig.allowed());
    assertThat(rig.isBanned("198.51.100.1")).isFalse();
  }

  @Test
  void makesRoomByEndingWhatEndsFirst() {
    rig = new BansRig("bans: 16");
    for (int i = 0; i < 20; i++) {
      rig.add("192.0.2." + i, Duration.ofMinutes(i + 1));
    }

    assertThat(rig.bans.all()).hasSize(16);
    assertThat(rig.isBanned("192.0.2.3")).isFalse();
    assertThat(rig.isBanned("192.0.2.4")).isTrue();
    rig.add("192.0.2.99", Duration.ofSeconds(1));
    assertThat(rig.isBanned("192.0.2.99")).isFalse();
  }

  @Test
  void remembersNoMoreSourcesThanItMay() {
    rig = new BansRig("sources: 16");
    rig.offend(BAD, Offence.SCANNER, 1);
    for (int i = 0; i < 16; i++) {
      rig.offend("198.51.100." + i, Offence.SCANNER, 1);
    }
    rig.offend(BAD, Offence.SCANNER, 1);

    assertThat(rig.isBanned(BAD)).isFalse();
  }

  @Test
  void takesBansOfOtherNodesButNotOfOurOwnPhones() {
    rig.proved("192.0.2.2");
    for (String each : List.of(BAD, "192.0.2.2")) {
      rig.bans.shared(
          new Ban(
              SourceKey.network(BansRig.key(each)),
              BanCause.CLUSTER,
              "scanner 2",
              100,
              rig.nowMs(),
              rig.nowMs() + 1_200_000,
              2));
    }
    rig.loop.runCommands();

    assertThat(rig.isBanned(BAD)).isTrue();
    assertThat(rig.isBanned("192.0.2.2")).isFalse();
    rig.pass(Duration.ofMinutes(21));
    rig.offend(BAD, Offence.SCANNER, 2);
    assertThat(rig.told.getLast()).endsWith(" 3");
  }

  @ParameterizedTest
  @CsvSource({
    "threshold: 0, expected 1 to",
    "decay: 0s, expected 1s to 30d",
    "time: 48h, shorter than the first ban",
    "grow: 0, expected 1 to 100",
    "'scores: { scanner: -1 }', expected 0 to",
    "'blocklists: { a: { interval: 1m } }', expected either `file` or `url`",
    "'blocklists: { a: { url: \"ftp://x\" } }', expected http://",
    "'blocklists: { a: { url: \"https://x\", format: apiban } }', apiban needs",
  })
  void refusesSettingsThatMakeNoSense(String lines, String why) {
    assertThatThrownBy(() -> BansRig.settings(lines)).hasMessageContaining(why);
  }
}
