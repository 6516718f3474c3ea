// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Calls to a service that has a name and no address (RFC 5031). */
class UrnScenarioTest {
  private final ServerRig rig = ServerRig.serial();
  private final FakePhone phone = rig.phone();

  @Test
  void anEmergencyCallWithAnAddressPassesWithItsToAsItWas() {
    Leg call = phone.leg("sip:bob@example.com");
    call.remote = "urn:service:sos.fire";
    phone.request(call, "INVITE", 1);
    rig.net.runMs(100);

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(rig.backend(1).last("INVITE").first("To")).isEqualTo("<urn:service:sos.fire>");
    call.bye();
    rig.net.runMs(100);
    assertThat(rig.backend(1).requests("BYE")).isEqualTo(1);
    rig.assertEmpty();
  }

  @Test
  void oneWithoutAnAddressIsRefusedBeforeAnyRouteIsAsked() {
    phone.strays = true;
    phone.raw(
        "INVITE urn:service:sos SIP/2.0\r\nVia: SIP/2.0/UDP "
            + phone.viaAddress
            + ";rport;branch=z9hG4bKsos\r\n"
            + "Max-Forwards: 70\r\n"
            + "From: <sip:a@example.com>;tag=1\r\n"
            + "To: <urn:service:sos>\r\n"
            + "Call-ID: sos\r\n"
            + "CSeq: 1 INVITE\r\n"
            + "Content-Length: 0\r\n\r\n");
    rig.net.runMs(100);

    assertThat(phone.received.getLast().status()).isEqualTo(416);
    assertThat(rig.backend(1).received).isEmpty();
    rig.assertEmpty();
  }
}
