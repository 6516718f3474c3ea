// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topology hiding: calls, and what happens inside them; nobody outside sees the inside. */
class HidingScenarioTest {
  private static final String HIDING = "topology-hiding: outside";
  private static final String[] TALKATIVE = {
    "Server: FreeSWITCH-mod_sofia/1.10",
    "X-FS-Support: update_display,send_info",
    "P-Asserted-Identity: \"Bob\" <sip:bob@10.0.0.1>",
    "Remote-Party-ID: <sip:bob@10.0.0.1:5060>;party=called",
    "Warning: 399 10.0.0.1:5060 \"seen at 10.0.0.1\"",
    "Reason: Q.850;cause=16;text=\"NORMAL at 10.0.0.1\"",
    "P-Charging-Vector: icid-value=1;icid-generated-at=10.0.0.1"
  };

  private final HidingRig house = new HidingRig(1, HIDING);
  private final FakeBackend backend = house.rig.backend(1);

  private Leg called() {
    backend.script =
        in -> in.answer(100).answerAfter(10, 180, TALKATIVE).answerAfter(50, 200, TALKATIVE);
    Leg call = house.phone.invite();
    house.run(300);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    return call;
  }

  private Leg calling(String... headers) {
    house.inside.viasBelow = "";
    Leg call = house.inside.leg("sip:+4930@10.0.0.10");
    call.local = "sip:pbx@10.0.0.77";
    call.acknowledges = headers.length == 0;
    house.inside.request(call, "INVITE", call.cseq, headers);
    house.run(300);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    return call;
  }

  private void ends(Leg call) {
    call.bye();
    house.run(300);
    assertThat(call.statuses("BYE")).containsExactly(200);
    house.assertHidden();
    house.rig.assertEmpty();
  }

  // ---- calls ----

  @Test
  void hidesTheFarmFromWhoCallsIt() {
    Leg call = called();
    assertThat(backend.last("ACK").uri()).isEqualTo("sip:bob@10.0.0.1:5060");
    assertThat(call.target).startsWith("sip:fl-h.").endsWith("@203.0.113.10:5060");
    assertThat(call.routes).hasSize(1);
    call.send("INVITE").send("UPDATE").send("INFO");
    house.run(300);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(call.last("UPDATE").status()).isEqualTo(200);
    assertThat(call.last("INFO").status()).isEqualTo(200);
    assertThat(backend.last("UPDATE").uri()).isEqualTo("sip:bob@10.0.0.1:5060");
    ends(call);
  }

  @Test
  void hidesTheFarmInWhatItSendsInTheCall() {
    Leg call = called();
    Leg far = backend.facing(call);
    far.local = "sip:bob@10.0.0.1";
    far.send("UPDATE", TALKATIVE).send("INVITE", TALKATIVE).send("INFO", TALKATIVE);
    house.run(300);
    assertThat(far.last("UPDATE").status()).isEqualTo(200);
    assertThat(far.last("INVITE").status()).isEqualTo(200);
    assertThat(call.request("UPDATE").first("From")).startsWith("<sip:bob@203.0.113.10>;tag=");
    assertThat(call.request("UPDATE").uri()).isEqualTo("sip:alice@198.51.100.7:5060");
    assertThat(far.last("UPDATE").first("From")).startsWith("<sip:bob@10.0.0.1>;tag=");
    far.bye();
    house.run(300);
    assertThat(far.statuses("BYE")).containsExactly(200);
    house.assertHidden();
    house.rig.assertEmpty();
  }

