// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.transport.Transports;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A phone in a browser, as RFC 7118 has it: it speaks WebSocket, its Via and Contact name a host
 * that does not exist, and nobody can connect to it.
 */
class WebSocketScenarioTest {
  private static final InetSocketAddress WS = VirtualNet.at("203.0.113.10", 8080);
  private static final AddressOfRecord ALICE = AddressOfRecord.of("alice@example.com");

  private final ServerRig rig =
      ServerRig.of(
          1,
          1,
          """
          listeners: [ "udp://203.0.113.10:5060", "tcp://203.0.113.10:5060", "ws://203.0.113.10:8080" ]
          pools:
            farm:
              balance: priority
              health: off
              backends:
                - { name: b1, uri: "sip:10.0.0.1:5060" }
                - { name: b2, uri: "sip:10.0.0.2:5060" }
                - { name: b3, uri: "sip:10.0.0.3:5060" }
          registrars:
            phones: { domains: [ example.com ], users: off, keepalive: { websocket: 30s, spread: 0% } }
          routes:
            - { match: { method: REGISTER, transport: [ ws, wss ] }, registrar: phones }
            - { name: users, match: { location: phones }, to-location: phones }
            - { name: browsers, match: { transport: [ ws, wss ] }, to: farm }
            - { name: others, reject: 403 }
          """);
  private final FakeBackend b1 = rig.backend(1);
  private final FakePhone browser =
      new FakePhone(rig.net, VirtualNet.at("198.51.100.9", 40000), WS, Transports.WS);

  @BeforeEach
  void inABrowser() {
    browser.user = "alice";
    browser.viaAddress = "df7jal23ls0d.invalid";
    browser.contact = "df7jal23ls0d.invalid";
    browser.extraVia = "";
    browser.strict = true;
  }

  private Leg register() {
    Leg leg = browser.leg("sip:example.com");
    leg.remote = "sip:alice@example.com";
    leg.local = leg.remote;
    browser.request(leg, "REGISTER", leg.cseq++, "Expires: 600", "Supported: path, outbound, gruu");
    rig.net.runMs(50);
    return leg;
  }

  private Leg callTheBrowser() {
    FakePhone caller = rig.phone();
    Leg call = caller.leg("sip:alice@example.com");
    caller.request(call, "INVITE", call.cseq);
    rig.net.runMs(100);
    return call;
  }

  private void assertBothWays(Leg one, Leg other) {
    for (String method : List.of("INVITE", "UPDATE", "INFO")) {
      one.send(method);
      rig.net.runMs(100);
      assertThat(one.last(method).status()).isEqualTo(200);
      other.send(method);
      rig.net.runMs(100);
      assertThat(other.last(method).status()).isEqualTo(200);
    }
  }

  @Test
  void registersByItsConnection() {
    Leg register = register();

    assertThat(register.last("REGISTER").status()).isEqualTo(200);
    assertThat(register.last("REGISTER").first("Contact"))
        .startsWith("<sip:alice@df7jal23ls0d.invalid;transport=ws>");
    Binding.Origin origin = rig.bindings.of(ALICE, rig.clockMs()).getFirst().origin();
    assertThat(origin.transport()).isEqualTo("ws");
    assertThat(origin.nat()).isTrue();
    assertThat(origin.connection()).isEqualTo(browser.connection().connection()).isNotZero();
  }

  @Test
  void isAskedForSignsOfLifeAndForgottenWithoutThem() {
    register();
    rig.net.run(Duration.ofMinutes(5));
    assertThat(rig.bindings.of(ALICE, rig.clockMs())).hasSize(1);

    browser.answersPings = false;
    rig.net.run(Duration.ofMinutes(3));
    assertThat(rig.bindings.of(ALICE, rig.clockMs())).isEmpty();
  }

