// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dns.FakeDns;
import io.fairlead.pool.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Calls to servers known by name only: while the DNS changes, and while it is dead. */
class NamesScenarioTest {
  private static final String CONFIG =
      """
      listeners:
        - udp://203.0.113.10:5060
        - tcp://203.0.113.10:5060
      pools:
        farm:
          health: off
          balance: priority
          backends: [ "sip:farm.test" ]
      routes:
        - { name: all, to: farm }
      """;

  private final FakeDns dns =
      new FakeDns()
          .host("a.test", "10.0.0.1")
          .host("b.test", "10.0.0.2")
          .srv("_sip._udp.farm.test", "1 1 5060 a.test", "2 1 5060 b.test");
  private final ServerRig rig =
      new ServerRig(new VirtualNet(1, 2), ServerRig.plan(CONFIG), ServerRig.KEYS, dns);
  private final FakePhone caller = rig.phone();

  private List<String> backends() {
    return rig.house.pools().all().iterator().next().backends().stream()
        .map(Backend::name)
        .toList();
  }

  private void answers(Leg call) {
    rig.net.runMs(200);
    assertThat(call.statuses("INVITE")).contains(200);
  }

  @Test
  void callsGoToTheServersOfTheName() {
    Leg call = caller.invite();
    answers(call);
    call.bye();
    rig.settle();
    assertThat(backends()).containsExactly("farm.test/10.0.0.1:5060", "farm.test/10.0.0.2:5060");
    assertThat(rig.backend(1).requests("BYE")).isEqualTo(1);
    assertThat(rig.log()).contains("farm.test/10.0.0.1:5060");
    assertThat(rig.house.calls()).isZero();
  }

  @Test
  void callsGoOnWhileTheDnsIsDead() {
    Leg before = caller.invite();
    answers(before);
    dns.dead = true;
    rig.net.runMs(3_600_000);
    Leg during = caller.invite();
    answers(during);
    before.bye();
    during.bye();
    rig.settle();
    assertThat(rig.backend(1).requests("BYE")).isEqualTo(2);
    assertThat(rig.house.calls()).isZero();
  }

  @Test
  void aServerThatLeftKeepsItsCallAndGetsNoOther() {
    Leg first = caller.invite();
    answers(first);
    dns.srv("_sip._udp.farm.test", "2 1 5060 b.test");
    rig.net.runMs(120_000);
    assertThat(backends()).containsExactly("farm.test/10.0.0.2:5060");

    Leg second = caller.invite();
    answers(second);
    first.send("INFO");
    rig.net.runMs(100);
    first.bye();
    second.bye();
    rig.settle();
    assertThat(rig.backend(1).requests("INVITE")).isEqualTo(1);
    assertThat(rig.backend(1).requests("INFO")).isEqualTo(1);
    assertThat(rig.backend(2).requests("INVITE")).isEqualTo(1);
    assertThat(rig.house.calls()).isZero();
  }

  @Test
  void answers503WhileTheNameIsNotKnown() {
    dns.dead = true;
    ServerRig blind =
        new ServerRig(new VirtualNet(1, 1), ServerRig.plan(CONFIG), ServerRig.KEYS, dns);
    Leg call = blind.phone().invite();
    blind.net.runMs(200);
    assertThat(call.last("INVITE").status()).isEqualTo(503);

    dns.dead = false;
    blind.net.runMs(30_000);
    Leg later = blind.phone().invite();
    blind.net.runMs(200);
    assertThat(later.statuses("INVITE")).contains(200);
    later.bye();
    blind.settle();
  }

  // ---- inside a dialog: the callee's Contact is a name ----

  private Leg callToContact() {
    dns.srv("_sip._udp.callee.test", "1 1 5060 c.test", "2 1 5060 a.test")
        .host("c.test", "10.0.0.3");
    rig.backend(1).contact = "callee.test";
    Leg call = caller.invite();
    answers(call);
    return call;
  }

  // The first server of the name: a status for everything, or 0 for silence.
  private void serverSays(int status) {
    rig.net.open(
        VirtualNet.at("10.0.0.3", 5060),
        (link, text) -> {
          if (status != 0 && !text.startsWith("ACK ")) {
            String copied =
                text.lines()
                    .filter(line -> line.matches("(Via|From|To|Call-ID|CSeq): .*"))
                    .collect(Collectors.joining("\r\n"));
            link.send("SIP/2.0 " + status + " No\r\n" + copied + "\r\nContent-Length: 0\r\n\r\n");
          }
        });
  }

  private void hungUp(Leg call, int afterMs) {
    rig.net.runMs(100);
    assertThat(rig.backend(1).requests("BYE")).isEqualTo(afterMs == 0 ? 1 : 0);
    rig.net.runMs(afterMs);
    assertThat(rig.backend(1).requests("BYE")).isEqualTo(1);
    assertThat(call.last("BYE").status()).isEqualTo(200);
    rig.settle();
    assertThat(rig.house.calls()).isZero();
    assertThat(rig.house.unfinished()).isZero();
  }

  @Test
  void goesToTheNextServerOfANameWhenOneIsUnreachable() {
    rig.net.close(VirtualNet.at("10.0.0.3", 5060));
    hungUp(callToContact().bye(), 0);
  }

  @Test
  void goesToTheNextServerOfANameWhenOneSays503() {
    serverSays(503);
    hungUp(callToContact().bye(), 0);
  }

  @Test
  void goesToTheNextServerOfANameWhenOneIsSilent() {
    serverSays(0);
    hungUp(callToContact().bye(), 5000);
  }

  @Test
  void passesOnWhatTheServersOfANameAnswer() {
    serverSays(404);
    Leg call = callToContact().send("INFO");
    rig.net.runMs(100);
    assertThat(call.last("INFO").status()).isEqualTo(404);
    assertThat(rig.backend(1).requests("INFO")).isZero();
  }

  @Test
  void aReInviteThatIsPassedOverIsAnsweredOnce() {
    Leg call = callToContact();
    serverSays(0);
    call.send("INVITE");
    rig.net.runMs(6000);
    assertThat(rig.backend(1).requests("INVITE")).isEqualTo(2);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    call.bye();
    rig.settle();
    assertThat(rig.house.calls()).isZero();
    assertThat(rig.house.transactions()).isZero();
  }

  @Test
  void staysWithTheServerOfANameThatAnswered() {
    Leg call = callToContact();
    serverSays(0);
    call.send("INFO");
    rig.net.runMs(6000);
    assertThat(call.last("INFO").status()).isEqualTo(200);
    List<String> asked = new ArrayList<>();
    rig.net.open(VirtualNet.at("10.0.0.3", 5060), (link, text) -> asked.add(text));
    rig.net.runMs(60_000);

    call.send("INVITE");
    rig.net.runMs(200);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(rig.backend(1).requests("INVITE")).isEqualTo(2);
    assertThat(rig.backend(1).received.getLast().method()).isEqualTo("ACK");
    assertThat(asked).allMatch(text -> text.startsWith("INFO "));
    call.bye();
    rig.settle();
    assertThat(rig.house.calls()).isZero();
  }

  @Test
  void refusesWhatLeadsNowhere() {
    rig.backend(1).contact = "nowhere.test";
    Leg call = caller.invite();
    answers(call);
    call.send("INFO");
    rig.net.runMs(3000);
    assertThat(call.last("INFO").status()).isGreaterThanOrEqualTo(500);
  }
}
