// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.CapturedFlow;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Callers on TCP and behind NAT, backends on UDP: each side is reached by the way it can be
 * reached.
 */
class FlowScenarioTest {
  private final ServerRig rig = ServerRig.serial();
  private final FakeBackend b1 = rig.backend(1);

  @Test
  void recordsTwoRoutesWhenTheTransportChanges() {
    FakePhone phone = rig.phone(CapturedFlow.TCP);
    Leg call = phone.invite();
    rig.net.runMs(100);

    assertThat(call.last("INVITE").all("Record-Route")).hasSize(2);
    assertThat(call.routes.get(0)).contains("transport=tcp");
    assertThat(call.routes.get(1)).doesNotContain("transport=tcp");
    assertThat(b1.last("INVITE").first("Via")).contains("SIP/2.0/UDP");
    assertThat(b1.copies("ACK")).isEqualTo(1);

    for (String method : List.of("INVITE", "INFO")) {
      call.send(method);
      b1.facing(call).send(method);
      rig.net.runMs(100);
      assertThat(call.last(method).status()).isEqualTo(200);
      assertThat(b1.facing(call).last(method).status()).isEqualTo(200);
    }
    assertThat(b1.last("INFO").first("Via")).contains("SIP/2.0/UDP");
    assertThat(b1.last("INFO").all("Route")).isEmpty();
    assertThat(phone.last("INFO").first("Via")).contains("SIP/2.0/TCP");
    assertThat(phone.last("INFO").all("Route")).isEmpty();
    b1.facing(call).bye();
    rig.net.runMs(100);
    assertThat(call.methods()).contains("BYE");
    assertThat(rig.log()).contains("ended=callee");
    rig.assertEmpty();
  }

  @Test
  void reachesACallerBehindNatByItsFlow() {
    FakePhone phone = rig.phone();
    phone.viaAddress = "192.168.1.5:5060";
    phone.contact = "192.168.1.5:5060";
    Leg call = phone.invite();
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(b1.last("INVITE").all("Via").get(1))
        .contains("received=192.0.2.1")
        .contains("rport=");

    b1.facing(call).bye();
    rig.net.runMs(100);
    assertThat(call.methods()).containsExactly("BYE");
    assertThat(b1.facing(call).last("BYE").status()).isEqualTo(200);
    rig.assertEmpty();
  }

  @Test
  void answersAUdpPeerWithoutRportAtItsSentByPort() {
    FakePhone phone = rig.phone();
    phone.extraVia = "";
    Leg call = phone.invite();
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void endsTheSetUpWhenTheCallerCannotBeTold() {
    b1.script = in -> in.answer(100).answerAfter(500, 180).answerAfter(900, 200);
    FakePhone phone = rig.phone();
    phone.invite();
    rig.net.runMs(50);
    rig.net.close(phone.address);
    rig.net.runMs(600);

    assertThat(b1.requests("CANCEL")).isEqualTo(1);
    assertThat(rig.log()).contains("flag=CC");
    rig.assertEmpty();
  }

  @Test
  void tellsTheCalleeThatACallerIsGone() {
    FakePhone phone = rig.phone();
    Leg call = phone.invite();
    rig.net.runMs(100);
    rig.net.close(phone.address);
    b1.facing(call).send("INFO");
    rig.net.runMs(100);
    assertThat(b1.facing(call).last("INFO").status()).isEqualTo(503);

    b1.facing(call).bye();
    rig.net.runMs(100);
    assertThat(rig.house.calls()).isZero();
    assertThat(rig.log()).contains("ended=callee");
    rig.assertEmpty();
  }

  @Test
  void sendsLongRequestsByTcpWhenAsked() {
    ServerRig mtu =
        ServerRig.of(
            1, 1, ServerRig.farmYaml("balance: priority") + "forwarding: { udp-mtu: 900 }\n");
    Leg small = mtu.phone().begin("MESSAGE");
    Leg large = mtu.phone().begin("MESSAGE", "Subject: " + "x".repeat(600));
    mtu.net.runMs(100);

    assertThat(small.last("MESSAGE").status()).isEqualTo(200);
    assertThat(large.last("MESSAGE").status()).isEqualTo(200);
    assertThat(mtu.backend(1).received.get(0).first("Via")).contains("/UDP");
    assertThat(mtu.backend(1).received.get(1).first("Via")).contains("/TCP");
    mtu.assertEmpty();
  }
}
