// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.Transports;
import org.junit.jupiter.api.Test;

/** Calls from one network to another (RFC 5658): which listener they leave by. */
class NetworksScenarioTest {
  private static final String OUTSIDE = "203.0.113.10";
  private static final String INSIDE = "10.0.0.10";

  private static String yaml(String names, String pool) {
    String listeners =
        """
        listeners:
          - { name: out, bind: "udp://203.0.113.10:5060"%s }
          - { name: in, bind: "udp://10.0.0.10:5060"%s }
        """
            .formatted(
                names.isEmpty() ? "" : ", network: outside",
                names.isEmpty() ? "" : ", network: inside");
    return listeners
        + "pools:\n  farm:\n    health: off\n"
        + pool
        + "    backends: [ { name: b1, uri: 'sip:10.0.0.1:5060' } ]\n"
        + "routes:\n  - { name: all, to: farm }\n";
  }

  private static ServerRig rig(String yaml) {
    return ServerRig.of(1, 1, yaml);
  }

  private static void assertTranslates(ServerRig rig) {
    FakePhone phone = rig.phone();
    Leg call = phone.invite();
    rig.net.runMs(300);
    Seen invite = rig.backend(1).last("INVITE");
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(invite.first("Via")).startsWith("SIP/2.0/UDP " + INSIDE + ":5060;");
    assertThat(invite.all("Record-Route")).hasSize(2);
    assertThat(invite.all("Record-Route").getFirst()).contains("@" + INSIDE + ":5060;lr");
    assertThat(invite.all("Record-Route").getLast()).contains("@" + OUTSIDE + ":5060;lr");

    Leg far = rig.backend(1).facing(call);
    far.send("INVITE");
    rig.net.runMs(300);
    assertThat(far.last("INVITE").status()).isEqualTo(200);
    assertThat(call.request("INVITE").first("Via")).startsWith("SIP/2.0/UDP " + OUTSIDE + ":5060;");
    call.bye();
    rig.net.runMs(300);
    assertThat(far.request("BYE").first("Via")).startsWith("SIP/2.0/UDP " + INSIDE + ":5060;");
    assertThat(call.statuses("BYE")).containsExactly(200);
  }

  @Test
  void leavesByTheNetworkThatThePoolNames() {
    assertTranslates(rig(yaml("named", "    network: inside\n")));
  }

  @Test
  void leavesByTheInterfaceThatTheKernelRoutesTo() {
    ServerRig rig = rig(yaml("", ""));
    rig.net.routes("10.", INSIDE);
    rig.net.routes("192.0.2.", OUTSIDE);
    assertTranslates(rig);
  }

  @Test
  void leavesByTheListenerItCameByWhenNobodyTells() {
    ServerRig rig = rig(yaml("", ""));
    Leg call = rig.phone().invite();
    rig.net.runMs(300);

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(rig.backend(1).last("INVITE").first("Via")).contains(" " + OUTSIDE + ":5060;");
    assertThat(rig.backend(1).last("INVITE").all("Record-Route")).hasSize(1);
  }

  @Test
  void checksBackendsFromTheNetworkTheyAreOn() {
    ServerRig rig =
        rig(
            yaml("named", "    network: inside\n")
                .replace("health: off", "health: { method: OPTIONS }"));
    rig.net.runMs(60_000);

    assertThat(rig.backend(1).last("OPTIONS").first("Via")).contains(" " + INSIDE + ":5060;");
  }

  @Test
  void routesByTheNetworkARequestCameFrom() {
    ServerRig rig =
        rig(
            yaml("named", "    network: inside\n")
                .replace(
                    "  - { name: all",
                    "  - { name: no, match: { network: outside }, reject: 403 }\n  - { name: all"));
    Leg outside = rig.phone().invite();
    FakePhone inside =
        new FakePhone(
            rig.net, VirtualNet.at("10.0.0.77", 5060), VirtualNet.at(INSIDE, 5060), Transports.UDP);
    Leg call = inside.invite();
    rig.net.runMs(300);

    assertThat(outside.last("INVITE").status()).isEqualTo(403);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
  }

  @Test
  void showsThePublicAddressOutsideOnly() {
    String natted =
        yaml("named", "    network: inside\n")
            .replace(
                "bind: \"udp://203.0.113.10:5060\"",
                "bind: \"udp://10.0.0.9:5060\", advertise: sip.example.com");
    ServerRig rig = rig(natted);
    FakePhone phone =
        new FakePhone(
            rig.net,
            VirtualNet.at("192.0.2.7", 5060),
            VirtualNet.at("10.0.0.9", 5060),
            Transports.UDP);
    phone.strict = true;
    Leg call = phone.invite();
    rig.net.runMs(300);

    Seen invite = rig.backend(1).last("INVITE");
    assertThat(invite.all("Record-Route").getFirst()).contains("@" + INSIDE + ":5060;lr");
    assertThat(invite.all("Record-Route").getLast()).contains("@sip.example.com:5060;lr");
    call.bye();
    rig.net.runMs(300);
    assertThat(call.statuses("BYE")).containsExactly(200);
    assertThat(rig.backend(1).facing(call).request("BYE").all("Route")).isEmpty();
  }
}
