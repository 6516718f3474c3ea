// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Meter;
import io.fairlead.observe.RecordText;
import io.fairlead.transport.CapturedFlow;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gate lets in and what not, in a whole house. */
class GateScenarioTest {
  private static ServerRig guarded(String guard) {
    return ServerRig.of(1, 2, ServerRig.farmYaml("balance: priority") + "guard: " + guard + "\n");
  }

  private static FakePhone at(ServerRig rig, String address) {
    FakePhone phone =
        new FakePhone(rig.net, VirtualNet.at(address, 5060), ServerRig.FAIRLEAD, CapturedFlow.UDP);
    phone.strays = true;
    return phone;
  }

  private static String options(int user, String... headers) {
    return "OPTIONS sip:"
        + user
        + "@203.0.113.10 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.66:5060;branch=z9hG4bKs"
        + user
        + "\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: s"
        + user
        + "\r\nCSeq: 1 OPTIONS\r\n"
        + String.join("", headers)
        + "Content-Length: 0\r\n\r\n";
  }

  // ---- flood ----

  /** All phones of an office register at once, and Fairlead has never heard of any of them. */
  @ParameterizedTest
  @ValueSource(ints = {50, 400})
  void anOfficeComesBackAfterAPowerCut(int phones) {
    String yaml = UpstreamRig.yaml("mode: forward", "balance: p2c") + "guard: { flood: 30/2s }\n";
    ServerRig rig = ServerRig.of(1, 1, yaml);
    rig.backends.forEach(FakeFreeSwitch::new);
    List<RegisteringPhone> office = new ArrayList<>();
    for (int i = 0; i < phones; i++) {
      RegisteringPhone phone = new RegisteringPhone(rig, "u" + i, 10_000 + i);
      office.add(phone);
      rig.net.after(1, () -> phone.send(""));
      retransmits(rig, phone);
    }
    rig.net.runMs(33_000);

    assertThat(office)
        .allSatisfy(phone -> assertThat(phone.last().status()).as(phone.user).isEqualTo(200));
    if (phones > 100) {
      // The budget was asked, and did not keep them out.
      assertThat(rig.meters.counter(Meter.GUARD_DROPPED, "flood").value()).isPositive();
    }
  }

  // RFC 3261 §17.1.2: what is not answered is sent again, up to 32 s.
  private static void retransmits(ServerRig rig, RegisteringPhone phone) {
    for (long atMs : new long[] {500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500}) {
      rig.net.after(
          atMs + 1,
          () -> {
            if (phone.responses.isEmpty() || phone.last().cseq() < phone.cseq) {
              phone.again();
            }
          });
    }
  }

