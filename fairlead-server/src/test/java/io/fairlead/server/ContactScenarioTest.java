// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dns.FakeDns;
import io.fairlead.transport.CapturedFlow;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Inside a dialog a peer is met where its Contact says, and where it speaks from only with a sign
 * of NAT, or when nobody is met at the Contact.
 */
class ContactScenarioTest {
  private static final InetSocketAddress ELSEWHERE = VirtualNet.at("198.51.100.20", 5080);

  private final FakeDns dns =
      new FakeDns().host("trunk.test", "198.51.100.20").host("us.test", "203.0.113.10");
  private final ServerRig rig =
      new ServerRig(
          new VirtualNet(1, 1),
          ServerRig.plan(ServerRig.farmYaml("balance: priority")),
          ServerRig.KEYS,
          dns);
  private final FakeBackend b1 = rig.backend(1);
  private final FakePhone caller = rig.phone();
  private final FakeAgent listening = new FakeAgent(rig.net, ELSEWHERE);

  private Leg callAndBye() {
    Leg call = caller.invite();
    rig.net.runMs(100);
    b1.facing(call).bye();
    rig.net.runMs(500);
    return call;
  }

  @Test
  void aPhoneThatSendsFromAHighPortIsMetWhereItListens() {
    caller.extraVia = "";
    caller.sendsFrom = VirtualNet.at(caller.address.getAddress().getHostAddress(), 40_123);
    Leg call = caller.invite();
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    b1.facing(call).send("INVITE");
    rig.net.runMs(100);
    b1.facing(call).bye();
    rig.net.runMs(100);

    assertThat(b1.facing(call).statuses("INVITE")).contains(200);
    assertThat(b1.facing(call).statuses("BYE")).containsExactly(200);
    assertThat(call.methods()).containsExactly("INVITE", "ACK", "BYE");
    rig.assertEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // A trunk: what it says of itself is no secret of another network.
    "source,             true,  sip:t@198.51.100.20:5080,               true",
    "source,             false, sip:t@198.51.100.20:5080,               true",
    "source,             true,  sip:t@trunk.test:5080,                  true",
    "trunk.test,         false, sip:t@trunk.test:5080,                  true",
    "198.51.100.20:5080, false, sip:t@198.51.100.20:5080,               true",
    // Signs of NAT.
    "source,             true,  sip:t@192.168.1.5:5080,                 false",
    "source,             false, sip:t@192.168.1.5:5080,                 false",
    "source,             true,  sip:t@127.0.0.1:5080,                   false",
    "source,             true,  sip:t@[fd00::5]:5080,                   false",
    "198.51.100.20:5080, true,  sip:t@198.51.100.20:5080,               false",
    "192.168.1.5:5060,   false, sip:t@198.51.100.20:5080,               false",
    "source,             true,  sip:t@198.51.100.20:5080;ob,            false",
    "source,             true,  sip:t@x7k2.invalid,                     false",
    "source,             true,  sip:t@trunk.test:5080;gr=urn:uuid:1,    false",
    // A Contact that names us would come back to us.
    "source,             true,  sip:t@203.0.113.10,                     false",
  })
  void judgesByWhatTheCallerSays(String via, boolean rport, String contact, boolean met) {
    caller.viaAddress = via.equals("source") ? caller.viaAddress : via;
    caller.extraVia = rport ? ";rport" : "";
    caller.contactUri = contact;
    // Without rport answers go to the port in Via.
    rig.net.open(VirtualNet.at(caller.address.getAddress().getHostAddress(), 5080), caller);
    rig.net.open(VirtualNet.at(caller.address.getAddress().getHostAddress(), 5060), caller);
    Leg call = caller.invite();
    rig.net.runMs(100);
    b1.facing(call).bye();
    rig.net.runMs(100);

    assertThat(listening.copies("BYE")).isEqualTo(met ? 1 : 0);
    assertThat(caller.copies("BYE")).isEqualTo(met ? 0 : 1);
    assertThat(b1.facing(call).statuses("BYE")).containsExactly(200);
  }

  @Test
  void anOwnAddressOfSeveralInOnePrivateNetworkIsNoSignOfNat() {
    FakeAgent inside = new FakeAgent(rig.net, VirtualNet.at("10.0.9.2", 5080));
    FakePhone pbx =
        new FakePhone(
            rig.net, VirtualNet.at("10.0.9.1", 5060), ServerRig.FAIRLEAD, CapturedFlow.UDP);
    pbx.contact = "10.0.9.2:5080";
    Leg call = pbx.invite();
    rig.net.runMs(100);
    b1.facing(call).bye();
    rig.net.runMs(100);

    assertThat(inside.copies("BYE")).isEqualTo(1);
    assertThat(pbx.copies("BYE")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sip:t@nowhere.test", "sip:t@[2001:db8::1]:5080", "sip:t@us.test:5060"})
  void takesTheFlowWhenTheContactLeadsNowhere(String contact) {
    caller.contactUri = contact;
    Leg call = callAndBye();

    assertThat(call.methods()).contains("BYE");
    assertThat(b1.facing(call).statuses("BYE")).containsExactly(200);
    rig.assertEmpty();
  }

  @Test
  void takesTheFlowWhenNobodyListensAtTheContact() {
    caller.contactUri = "sip:t@198.51.100.21:5080";
    Leg call = caller.invite();
    rig.net.runMs(100);
    for (String method : List.of("INFO", "INVITE", "BYE")) {
      b1.facing(call).send(method);
      rig.net.runMs(500);
      assertThat(b1.facing(call).statuses(method)).contains(200);
    }

    assertThat(call.methods()).as("the ACK too").containsExactly("INFO", "INVITE", "ACK", "BYE");
    rig.assertEmpty();
  }

  @Test
  void takesTheFlowWhenTheContactIsSilent() {
    caller.contactUri = "sip:t@198.51.100.21:5080";
    rig.net.open(VirtualNet.at("198.51.100.21", 5080), (link, text) -> {});
    Leg call = caller.invite();
    rig.net.runMs(100);
    b1.facing(call).bye();
    rig.net.runMs(6000);

    assertThat(call.methods()).containsExactly("BYE");
    assertThat(b1.facing(call).last("BYE").status()).isEqualTo(200);
    rig.assertEmpty();
  }

  @Test
  void goesByTheProxyThatRecordedItself() {
    Leg call = caller.leg("sip:bob@example.com");
    caller.contactUri = "sip:t@192.168.1.5";
    call.acknowledges = false;
    caller.request(call, "INVITE", 1, "Record-Route: <sip:198.51.100.20:5080;lr>");
    rig.net.runMs(100);
    b1.facing(call).bye();
    rig.net.runMs(100);

    assertThat(listening.copies("BYE")).isEqualTo(1);
    assertThat(listening.last("BYE").uri()).isEqualTo("sip:t@192.168.1.5");
    assertThat(caller.copies("BYE")).isZero();
  }

  @Test
  void aNewContactInAReInviteIsTheNewTarget() {
    Leg call = caller.invite();
    rig.net.runMs(100);
    caller.contactUri = "sip:t@198.51.100.20:5080";
    call.send("INVITE");
    rig.net.runMs(100);
    b1.facing(call).target = Seen.bracketed(b1.last("INVITE").first("Contact"));
    b1.facing(call).bye();
    rig.net.runMs(100);

    assertThat(listening.copies("BYE")).isEqualTo(1);
    assertThat(caller.copies("BYE")).isZero();
    rig.assertEmpty();
  }

  // ---- callees ----

  @Test
  void aPublicGatewayWithAPrivateContactIsMetWhereItTookTheCall() {
    ServerRig trunk =
        ServerRig.of(
            1,
            1,
            """
            listeners: [ "udp://203.0.113.10:5060" ]
            pools:
              carrier:
                health: off
                backends: [ { name: g1, uri: "sip:198.51.100.30:5060" } ]
            routes: [ { to: carrier } ]
            """);
    FakeBackend gateway = new FakeBackend(trunk.net, VirtualNet.at("198.51.100.30", 5060));
    gateway.contact = "192.168.5.5:5060";
    Leg call = trunk.phone().invite();
    trunk.net.runMs(100);
    call.bye();
    trunk.net.runMs(100);

    assertThat(gateway.copies("ACK")).isEqualTo(1);
    assertThat(call.statuses("BYE")).containsExactly(200);
  }
}