  @Test
  void putsBackWhatTheInsideWroteIntoARequest() {
    house.inside.viasBelow =
        ", SIP/2.0/UDP 10.0.0.78:5060;branch=z9hG4bKaaa, SIP/2.0/TCP"
            + " b2.farm.internal;branch=z9hG4bKb";
    Leg call = house.inside.leg("sip:+4930@10.0.0.10");
    call.local = "sip:pbx@10.0.0.77";
    house.inside.request(call, "INVITE", 1, TALKATIVE);
    house.run(300);

    Seen answer = call.last("INVITE");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.all("Via")).hasSize(3);
    assertThat(answer.all("Via").get(2)).isEqualTo("SIP/2.0/TCP b2.farm.internal;branch=z9hG4bKb");
    assertThat(answer.first("From")).startsWith("<sip:pbx@10.0.0.77>;tag=");
    assertThat(answer.first("To")).startsWith("<sip:+4930@10.0.0.10>;tag=");
    Seen invite = house.carrier.last("INVITE");
    assertThat(invite.uri()).isEqualTo("sip:+4930@198.51.100.9:5060");
    assertThat(invite.first("From")).startsWith("<sip:pbx@203.0.113.10>");
    ends(call);
  }

  @Test
  void keepsTheRouteSetOfProxiesInside() {
    FakeBackend proxy = new FakeBackend(house.rig.net, VirtualNet.at("10.0.0.78", 5060));
    Leg call =
        calling("Record-Route: <sip:p@10.0.0.78;lr>", "Record-Route: <sip:q.farm.internal;lr>");
    assertThat(house.carrier.last("INVITE").all("Record-Route")).hasSize(1);

    Leg far = house.carrier.facing(call);
    far.send("INVITE");
    house.run(300);
    Seen again = proxy.last("INVITE");
    assertThat(again.uri()).isEqualTo("sip:pbx@10.0.0.77:5060");
    assertThat(again.all("Route"))
        .containsExactly("<sip:p@10.0.0.78;lr>", "<sip:q.farm.internal;lr>");
    assertThat(far.last("INVITE").status()).isEqualTo(200);
    assertThat(call.routes).hasSize(4);
    house.assertHidden();
  }

  @Test
  void keepsTheRouteSetOfProxiesOutside() {
    house.phone.strict = true;
    Leg call = house.phone.invite("Record-Route: <sip:o@198.51.100.7;lr>");
    house.run(300);
    assertThat(backend.last("INVITE").all("Record-Route")).hasSize(3);
    assertThat(call.routes).hasSize(2);
    assertThat(call.routes.getFirst()).isEqualTo("<sip:o@198.51.100.7;lr>");
    house.assertHidden();
  }

  @Test
  void hidesWhoCallsWithoutAnAnswer() {
    Leg call = house.inside.leg("sip:+4930@10.0.0.10");
    call.local = "sip:pbx@10.0.0.77";
    house.carrier.rings();
    house.inside.request(call, "INVITE", 1);
    house.run(300);
    call.cancel("Reason: SIP;cause=26;text=\"left at 10.0.0.77\"");
    house.run(300);
    assertThat(call.last("INVITE").status()).isEqualTo(487);
    assertThat(house.carrier.last("CANCEL").first("From"))
        .isEqualTo(house.carrier.last("INVITE").first("From"));
    house.assertHidden();
    house.rig.assertEmpty();
  }

  @Test
  void takesTheTextOfAFailureOff() {
    backend.script =
        in ->
            in.answerWith(
                "gone at 10.0.0.1", 486, "Content-Type: text/plain", "Server: FreeSWITCH");
    Leg call = house.phone.invite();
    house.run(300);
    assertThat(call.last("INVITE").status()).isEqualTo(486);
    assertThat(call.last("INVITE").text()).doesNotContain("text/plain").doesNotContain("gone");
    house.assertHidden();
  }

  @Test
  void acknowledgesReliableProvisionalResponses() {
    backend.script =
        in -> {
          if (in.request.method().equals("INVITE")) {
            in.answerAfter(10, 183, "Require: 100rel", "RSeq: 7").answerAfter(200, 200);
          } else {
            in.answer(200);
          }
        };
    Leg call = house.phone.invite("Supported: 100rel");
    house.run(100);
    Seen early = call.last("INVITE");
    call.target = Seen.bracketed(early.first("Contact"));
    call.routes = early.all("Record-Route").reversed();
    call.remoteTag = early.toTag();
    call.send("PRACK", "RAck: 7 1 INVITE");
    house.run(300);
    assertThat(call.last("PRACK").status()).isEqualTo(200);
    assertThat(backend.last("PRACK").uri()).isEqualTo("sip:bob@10.0.0.1:5060");
    house.assertHidden();
  }

  @Test
  void reachesEachEarlyDialogOfAForkInside() {
    FakeBackend second = new FakeBackend(house.rig.net, VirtualNet.at("10.0.0.81", 5060));
    backend.script =
        in -> {
          in.answerAfter(10, 183);
          house.rig.net.after(20, () -> new Incoming(second, linkOf(in), in.request).answer(180));
        };
    Leg call = house.phone.invite();
    house.run(200);
    List<Seen> early =
        call.responses.stream().filter(r -> r.status() > 100 && r.status() < 200).toList();
    assertThat(early).hasSize(2);
    for (Seen each : early) {
      Leg dialog =
          new Leg(house.phone, call.callId, call.localTag, call.local, call.remote, call.target);
      dialog.target = Seen.bracketed(each.first("Contact"));
      dialog.routes = each.all("Record-Route").reversed();
      dialog.remoteTag = each.toTag();
      dialog.cseq = 1;
      dialog.send("UPDATE");
      house.run(100);
    }
    assertThat(backend.copies("UPDATE")).isPositive();
    assertThat(second.copies("UPDATE")).isPositive();
    house.assertHidden();
  }

  private VirtualNet.Link linkOf(Incoming in) {
    return house.rig.net.udp(
        in.agent.address, house.rig.net.listener(in.agent.transport, HidingRig.INSIDE));
  }

  // ---- transfers ----

  @Test
  void transfersBlindlyToSomebodyInside() {
    Leg call = called();
    Leg far = backend.facing(call);
    far.send("REFER", "Refer-To: <sip:2000@10.0.0.2:5060>", "Referred-By: <sip:bob@10.0.0.1>");
    house.run(300);
    Seen refer = call.request("REFER");
    assertThat(refer.first("Referred-By")).isEqualTo("<sip:bob@203.0.113.10>");
    String uri = Seen.bracketed(refer.first("Refer-To"));
    assertThat(uri).startsWith("sip:fl-h.").endsWith("@203.0.113.10:5060");

    call.body = "SIP/2.0 200 OK\r\nContact: <sip:me@198.51.100.7>\r\n";
    call.send("NOTIFY", "Event: refer", "Content-Type: message/sipfrag");
    call.body = "";
    house.run(300);
    assertThat(call.last("NOTIFY").status()).isEqualTo(200);
    assertThat(backend.last("NOTIFY").uri()).isEqualTo("sip:bob@10.0.0.1:5060");

    Leg fresh = house.phone.leg(uri);
    house.phone.request(fresh, "INVITE", 1);
    house.run(300);
    assertThat(house.rig.backend(2).last("INVITE").uri()).isEqualTo("sip:2000@10.0.0.2:5060");
    house.assertHidden();
  }

  @Test
  void tellsNothingOfTheInsideInTheNotifiesOfATransfer() {
    Leg call = called();
    call.send("REFER", "Refer-To: <sip:2000@example.com>");
    house.run(300);
    Leg far = backend.facing(call);
    far.body =
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.1\r\nServer: FreeSWITCH\r\n"
            + "To: <sip:2000@10.0.0.2>;tag=1\r\nm: <sip:2000@10.0.0.2>\r\n";
    far.send("NOTIFY", "Event: refer", "Content-Type: message/sipfrag;version=2.0");
    house.run(300);
    assertThat(far.last("NOTIFY").status()).isEqualTo(200);
    assertThat(call.request("NOTIFY").text())
        .endsWith("SIP/2.0 200 OK\r\nTo: <sip:2000@203.0.113.10>;tag=1\r\n");
    house.assertHidden();
  }

  @Test
  void transfersAttendedToADialogInside() {
    Leg first = called();
    Leg second = called();
    String replaces =
        second.callId + "%3Bto-tag%3D" + second.remoteTag + "%3Bfrom-tag%3D" + second.localTag;
    backend
        .facing(first)
        .send("REFER", "Refer-To: <sip:bob@10.0.0.1:5060?Replaces=" + replaces + ">");
    house.run(300);
    String uri = Seen.bracketed(first.request("REFER").first("Refer-To"));
    assertThat(uri).contains("?Replaces=" + replaces);

    Leg third = house.phone.leg(uri.substring(0, uri.indexOf('?')));
    house.phone.request(
        third,
        "INVITE",
        1,
        "Replaces: "
            + second.callId
            + ";to-tag="
            + second.remoteTag
            + ";from-tag="
            + second.localTag);
    house.run(300);
    assertThat(third.last("INVITE").status()).isEqualTo(200);
    assertThat(backend.last("INVITE").uri()).isEqualTo("sip:bob@10.0.0.1:5060");
    assertThat(backend.last("INVITE").first("Replaces")).startsWith(second.callId);
    house.assertHidden();
  }

  @Test
  void transfersAttendedFromOutsideByTheContactItKnows() {
    Leg first = called();
    Leg second = called();
    first.send("REFER", "Refer-To: <" + second.target + "?Replaces=x%3Bto-tag%3D1>");
    house.run(300);
    assertThat(backend.last("REFER").first("Refer-To"))
        .isEqualTo("<sip:bob@10.0.0.1:5060?Replaces=x%3Bto-tag%3D1>");
    house.assertHidden();
  }

  // ---- other dialogs, and none ----

  @Test
  void refreshesASubscriptionAndNotifies() {
    Leg watch = house.phone.begin("SUBSCRIBE", "Event: dialog", "Expires: 60");
    house.run(300);
    Leg far = backend.facing(watch);
    far.local = "sip:bob@10.0.0.1";
    far.body = "<dialog-info><target uri=\"sip:bob@10.0.0.1:5060\"/></dialog-info>";
    far.send("NOTIFY", "Event: dialog", "Content-Type: application/dialog-info+xml");
    house.run(300);
    assertThat(far.last("NOTIFY").status()).isEqualTo(200);
    watch.take(watch.request("NOTIFY"));
    for (int i = 0; i < 3; i++) {
      watch.send("SUBSCRIBE", "Event: dialog", "Expires: 60");
      house.run(300);
      assertThat(watch.last("SUBSCRIBE").status()).isEqualTo(200);
    }
    assertThat(backend.last("SUBSCRIBE").uri()).isEqualTo("sip:bob@10.0.0.1:5060");
    assertThat(watch.request("NOTIFY").text()).contains("sip:bob@203.0.113.10\"/>");
    house.assertHidden();
  }

  @ParameterizedTest
  @ValueSource(strings = {"MESSAGE", "OPTIONS", "PUBLISH"})
  void hidesInRequestsOutsideDialogs(String method) {
    Leg sent = house.inside.leg("sip:+4930@10.0.0.10");
    sent.local = "sip:pbx@10.0.0.77";
    house.inside.request(sent, method, 1, TALKATIVE);
    house.run(300);
    assertThat(sent.last(method).status()).isEqualTo(200);
    house.assertHidden();
  }

  @Test
  void reachesADeviceByItsGruu() {
    house.inside.contactUri = "sip:pbx@pbx.farm.internal;gr=urn:uuid:f81d4fae";
    FakeBackend proxy = new FakeBackend(house.rig.net, VirtualNet.at("10.0.0.78", 5060));
    Leg call = calling("Record-Route: <sip:10.0.0.78;lr>");
    house.carrier.facing(call).send("UPDATE");
    house.run(300);
    assertThat(proxy.last("UPDATE").uri())
        .isEqualTo("sip:pbx@pbx.farm.internal;gr=urn:uuid:f81d4fae");
    house.assertHidden();
  }

  @Test
  void registersOutsideWithAPathThatLeadsInside() {
    FakeBackend proxy = new FakeBackend(house.rig.net, VirtualNet.at("10.0.0.78", 5060));
    house.carrier.script =
        in ->
            in.answer(
                200,
                "Path: " + in.request.first("Path"),
                "Contact: " + in.request.first("Contact"));
    house.inside.register(
        "sip:pbx@10.0.0.77:5060", "", "Path: <sip:10.0.0.78;lr>, <sip:tok@10.0.0.79;lr>");
    house.run(300);
    Seen register = house.carrier.last("REGISTER");
    assertThat(register.all("Path")).hasSize(1);

    Leg back = house.phone.leg(Seen.bracketed(register.first("Contact")));
    house.phone.request(back, "OPTIONS", 1, "Route: " + register.first("Path"));
    house.run(300);
    Seen options = proxy.last("OPTIONS");
    assertThat(options.uri()).isEqualTo("sip:pbx@10.0.0.77:5060");
    assertThat(options.all("Route"))
        .containsExactly("<sip:10.0.0.78;lr>", "<sip:tok@10.0.0.79;lr>");
    house.assertHidden();
  }

  @Test
  void leavesAPhoneItsOwnContactInTheAnswerToItsRegister() {
    backend.script =
        in ->
            in.answer(
                200,
                "Contact: <sip:alice@192.168.7.7>;expires=60",
                "Contact: <sip:alice@10.0.0.90>;expires=60",
                "Service-Route: <sip:10.0.0.1;lr>");
    house.phone.viaAddress = "192.168.7.7:5060";
    Seen answer = house.phone.register("sip:alice@192.168.7.7", "");
    assertThat(answer.all("Contact").getFirst()).isEqualTo("<sip:alice@192.168.7.7>;expires=60");
    assertThat(answer.all("Contact").getLast()).startsWith("<sip:fl-h.").endsWith(">;expires=60");
    assertThat(answer.first("Service-Route")).startsWith("<sip:fl-h.").endsWith(":5060;lr>");
    house.assertHidden();
  }

  // ---- bodies ----

  @Test
  void hidesTheOriginOfARelayedSession() {
    String sdp =
        "v=0\r\no=FreeSWITCH 17 18 IN IP4 10.0.0.1\r\ns=FreeSWITCH\r\nc=IN IP4 203.0.113.10\r\n"
            + "t=0 0\r\nm=audio 20000 RTP/AVP 0\r\n";
    backend.script =
        in ->
            in.answerWith(
                "--b\r\nContent-Type: application/sdp\r\n\r\n"
                    + sdp
                    + "--b\r\n"
                    + "Content-Type: application/pidf+xml\r\n\r\n"
                    + "at 10.0.0.1:5060\r\n"
                    + "--b--\r\n",
                200,
                "Content-Type: multipart/mixed;boundary=b");
    Leg call = house.phone.invite();
    house.run(300);
    assertThat(call.last("INVITE").text())
        .contains("o=- 17 18 IN IP4 203.0.113.10\r\ns=-\r\nc=IN IP4 203.0.113.10\r\n")
        .contains("at 203.0.113.10\r\n");
    house.assertHidden();
  }

  @Test
  void leavesWhatPeopleWrite() {
    Leg sent = house.inside.leg("sip:+4930@10.0.0.10");
    sent.body = "my address is 10.0.0.77";
    house.inside.request(sent, "MESSAGE", 1, "Content-Type: text/plain", "Subject: 10.0.0.77");
    house.run(300);
    Seen message = house.carrier.last("MESSAGE");
    assertThat(message.text()).endsWith("my address is 10.0.0.77");
    assertThat(message.first("Subject")).isEqualTo("10.0.0.77");
  }

  // ---- who may open what ----

  @Test
  void refusesWhatWasNotSealedHere() {
    Leg call = called();
    String good = call.target;
    for (int at : new int[] {10, 20, good.indexOf('@') - 1}) {
      String other = good.charAt(at) == 'A' ? "B" : "A";
      call.target = good.substring(0, at) + other + good.substring(at + 1);
      call.send("INFO");
      house.run(300);
      assertThat(call.last("INFO").status()).as(call.target).isEqualTo(403);
    }
    call.target = good.substring(0, 20) + good.substring(good.indexOf('@'));
    call.send("OPTIONS");
    house.run(300);
    assertThat(call.last("OPTIONS").status()).isEqualTo(403);
    assertThat(backend.copies("INFO") + backend.copies("OPTIONS")).isZero();

    call.target = good;
    String route = call.routes.getFirst();
    call.routes = List.of(route.replaceFirst(";fl-h=.....", ";fl-h=AAAAA"));
    call.send("MESSAGE");
    house.run(300);
    assertThat(call.last("MESSAGE").status()).isEqualTo(403);
    call.routes = List.of(route);
    ends(call);
  }

  @Test
  void opensNoRouteSetOfAnotherCall() {
    Leg call = called();
    Leg other = called();
    String seal = call.routes.getFirst().replaceFirst("^.*;fl-h=([^;>]*).*$", "$1");
    String own = other.routes.getFirst();
    other.routes = List.of(own.replaceFirst(";fl-h=[^;>]*", ";fl-h=" + seal));
    other.send("INFO");
    house.run(300);
    assertThat(other.last("INFO").status()).isEqualTo(403);
    other.routes = List.of(own);
    other.bye();
    ends(call);
  }

  @Test
  void anotherNodeWithTheSameKeysPutsItBack() {
    Leg call = called();
    // The same network, a house that knows nothing.
    ServerRig other =
        new ServerRig(house.rig.net, ServerRig.plan(HidingRig.yaml(HIDING)), ServerRig.KEYS);
    assertThat(other.house.calls()).isZero();
    house.run(100);
    call.send("INVITE").send("UPDATE");
    house.run(300);
    assertThat(call.last("UPDATE").status()).isEqualTo(200);
    assertThat(other.backend(1)).isNotNull();
    house.assertHidden();
  }

  // ---- Call-IDs ----

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void hidesCallIdsMadeInside(int loops) {
    HidingRig both = new HidingRig(loops, "topology-hiding: { network: outside, call-id: yes }");
    Leg call = both.phone.invite();
    both.run(300);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    Seen invite = both.rig.backend(1).last("INVITE");
    assertThat(invite.callId()).isEqualTo("fl-o." + call.callId);
    call.send("UPDATE").bye();
    both.run(300);
    assertThat(call.statuses("BYE")).containsExactly(200);

    Leg out = both.inside.leg("sip:+4930@10.0.0.10");
    out.local = "sip:pbx@10.0.0.77";
    both.inside.request(out, "INVITE", 1);
    both.run(300);
    assertThat(out.last("INVITE").status()).isEqualTo(200);
    Seen seen = both.carrier.last("INVITE");
    assertThat(seen.callId()).startsWith("fl-h.").doesNotContain(out.callId);
    Leg far = java.util.Objects.requireNonNull(both.carrier.legs.get(seen.callId()));
    far.send("UPDATE").bye();
    both.run(300);
    assertThat(far.statuses("BYE")).containsExactly(200);
    both.assertHidden();
    both.rig.assertEmpty();
  }
}