  @Test
  void callsGoOnBesideAFloodThatLeavesNothing() {
    ServerRig rig = guarded("{ flood: 30/2s }");
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 5000; i++) {
      String source = "11." + random.nextInt(200) + "." + random.nextInt(4) + ".1";
      boolean rubbish = random.nextBoolean();
      int user = i;
      FakePhone stranger = at(rig, source);
      rig.net.after(
          i, () -> stranger.raw(rubbish ? "rubbish of a length that is read" : options(user % 3)));
    }
    FakePhone phone = at(rig, "192.0.2.1");
    for (int i = 0; i < 10; i++) {
      Leg call = phone.invite();
      rig.net.runMs(400);
      assertThat(call.last("INVITE").status()).isEqualTo(200);
      call.bye();
      rig.net.runMs(100);
      assertThat(call.last("BYE").status()).isEqualTo(200);
    }
    rig.assertEmpty();
  }

  @Test
  void whoHasACallIsNoFlood() {
    ServerRig rig = guarded("{ flood: 5/2s }");
    FakePhone trunk = at(rig, "192.0.2.1");
    Leg first = trunk.invite();
    rig.net.runMs(200);
    List<Leg> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      calls.add(trunk.invite());
    }
    rig.net.runMs(300);

    assertThat(calls).allSatisfy(call -> assertThat(call.last("INVITE").status()).isEqualTo(200));
    calls.forEach(Leg::bye);
    first.bye();
    assertThat(rig.meters.counter(Meter.GUARD_DROPPED, "flood").value()).isZero();
    rig.assertEmpty();
  }

  @Test
  void backendsAreNeverCounted() {
    ServerRig rig = guarded("{ flood: 5/2s, deny: [ 203.0.113.99/32 ] }");
    List<Leg> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(at(rig, "192.0." + (2 + i / 200) + "." + (1 + i)).invite());
    }
    rig.net.runMs(300);

    assertThat(calls).allSatisfy(call -> assertThat(call.last("INVITE").status()).isEqualTo(200));
    calls.forEach(Leg::bye);
    rig.assertEmpty();
  }

  @Test
  void whatIsDeniedIsNotHeard() {
    ServerRig rig = guarded("{ deny: [ 192.0.2.0/24 ], allow: [ 192.0.2.7 ] }");
    FakePhone denied = at(rig, "192.0.2.66");
    denied.raw(options(1));
    FakePhone allowed = at(rig, "192.0.2.7");
    Leg call = allowed.invite();
    rig.net.runMs(300);

    assertThat(denied.received).isEmpty();
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(rig.meters.counter(Meter.GUARD_DROPPED, "deny").value()).isEqualTo(1);
    call.bye();
    rig.assertEmpty();
  }

  // ---- scanners and sanity, as shipped ----

  @Test
  void aScannerHearsNothingAndLeavesNothing() {
    ServerRig rig = guarded("{}");
    FakePhone scanner = at(rig, "192.0.2.66");
    scanner.raw(options(100, "User-Agent: friendly-scanner\r\n"));
    rig.net.runMs(100);

    assertThat(scanner.received).isEmpty();
    assertThat(rig.house.transactions()).isZero();
    assertThat(RecordText.of(rig.records.getFirst())).contains("status=0 flag=SC");
    assertThat(RecordText.rule(rig.records.getFirst())).isEqualTo("scanner-agent");
  }

  @Test
  void oneThatTriesManyUsersIsHeardNoMore() {
    ServerRig rig = guarded("{}");
    FakePhone scanner = at(rig, "192.0.2.66");
    for (int user = 0; user < 100; user++) {
      scanner.raw(options(user));
      rig.net.runMs(10);
    }
    rig.net.runMs(100);

    assertThat(scanner.received).hasSizeBetween(14, 40);
    assertThat(rig.meters.counter(Meter.GUARD_DROPPED, "scanner-users").value()).isPositive();
  }

  @Test
  void oneThatCallsNumbersThatDoNotExistIsHeardNoMore() {
    ServerRig rig = guarded("{}");
    rig.backends.forEach(backend -> backend.says(404));
    FakePhone scanner = at(rig, "192.0.2.66");
    int refused = 0;
    for (int user = 0; user < 60; user++) {
      Leg leg = scanner.leg("sip:00441" + user + "@203.0.113.10");
      scanner.request(leg, "INVITE", 1);
      rig.net.runMs(50);
      refused += leg.statuses("INVITE").contains(404) ? 1 : 0;
    }

    assertThat(refused).isBetween(14, 40);
    rig.assertEmpty();
  }

  @Test
  void sanityNamesItsRuleAndTheAckEndsHere() {
    ServerRig rig = guarded("{}");
    FakePhone phone = at(rig, "192.0.2.66");
    String invite =
        options(1).replace("OPTIONS", "INVITE").replace("To: <sip:a@b>", "To: <sip:a'--@b>");
    phone.raw(invite);
    rig.net.runMs(50);
    phone.raw(invite.replace("INVITE", "ACK"));
    rig.net.runMs(50);

    assertThat(phone.received).extracting(Seen::status).containsExactly(400);
    CallRecord record = rig.records.getFirst();
    assertThat(RecordText.of(record)).contains("status=400 flag=SA");
    assertThat(RecordText.rule(record)).isEqualTo("user");
    assertThat(rig.backend(1).received).isEmpty();
    rig.assertEmpty();
  }

  // ---- rates ----

  @Test
  void refusesInvitesBeyondTheRateAndNothingElse() {
    ServerRig rig = guarded("{ rates: { INVITE: 10/s }, emergency: [ 112 ] }");
    List<Leg> calls = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      calls.add(at(rig, "192.0.2." + (1 + i)).invite());
    }
    FakePhone caller = at(rig, "192.0.2.99");
    Leg help = caller.leg("sip:112@example.com");
    caller.request(help, "INVITE", 1);
    rig.net.runMs(100);

    assertThat(calls.stream().filter(call -> call.last("INVITE").status() == 200)).hasSize(10);
    List<Leg> refused = calls.stream().filter(call -> call.last("INVITE").status() == 503).toList();
    assertThat(refused).hasSize(5);
    assertThat(refused.getFirst().last("INVITE").first("Retry-After")).isEqualTo("5");
    assertThat(help.last("INVITE").status()).isEqualTo(200);
    assertThat(rig.records)
        .hasSize(5)
        .allSatisfy(record -> assertThat(RecordText.rule(record)).isEqualTo("rate"));
    help.bye();
    calls.stream().filter(call -> !refused.contains(call)).forEach(Leg::bye);
    rig.net.runMs(100);
    assertThat(help.last("BYE").status()).isEqualTo(200);
    rig.assertEmpty();
  }

  /** An INVITE that was let in comes again while there is no room for another. */
  @Test
  void aRetransmissionOfACallThatLivesIsNotRefused() {
    ServerRig rig = guarded("{ rates: { INVITE: 1/10s } }");
    rig.backend(1).rings();
    FakePhone phone = at(rig, "192.0.2.1");
    phone.raw(options(1).replace("OPTIONS", "INVITE"));
    rig.net.runMs(700);
    phone.raw(options(1).replace("OPTIONS", "INVITE"));
    rig.net.runMs(100);
    FakePhone other = at(rig, "192.0.2.2");
    Leg second = other.invite();
    rig.net.runMs(100);

    assertThat(phone.received).extracting(Seen::status).doesNotContain(503).contains(180);
    assertThat(second.last("INVITE").status()).isEqualTo(503);
  }
}
