// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code mode: stateless} (RFC 3261 §16.11) and {@code mode: redirect}. */
class StatelessScenarioTest {
  private final ServerRig rig =
      ServerRig.of(
          1,
          1,
          ServerRig.farmYaml("balance: hash")
              .replace(
                  "{ name: all, to: farm }",
                  "{ name: all, match: { method: [INVITE, MESSAGE] }, to: farm, mode: stateless"
                      + " }"));
  private final FakePhone phone = rig.phone();

  @BeforeEach
  void everybodyRings() {
    rig.backends.forEach(FakeBackend::takes);
  }

  private FakeBackend of(Leg call) {
    return rig.backends.stream()
        .filter(b -> b.received.stream().anyMatch(m -> m.callId().equals(call.callId)))
        .reduce((one, two) -> {
          throw new AssertionError("two backends saw one call");
        })
        .orElseThrow();
  }

  @Test
  void carriesACallWithoutRememberingIt() {
    Leg call = phone.invite();
    rig.net.runMs(100);
    FakeBackend backend = of(call);
    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(backend.copies("ACK")).isEqualTo(1);
    assertThat(rig.house.transactions()).isZero();
    assertThat(rig.house.calls()).isZero();

    backend.facing(call).send("INFO");
    call.bye();
    rig.net.runMs(100);
    assertThat(backend.facing(call).last("INFO").status()).isEqualTo(200);
    assertThat(call.last("BYE").status()).isEqualTo(200);
    assertThat(of(call)).isSameAs(backend);
    rig.assertEmpty();
  }

  @Test
  void meetsTheCallerAtItsContactOrWhereThatLeadsNowhereOverItsFlow() {
    FakeAgent listening = new FakeAgent(rig.net, VirtualNet.at("198.51.100.20", 5080));
    for (String contact : List.of("sip:t@198.51.100.20:5080", "sip:t@nowhere.test")) {
      phone.contactUri = contact;
      Leg call = phone.invite();
      rig.net.runMs(100);
      of(call).facing(call).bye();
      rig.net.runMs(100);
      assertThat(of(call).facing(call).statuses("BYE")).containsExactly(200);
    }

    assertThat(listening.copies("BYE")).isEqualTo(1);
    assertThat(phone.copies("BYE")).isEqualTo(1);
  }

  @Test
  void sendsCopiesCancelAndAckToTheSameBackend() {
    rig.backends.forEach(b -> b.script = in -> in.answerAfter(1200, 180));
    for (int i = 0; i < 20; i++) {
      Leg call = phone.invite();
      rig.net.runMs(1500);
      FakeBackend backend = of(call);
      assertThat(backend.received.stream().filter(m -> m.callId().equals(call.callId))).hasSize(2);
      call.cancel();
      rig.net.runMs(100);
      assertThat(call.last("CANCEL").status()).isEqualTo(200);
      assertThat(call.last("INVITE").status()).isEqualTo(487);
      assertThat(of(call)).isSameAs(backend);
      assertThat(backend.last("ACK").callId()).isEqualTo(call.callId);
      assertThat(backend.last("ACK").branch()).isEqualTo(backend.last("INVITE").branch());
    }
    rig.assertEmpty();
  }

  @Test
  void addsAMissingMaxForwards() {
    Leg leg = phone.begin("MESSAGE", "No-Max-Forwards");
    rig.net.runMs(100);
    assertThat(of(leg).last("MESSAGE").all("Max-Forwards")).containsExactly("70");
    rig.assertEmpty();
  }

  @Test
  void dropsAForgedResponse() {
    rig.backends.forEach(FakeBackend::silent);
    Leg call = phone.invite();
    rig.net.runMs(100);
    Seen seen = of(call).last("INVITE");
    String text =
        "SIP/2.0 200 OK\r\nVia: "
            + seen.all("Via").get(0)
            + "\r\nVia: SIP/2.0/UDP 198.51.100.66:5060;branch=z9hG4bKvictim\r\nFrom: "
            + seen.first("From")
            + "\r\nTo: "
            + seen.first("To")
            + ";tag=x\r\nCall-ID: "
            + seen.callId()
            + "\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n";
    int[] hit = {0};
    rig.net.open(VirtualNet.at("198.51.100.66", 5060), (link, message) -> hit[0]++);
    of(call).link(ServerRig.FAIRLEAD, phone.transport).send(text);
    rig.net.runMs(100);

    assertThat(hit[0]).isZero();
    assertThat(call.responses).isEmpty();
  }

  @Test
  void redirectsToTheBackendItWouldHaveChosen() {
    ServerRig redirect =
        ServerRig.of(
            1,
            1,
            ServerRig.farmYaml("balance: priority")
                .replace("to: farm }", "to: farm, mode: redirect }"));
    Leg call = redirect.phone().invite();
    redirect.net.runMs(100);

    assertThat(call.last("INVITE").status()).isEqualTo(302);
    assertThat(call.last("INVITE").first("Contact")).isEqualTo("<sip:bob@10.0.0.1:5060>");
    assertThat(redirect.backend(1).received).isEmpty();
    assertThat(redirect.log()).contains("backend=b1 tries=1 status=302");
    redirect.assertEmpty();
  }
}
