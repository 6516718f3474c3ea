// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.dialog.FlowToken;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Flow;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests whose Route names a flow: a registrar behind us calls a phone. */
class FlowTokenScenarioTest {
  private final ServerRig rig = ServerRig.serial();
  private final FakePhone farm = rig.phone();
  private final FakePhone bob = rig.phone();

  private static String token(Flow flow) {
    SipWriter out = new SipWriter();
    new FlowToken(CookieKeys.of(ServerRig.KEYS)).write(out, flow, 0);
    return out.toString();
  }

  private Flow flow(FakePhone phone) {
    phone.user = "bob";
    phone.viaAddress = "192.168.1.5:5060";
    phone.contact = "192.168.1.5:5060";
    if (phone.transport.reliable()) {
      phone.link(ServerRig.FAIRLEAD, CapturedFlow.TCP);
      return phone.connection();
    }
    return java.util.Objects.requireNonNull(
        rig.net.flowTo("udp", phone.address, rig.net.listeners().getFirst()));
  }

  private Leg call(String route) {
    Leg call = farm.leg("sip:bob@192.168.1.5:5060;ob");
    farm.request(call, "INVITE", 1, "Route: " + route);
    return call;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<sip:%s@203.0.113.10:5060;lr>",
        "<sip:%s@203.0.113.10>",
        "<sip:%s@203.0.113.10:5060>"
      })
  void callsThePhoneOverTheFlow(String form) {
    Leg call = call(form.formatted(token(flow(bob))));
    rig.net.runMs(100);

    assertThat(call.statuses("INVITE")).contains(200);
    assertThat(bob.last("INVITE").uri()).isEqualTo("sip:bob@192.168.1.5:5060;ob");
    assertThat(bob.last("INVITE").all("Route")).isEmpty();
    assertThat(bob.last("INVITE").all("Record-Route")).hasSize(1);
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
    assertThat(rig.backend(1).received).isEmpty();
    rig.assertEmpty();
  }

  @Test
  void callsAPhoneOverItsConnection() {
    FakePhone phone = rig.phone(CapturedFlow.TCP);
    Leg call = call("<sip:" + token(flow(phone)) + "@203.0.113.10:5060;transport=tcp;lr>");
    rig.net.runMs(100);
    assertThat(call.statuses("INVITE")).contains(200);
    call.send("INFO");
    phone.facing(call).send("INFO");
    rig.net.runMs(100);
    assertThat(call.last("INFO").status()).isEqualTo(200);
    assertThat(phone.facing(call).last("INFO").status()).isEqualTo(200);
    phone.facing(call).bye();
    rig.net.runMs(100);
    rig.assertEmpty();
  }

  @Test
  void keepsTheRoutesBehindTheToken() {
    bob.script = in -> in.answer(486);
    Leg call =
        call("<sip:" + token(flow(bob)) + "@203.0.113.10:5060;lr>, <sip:edge@192.0.2.77;lr>");
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(486);
    assertThat(bob.last("INVITE").all("Route")).containsExactly("<sip:edge@192.0.2.77;lr>");
    rig.assertEmpty();
  }

  @Test
  void answers430WhenTheFlowIsGone() {
    FakePhone phone = rig.phone(CapturedFlow.TCP);
    String route = "<sip:" + token(flow(phone)) + "@203.0.113.10:5060;lr>";
    phone.hangUp();
    Leg call = call(route);
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(430);
    assertThat(phone.requests("INVITE")).isZero();
    assertThat(rig.log()).contains("flag=FF");
    rig.assertEmpty();
  }

  @Test
  void refusesAForgedToken() {
    String forged = token(flow(bob)).replaceFirst("...$", "AAA");
    Leg call = call("<sip:" + forged + "@203.0.113.10:5060;lr>");
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(403);
    assertThat(bob.received).isEmpty();
    assertThat(rig.backend(1).received).isEmpty();
    rig.assertEmpty();
  }

  @Test
  void sendsAMessageOverTheFlow() {
    Leg message = farm.leg("sip:bob@192.168.1.5:5060;ob");
    farm.request(
        message, "MESSAGE", 1, "Route: <sip:" + token(flow(bob)) + "@203.0.113.10:5060;lr>");
    rig.net.runMs(100);
    assertThat(message.last("MESSAGE").status()).isEqualTo(200);
    rig.assertEmpty();
  }
}