  @Test
  void callsABackend() {
    Leg call = browser.invite();
    rig.net.runMs(100);

    assertThat(call.statuses("INVITE")).contains(200);
    Seen invite = b1.last("INVITE");
    assertThat(invite.all("Via").get(0)).startsWith("SIP/2.0/UDP 203.0.113.10:5060;");
    assertThat(invite.all("Via").get(1))
        .startsWith("SIP/2.0/WS df7jal23ls0d.invalid")
        .contains("received=198.51.100.9");
    assertThat(call.routes.get(0)).contains("@203.0.113.10:8080;transport=ws;lr");
    assertThat(call.routes.get(1)).contains("@203.0.113.10:5060;lr");
    assertBothWays(call, b1.facing(call));
    assertThat(browser.last("INFO").first("Via")).startsWith("SIP/2.0/WS 203.0.113.10:8080;");
    b1.facing(call).bye();
    rig.net.runMs(100);
    assertThat(b1.facing(call).last("BYE").status()).isEqualTo(200);
    assertThat(call.methods()).contains("BYE");
    assertThat(rig.log()).contains("route=browsers").contains("ended=callee");
    rig.assertEmpty();
  }

  @Test
  void endsACallToABackend() {
    Leg call = browser.invite();
    rig.net.runMs(100);
    call.bye();
    rig.net.runMs(100);

    assertThat(call.last("BYE").status()).isEqualTo(200);
    assertThat(b1.requests("BYE")).isEqualTo(1);
    rig.assertEmpty();
  }

  @Test
  void isCalled() {
    register();
    Leg call = callTheBrowser();

    assertThat(call.statuses("INVITE")).contains(200);
    Seen invite = browser.last("INVITE");
    assertThat(invite.uri()).isEqualTo("sip:alice@df7jal23ls0d.invalid;transport=ws");
    assertThat(invite.first("Via")).startsWith("SIP/2.0/WS 203.0.113.10:8080;");
    assertThat(invite.all("Record-Route").getFirst()).contains(":8080;transport=ws;lr");
    Leg callee = browser.facing(call);
    assertBothWays(call, callee);
    callee.bye();
    rig.net.runMs(100);
    assertThat(callee.last("BYE").status()).isEqualTo(200);
    assertThat(rig.log()).contains("route=users").contains("ended=callee");
    rig.assertEmpty();
  }

  @Test
  void isHungUpOn() {
    register();
    Leg call = callTheBrowser();
    call.bye();
    rig.net.runMs(100);

    assertThat(call.last("BYE").status()).isEqualTo(200);
    assertThat(browser.requests("BYE")).isEqualTo(1);
    rig.assertEmpty();
  }

  @Test
  void isNotBlamedForTheSilenceWithWhichItMeetsATelUri() {
    register();
    browser.script =
        in -> {
          // As JsSIP and SIP.js: what they cannot parse is thrown away.
          if (!in.request.first("From").contains("tel:")) {
            in.answer(180).answerAfter(50, 200);
          }
        };
    FakePhone caller = rig.phone();
    Leg ignored = caller.leg("sip:alice@example.com");
    ignored.local = "tel:+15551234";
    caller.request(ignored, "INVITE", ignored.cseq);
    rig.net.runMs(40_000);
    assertThat(ignored.last("INVITE").status()).isEqualTo(408);

    assertThat(rig.bindings.of(ALICE, rig.clockMs())).hasSize(1);
    assertThat(browser.connection().open()).isTrue();
    Leg call = callTheBrowser();
    assertThat(call.statuses("INVITE")).contains(200);
    call.bye();
    rig.net.runMs(100);
    rig.assertEmpty();
  }

  @Test
  void isNeverConnectedTo() {
    register();
    browser.script = in -> in.answerAfter(3000, 200);
    Leg call = callTheBrowser();
    rig.net.runMs(500);
    Leg asked = browser.leg("sip:bob@example.net");
    b1.script = in -> in.answerAfter(1000, 200);
    browser.request(asked, "MESSAGE", asked.cseq);
    rig.net.runMs(100);
    browser.hangUp();
    rig.net.open(
        VirtualNet.at("198.51.100.9", 80),
        (link, text) -> {
          throw new AssertionError("connected to a browser");
        });
    rig.net.runMs(40_000);

    assertThat(asked.responses).isEmpty();
    assertThat(call.last("INVITE").status()).isGreaterThanOrEqualTo(400);
    call = callTheBrowser();
    assertThat(call.last("INVITE").status()).isGreaterThanOrEqualTo(400);
    rig.assertEmpty();
  }
}
