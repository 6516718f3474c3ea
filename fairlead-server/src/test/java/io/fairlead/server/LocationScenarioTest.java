// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.transport.CapturedFlow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests to registered users: which devices are asked, in which order, and by which way. */
class LocationScenarioTest {
  private static final AddressOfRecord BOB = AddressOfRecord.of("bob@example.com");

  private final ServerRig rig = rig("");
  private final FakePhone caller = rig.phone();

  private static ServerRig rig(String more) {
    String yaml = ServerRig.farmYaml("balance: priority");
    String routes =
        """
        registrars:
          phones: { domains: [ example.com ], users: off }
        routes:
          - { name: users, match: { location: phones }, to-location: phones%s }
          - { name: absent, match: { host: example.com }, to-location: phones }
          - { name: all, to: farm }
        """
            .formatted(more);
    return ServerRig.of(1, 1, yaml.substring(0, yaml.indexOf("routes:")) + routes);
  }

  // ---- devices ----

  private static FakePhone natted(ServerRig on) {
    FakePhone phone = on.phone();
    phone.user = "bob";
    phone.viaAddress = "192.168.1.5:5060";
    phone.contact = "192.168.1.5:5060";
    return phone;
  }

  private FakePhone device(int q) {
    return device(rig, q, "");
  }

  private static FakePhone device(ServerRig on, int q, String instance) {
    FakePhone phone = natted(on);
    register(on, phone, q, instance, "");
    return phone;
  }

  private static void register(ServerRig on, FakePhone phone, int q, String instance, String path) {
    boolean tcp = phone.transport.reliable();
    long connection = 0;
    java.net.InetSocketAddress remote = phone.address;
    if (tcp) {
      phone.link(ServerRig.FAIRLEAD, CapturedFlow.TCP);
      VirtualNet.Connection open = phone.connection();
      connection = open.connection();
      remote = open.remote();
    }
    String name = phone.transport.name();
    on.bindings.put(
        BOB,
        new Binding(
            0,
            bytes(phone.contactUri()),
            q,
            bytes(path),
            new Binding.Device(bytes(instance), instance.isEmpty() ? 0 : 1, "test"),
            new Binding.Renewal(1, 1, on.clockMs(), on.clockMs() + 3_600_000),
            new Binding.Origin(
                name + ":203.0.113.10:5060", name, remote, connection, phone.nat(), 0),
            Binding.Upstream.NOBODY));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void ringing(FakePhone phone) {
    phone.script = in -> in.answer(180);
  }

  private static void answering(FakePhone phone, int status) {
    phone.script = in -> in.answer(180).answerAfter(500, status);
  }

  // ---- one device ----

  @Test
  void callsAPhoneBehindNatOverItsFlow() {
    FakePhone bob = device(1000);
    Leg call = caller.invite();
    rig.net.runMs(100);

    assertThat(call.statuses("INVITE")).contains(200);
    assertThat(bob.last("INVITE").uri()).isEqualTo("sip:bob@192.168.1.5:5060");
    assertThat(bob.last("INVITE").all("Record-Route")).hasSize(1);
    assertThat(bob.copies("ACK")).isEqualTo(1);
    for (String method : List.of("INVITE", "INFO")) {
      call.send(method);
      bob.facing(call).send(method);
      rig.net.runMs(100);
      assertThat(call.last(method).status()).isEqualTo(200);
      assertThat(bob.facing(call).last(method).status()).isEqualTo(200);
    }
    call.bye();
    rig.net.runMs(100);
    assertThat(bob.requests("BYE")).isEqualTo(1);
    assertThat(rig.log()).contains("route=users").contains("ended=caller");
    rig.assertEmpty();
  }

  /** Any URI may be registered, but only some lead anywhere. */
  @Test
  void doesNotCallAContactThatIsNoSipUri() {
    FakePhone bob = natted(rig);
    rig.bindings.put(
        BOB,
        new Binding(
            0,
            bytes("tel:+4930123456"),
            1000,
            Binding.NONE,
            Binding.Device.UNKNOWN,
            new Binding.Renewal(1, 1, rig.clockMs(), rig.clockMs() + 3_600_000),
            new Binding.Origin("udp:203.0.113.10:5060", "udp", bob.address, 0, true, 0),
            Binding.Upstream.NOBODY));
    Leg call = caller.invite();
    rig.net.runMs(100);

    assertThat(call.last("INVITE").status()).isEqualTo(480);
    assertThat(bob.received).isEmpty();
    rig.assertEmpty();
  }

  @Test
  void connectsTwoPhonesBehindNat() {
    caller.viaAddress = "10.9.8.7:5060";
    caller.contact = "10.9.8.7:5060";
    FakePhone bob = device(1000);
    Leg call = caller.invite();
    rig.net.runMs(100);

    for (String method : List.of("INVITE", "UPDATE")) {
      call.send(method);
      bob.facing(call).send(method);
      rig.net.runMs(100);
      assertThat(call.last(method).status()).isEqualTo(200);
      assertThat(bob.facing(call).last(method).status()).isEqualTo(200);
    }
    bob.facing(call).bye();
    rig.net.runMs(100);
    assertThat(call.methods()).contains("BYE");
    assertThat(rig.log()).contains("ended=callee");
    rig.assertEmpty();
  }

  @Test
  void reachesAPhoneOnTcpOverItsOwnConnectionOnly() {
    FakePhone bob = rig.phone(CapturedFlow.TCP);
    bob.user = "bob";
    bob.contact = "192.168.1.5:5060";
    register(rig, bob, 1000, "", "");
    Leg call = caller.invite();
    rig.net.runMs(100);
    assertThat(call.statuses("INVITE")).contains(200);
    assertThat(bob.last("INVITE").first("Via")).contains("SIP/2.0/TCP");
    call.send("INFO");
    rig.net.runMs(100);
    assertThat(call.last("INFO").status()).isEqualTo(200);

    bob.hangUp();
    call.send("INFO");
    rig.net.runMs(100);
    assertThat(call.last("INFO").status()).isEqualTo(430);
    Leg second = caller.invite();
    rig.net.runMs(100);
    assertThat(second.last("INVITE").status()).isEqualTo(480);
    call.bye();
    rig.net.runMs(100);
    assertThat(bob.requests("INVITE")).isEqualTo(1);
    rig.assertEmpty();
  }

  @Test
  void callsAPhoneWithoutNatAnewWhenItsConnectionIsGone() {
    FakePhone bob = rig.phone(CapturedFlow.TCP);
    bob.user = "bob";
    register(rig, bob, 1000, "", "");
    bob.hangUp();
    Leg call = caller.invite();
    rig.net.runMs(100);
    assertThat(call.statuses("INVITE")).contains(200);
    call.bye();
    rig.net.runMs(100);
    rig.assertEmpty();
  }

  @Test
  void goesByThePathOfARegistration() {
    FakePhone edge = rig.phone();
    edge.user = "bob";
    register(rig, edge, 1000, "", "<sip:token@192.0.2.1:5062;lr>,<sip:outer@10.2.2.2;lr>");
    Leg call = caller.invite();
    rig.net.runMs(100);
    assertThat(call.statuses("INVITE")).contains(200);
    assertThat(edge.last("INVITE").all("Route"))
        .containsExactly("<sip:token@192.0.2.1:5062;lr>", "<sip:outer@10.2.2.2;lr>");
    call.bye();
    rig.assertEmpty();
  }

  /** Byte for byte, but for the branch and the sealed cookie. */
  @Test
  void changesNothingElseInARequest() {
    FakePhone edge = rig.phone();
    edge.user = "bob";
    register(rig, edge, 1000, "", "<sip:outer@10.2.2.2;lr>");
    edge.contact = "gone";
    Leg call = caller.invite("Subject: lunch");
    rig.net.runMs(100);
    String text = edge.last("INVITE").text();
    assertThat(
            text.replaceAll("branch=z9hG4bK[^\r]*", "branch=…")
                .replaceAll("<sip:[\\w-]{20}@203", "<sip:…@203"))
        .isEqualTo(
            """
            INVITE sip:bob@192.0.2.1:5062 SIP/2.0
            Via: SIP/2.0/UDP 203.0.113.10:5060;rport;branch=…
            Route: <sip:outer@10.2.2.2;lr>
            Record-Route: <sip:…@203.0.113.10:5060;lr>
            Via: SIP/2.0/UDP 192.0.2.1:5061;rport=5061;branch=…
            Max-Forwards: 69
            From: <sip:alice@example.org>;tag=%s
            To: <sip:bob@example.com>
            Call-ID: %s
            CSeq: 1 INVITE
            Contact: <sip:alice@192.0.2.1:5061>
            Subject: lunch
            Content-Length: 0

            """
                .formatted(call.localTag, call.callId)
                .replace("\n", "\r\n"));
    call.cancel();
    rig.settle();
  }

  @Test
  void answers480ForAUserWithoutBinding() {
    Leg message = caller.begin("MESSAGE");
    Leg call = caller.invite();
    rig.net.runMs(100);
    assertThat(message.last("MESSAGE").status()).isEqualTo(480);
    assertThat(call.last("INVITE").status()).isEqualTo(480);
    assertThat(call.last("INVITE").all("Retry-After")).isEmpty();
    assertThat(rig.logs()).allMatch(line -> line.contains("flag=UV"));
    rig.assertEmpty();
  }

  @Test
  void sendsAMessageToAUser() {
    FakePhone bob = device(1000);
    Leg message = caller.begin("MESSAGE");
    rig.net.runMs(100);
    assertThat(message.last("MESSAGE").status()).isEqualTo(200);
    assertThat(bob.last("MESSAGE").all("Record-Route")).isEmpty();
    rig.assertEmpty();
  }

  @Test
  void sendsNoRegistrationToADevice() {
    FakePhone bob = device(1000);
    Leg register = caller.leg("sip:bob@example.com");
    caller.request(register, "REGISTER", 1);
    rig.net.runMs(100);
    assertThat(register.last("REGISTER").status()).isEqualTo(404);
    assertThat(bob.received).isEmpty();
    rig.assertEmpty();
  }

  // ---- several devices ----

  @Test
  void ringsDevicesOfOneQTogetherAndCancelsTheLosers() {
    FakePhone one = device(1000);
    FakePhone two = device(1000);
    ringing(one);
    answering(two, 200);
    Leg call = caller.invite();
    rig.net.runMs(1000);
    assertThat(call.statuses("INVITE")).contains(180, 200);
    assertThat(one.requests("CANCEL")).isEqualTo(1);
    assertThat(one.last("CANCEL").first("Reason"))
        .isEqualTo("SIP;cause=200;text=\"Call completed elsewhere\"");
    assertThat(two.requests("CANCEL")).isZero();
    call.send("INFO").bye();
    rig.net.runMs(100);
    assertThat(two.requests("BYE")).isEqualTo(1);
    assertThat(one.requests("BYE")).isZero();
    rig.assertEmpty();
  }

  @Test
  void goesOnRingingWhenOneIsBusy() {
    FakePhone one = device(1000);
    FakePhone two = device(1000);
    one.script = in -> in.answer(486);
    answering(two, 200);
    Leg call = caller.invite();
    rig.net.runMs(1000);
    assertThat(call.statuses("INVITE")).contains(200).doesNotContain(486);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void asksTheNextQWhenTheFirstIsBusy() {
    FakePhone low = device(300);
    FakePhone high = device(900);
    high.script = in -> in.answer(486);
    Leg call = caller.invite();
    rig.net.runMs(100);
    assertThat(high.requests("INVITE")).isEqualTo(1);
    assertThat(low.requests("INVITE")).isEqualTo(1);
    assertThat(call.statuses("INVITE")).contains(200);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void asksTheNextQAfterTheRingTime() {
    FakePhone low = device(300);
    FakePhone high = device(900);
    ringing(high);
    answering(low, 200);
    Leg call = caller.invite();
    rig.net.runMs(19_900);
    assertThat(low.requests("INVITE")).isZero();
    rig.net.runMs(1000);
    assertThat(high.requests("CANCEL")).isEqualTo(1);
    assertThat(high.last("CANCEL").all("Reason")).isEmpty();
    assertThat(call.statuses("INVITE")).contains(200);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void answers408WhenNobodyPicksUpInAnyGroup() {
    FakePhone low = device(300);
    FakePhone high = device(900);
    ringing(high);
    low.script = in -> in.answer(180).answerAfter(3000, 486);
    Leg call = caller.invite();
    rig.net.runMs(30_000);
    assertThat(call.last("INVITE").status()).isEqualTo(486);
    assertThat(high.requests("CANCEL")).isEqualTo(1);
    rig.assertEmpty();
  }

  @Test
  void lateAnswerOfTheFirstGroupStillWins() {
    FakePhone low = device(300);
    FakePhone high = device(900);
    high.terminatesOnCancel = false;
    high.script = in -> in.answer(180).answerAfter(21_000, 200);
    ringing(low);
    Leg call = caller.invite();
    rig.net.runMs(25_000);
    assertThat(call.statuses("INVITE")).contains(200);
    assertThat(low.requests("CANCEL")).isEqualTo(1);
    call.bye();
    rig.net.runMs(100);
    assertThat(high.requests("BYE")).isEqualTo(1);
    rig.assertEmpty();
  }

  @Test
  void stopsAtADecline() {
    FakePhone low = device(300);
    FakePhone one = device(900);
    FakePhone two = device(900);
    ringing(one);
    answering(two, 603);
    Leg call = caller.invite();
    rig.net.runMs(1000);
    assertThat(call.last("INVITE").status()).isEqualTo(603);
    assertThat(one.requests("CANCEL")).isEqualTo(1);
    assertThat(one.last("CANCEL").first("Reason")).isEqualTo("SIP;cause=603");
    assertThat(low.requests("INVITE")).isZero();
    rig.assertEmpty();
  }

  @Test
  void passesOverADeviceThatCannotBeReached() {
    FakePhone low = device(300);
    FakePhone high = device(900);
    rig.net.close(high.address);
    Leg call = caller.invite();
    rig.net.runMs(100);
    assertThat(call.statuses("INVITE")).contains(200);
    assertThat(low.requests("INVITE")).isEqualTo(1);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void answers480WhenNoDeviceCanBeReached() {
    rig.net.close(device(300).address);
    rig.net.close(device(900).address);
    Leg call = caller.invite();
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(480);
    assertThat(rig.log()).contains("flag=UV");
    rig.assertEmpty();
  }

  @Test
  void cancelsAllDevicesWhenTheCallerGivesUp() {
    FakePhone one = device(1000);
    FakePhone two = device(1000);
    ringing(one);
    ringing(two);
    Leg call = caller.invite();
    rig.net.runMs(500);
    call.cancel();
    rig.net.runMs(500);
    assertThat(call.last("INVITE").status()).isEqualTo(487);
    assertThat(one.requests("CANCEL")).isEqualTo(1);
    assertThat(two.requests("CANCEL")).isEqualTo(1);
    assertThat(rig.log()).contains("flag=CC");
    rig.assertEmpty();
  }

  @Test
  void asksOneAfterTheOtherWhenSerial() {
    ServerRig serial = rig(", fork: serial, ring-time: 5s");
    FakePhone one = device(serial, 1000, "");
    serial.net.runMs(10);
    FakePhone two = device(serial, 1000, "");
    ringing(two);
    Leg call = serial.phone().invite();
    serial.net.runMs(4000);
    assertThat(two.requests("INVITE")).isEqualTo(1);
    assertThat(one.requests("INVITE")).isZero();
    serial.net.runMs(2000);
    assertThat(two.requests("CANCEL")).isEqualTo(1);
    assertThat(call.statuses("INVITE")).contains(200);
    call.bye();
    serial.assertEmpty();
  }

  // ---- one device, several flows ----

  @Test
  void usesOneOfSeveralFlowsOfADevice() {
    FakePhone older = device(rig, 1000, "urn:uuid:1");
    rig.net.runMs(10);
    FakePhone newer = device(rig, 1000, "urn:uuid:1");
    answering(newer, 200);
    Leg call = caller.invite();
    rig.net.runMs(1000);
    assertThat(call.statuses("INVITE")).contains(200);
    assertThat(older.requests("INVITE")).isZero();
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void aDeviceThatWasBusyIsNotAskedOverItsOtherFlow() {
    FakePhone older = device(rig, 1000, "urn:uuid:1");
    rig.net.runMs(10);
    device(rig, 1000, "urn:uuid:1").script = in -> in.answer(486);
    Leg call = caller.invite();
    rig.net.runMs(1000);
    assertThat(call.last("INVITE").status()).isEqualTo(486);
    assertThat(older.requests("INVITE")).isZero();
    rig.assertEmpty();
  }

  @Test
  void takesAnotherFlowOfADeviceWhenOneFails() {
    FakePhone older = device(rig, 1000, "urn:uuid:1");
    rig.net.runMs(10);
    device(rig, 1000, "urn:uuid:1").script = in -> in.answer(430);
    rig.net.runMs(10);
    rig.net.close(device(rig, 1000, "urn:uuid:1").address);
    Leg call = caller.invite();
    rig.net.runMs(200);
    assertThat(call.statuses("INVITE")).contains(200).doesNotContain(430);
    assertThat(older.requests("INVITE")).isEqualTo(1);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void takesAnotherFlowOfADeviceWhenOneIsSilent() {
    FakePhone older = device(rig, 1000, "urn:uuid:1");
    rig.net.runMs(10);
    device(rig, 1000, "urn:uuid:1").script = in -> {};
    Leg call = caller.invite();
    rig.net.runMs(19_000);
    assertThat(older.requests("INVITE")).isZero();
    rig.net.runMs(2000);
    assertThat(call.statuses("INVITE")).contains(200);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void letsTheOnlyDeviceRingForLongThoughItHasTwoFlows() {
    device(rig, 1000, "urn:uuid:1");
    rig.net.runMs(10);
    FakePhone newer = device(rig, 1000, "urn:uuid:1");
    newer.script = in -> in.answer(180).answerAfter(60_000, 200);
    Leg call = caller.invite();
    rig.net.runMs(61_000);
    assertThat(call.statuses("INVITE")).contains(200);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void reachesOneDeviceByItsGruu() {
    FakePhone one = device(rig, 1000, "urn:uuid:1");
    FakePhone two = device(rig, 1000, "urn:uuid:2");
    Leg call = caller.leg("sip:bob@example.com;gr=urn:uuid:1");
    caller.request(call, "INVITE", 1);
    Leg nobody = caller.leg("sip:bob@example.com;gr=urn:uuid:3");
    caller.request(nobody, "INVITE", 1);
    rig.net.runMs(100);
    assertThat(call.statuses("INVITE")).contains(200);
    assertThat(one.requests("INVITE")).isEqualTo(1);
    assertThat(two.requests("INVITE")).isZero();
    assertThat(nobody.last("INVITE").status()).isEqualTo(480);
    call.bye();
    rig.assertEmpty();
  }
}
