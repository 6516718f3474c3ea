// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.Transport;
import io.fairlead.transport.Transports;
import java.util.List;
import org.junit.jupiter.api.Test;

/** sips request-URIs leave over TLS or not at all (RFC 3261 §26.2.2, RFC 5630). */
class SipsScenarioTest {
  private static final String LISTENERS =
      """
      listeners:
        - udp://203.0.113.10:5060
        - tls://203.0.113.10:5061
        - wss://203.0.113.10:443
      """;

  private static ServerRig farm(String... uris) {
    StringBuilder yaml = new StringBuilder(LISTENERS);
    yaml.append("pools:\n  farm:\n    health: off\n    balance: priority\n    backends:\n");
    for (int i = 0; i < uris.length; i++) {
      yaml.append("      - { name: b").append(i + 1).append(", uri: '").append(uris[i]);
      yaml.append("' }\n");
    }
    yaml.append("registrars:\n  phones: { domains: [ example.org ], users: off }\nroutes:\n");
    yaml.append("  - { match: { method: REGISTER }, registrar: phones }\n");
    yaml.append("  - { match: { host: example.org }, to-location: phones }\n");
    yaml.append("  - { name: all, to: farm }\n");
    return ServerRig.of(1, 1, yaml.toString());
  }

  private static FakePhone phone(ServerRig rig, Transport by) {
    return new FakePhone(
        rig.net,
        VirtualNet.at("192.0.2.9", 5060 + by.defaultPort() % 100),
        VirtualNet.at("203.0.113.10", by.defaultPort()),
        by);
  }

  private static Leg invite(FakePhone phone, String uri) {
    Leg leg = phone.leg(uri);
    phone.request(leg, "INVITE", leg.cseq);
    phone.net.runMs(300);
    return leg;
  }

  @Test
  void goesToABackendOverTls() {
    ServerRig rig = farm("sips:10.0.0.1:5060");
    FakePhone phone = phone(rig, Transports.TLS);
    rig.backend(1).transport = Transports.TLS;
    Leg call = invite(phone, "sips:bob@example.com");
    Seen invite = rig.backend(1).last("INVITE");

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(invite.uri()).isEqualTo("sips:bob@example.com");
    assertThat(invite.first("Via")).startsWith("SIP/2.0/TLS ");
    assertThat(invite.all("Record-Route")).hasSize(1);
    assertThat(invite.first("Record-Route"))
        .startsWith("<sips:")
        .endsWith("@203.0.113.10:5061;lr>");
    call.bye();
    rig.net.runMs(300);
    assertThat(call.statuses("BYE")).containsExactly(200);
  }

  @Test
  void namesWhatIsBelowSecureWebSocket() {
    ServerRig rig = farm("sips:10.0.0.1:5060");
    FakePhone phone = phone(rig, Transports.WSS);
    rig.backend(1).transport = Transports.TLS;
    invite(phone, "sips:bob@example.com");
    List<String> routes = rig.backend(1).last("INVITE").all("Record-Route");

    assertThat(routes).hasSize(2);
    assertThat(routes.getLast())
        .startsWith("<sips:")
        .endsWith("@203.0.113.10:443;transport=ws;lr>");
  }

  @Test
  void refusesWhenNoBackendSpeaksTls() {
    ServerRig rig = farm("sip:10.0.0.1:5060");
    Leg call = invite(phone(rig, Transports.TLS), "sips:bob@example.com");

    assertThat(call.last("INVITE").status()).isEqualTo(480);
    assertThat(call.last("INVITE").first("Warning"))
        .isEqualTo("380 203.0.113.10:5060 \"SIPS Not Allowed\"");
    assertThat(rig.backend(1).copies("INVITE")).isZero();
    assertThat(rig.house.calls()).isZero();
  }

  @Test
  void takesTheBackendThatSpeaksTls() {
    ServerRig rig = farm("sip:10.0.0.1:5060", "sip:10.0.0.2:5060;transport=tls");
    rig.backend(2).transport = Transports.TLS;
    Leg call = invite(phone(rig, Transports.TLS), "sips:bob@example.com");

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(rig.backend(1).copies("INVITE")).isZero();
  }

  @Test
  void goesAnywhereWithSip() {
    ServerRig rig = farm("sip:10.0.0.1:5060");
    Leg call = invite(phone(rig, Transports.TLS), "sip:bob@example.com;transport=tls");

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(rig.backend(1).last("INVITE").uri()).isEqualTo("sip:bob@example.com");
    assertThat(rig.backend(1).last("INVITE").all("Record-Route").getLast())
        .startsWith("<sip:")
        .endsWith(":5061;transport=tls;lr>");
  }

  @Test
  void cutsWhatTheCallerSaysOfItsOwnWay() {
    ServerRig rig = farm("sip:10.0.0.1:5060");
    invite(
        phone(rig, Transports.WSS), "sip:bob@example.com;maddr=192.0.2.1;user=phone;transport=ws");

    assertThat(rig.backend(1).last("INVITE").uri()).isEqualTo("sip:bob@example.com;user=phone");
  }

  private static FakePhone registered(ServerRig rig, Transport by, String scheme) {
    FakePhone phone = phone(rig, by);
    String uri = scheme + ":alice@" + phone.contact;
    phone.registrar = scheme + ":example.org";
    phone.register(scheme.equals("sips") ? uri : uri + ";transport=" + by.name(), "");
    return phone;
  }

  private static FakePhone caller(ServerRig rig) {
    return new FakePhone(
        rig.net,
        VirtualNet.at("192.0.2.77", 5060),
        VirtualNet.at("203.0.113.10", 5061),
        Transports.TLS);
  }

  @Test
  void reachesADeviceThatRegisteredSips() {
    ServerRig rig = farm("sip:10.0.0.1:5060");
    FakePhone device = registered(rig, Transports.TLS, "sips");
    FakePhone caller = caller(rig);
    Leg secure = invite(caller, "sips:alice@example.org");
    Leg plain = invite(caller, "sip:alice@example.org");

    assertThat(secure.last("INVITE").status()).isEqualTo(200);
    assertThat(plain.last("INVITE").status()).isEqualTo(200);
    List<String> uris =
        device.received.stream()
            .filter(m -> m.isRequest() && m.method().equals("INVITE"))
            .map(Seen::uri)
            .toList();
    assertThat(uris).containsExactly("sips:alice@" + device.contact, "sip:alice@" + device.contact);
  }

  @Test
  void refusesADeviceThatRegisteredSip() {
    ServerRig rig = farm("sip:10.0.0.1:5060");
    FakePhone device = registered(rig, Transports.TLS, "sip");
    FakePhone caller = caller(rig);
    Leg call = invite(caller, "sips:alice@example.org");

    assertThat(call.last("INVITE").status()).isEqualTo(480);
    assertThat(call.last("INVITE").first("Warning")).contains("SIPS Not Allowed");
    assertThat(device.copies("INVITE")).isZero();
  }

  @Test
  void bindsASipsContactOnlyWhereAllThatLeadsToItIsSips() {
    ServerRig rig = farm("sip:10.0.0.1:5060");
    FakePhone phone = phone(rig, Transports.TLS);
    String contact = "sips:alice@" + phone.contact;
    assertThat(phone.register(contact, "").text()).startsWith("SIP/2.0 400 SIPS Beside SIP");

    phone.registrar = "sips:example.org";
    String plain = "Contact: <sip:alice@" + phone.contact + ">";
    assertThat(phone.register(contact, "", plain).status()).isEqualTo(400);
    String path = "Path: <%s:192.0.2.60:5061;lr>";
    assertThat(phone.register(contact, "", path.formatted("sip"), "Supported: path").status())
        .isEqualTo(400);
    assertThat(phone.register(contact, "", path.formatted("sips"), "Supported: path").status())
        .isEqualTo(200);
    assertThat(phone.register(contact, "").status()).isEqualTo(200);
    assertThat(phone.register(contact, ";expires=0", plain).status()).isEqualTo(200);
  }

  @Test
  void bindsNoSipsContactThatCameWithoutTls() {
    ServerRig rig = farm("sip:10.0.0.1:5060");
    FakePhone phone = phone(rig, Transports.UDP);
    phone.registrar = "sips:example.org";
    Seen answer = phone.register("sips:alice@" + phone.contact, "");

    assertThat(answer.text()).startsWith("SIP/2.0 400 SIPS Contact Without TLS");
  }

  @Test
  void theWayBackFromARegistrarBehindUsIsSipsToo() {
    String yaml =
        """
        listeners:
          - tls://203.0.113.10:5061
          - udp://203.0.113.10:5060
        pools:
          farm:
            health: off
            backends: [ { name: b1, uri: "sip:10.0.0.1:5060;transport=tls" } ]
        registrars:
          phones: { domains: [ example.org ], mode: forward, pool: farm }
        routes:
          - { match: { method: REGISTER }, registrar: phones }
        """;
    ServerRig rig = ServerRig.of(1, 1, yaml);
    rig.backend(1).transport = Transports.TLS;
    FakePhone phone = registered(rig, Transports.TLS, "sips");
    assertThat(rig.backend(1).last("REGISTER").first("Path"))
        .startsWith("<sips:fl.")
        .endsWith("@203.0.113.10:5061;lr>");

    FakePhone plain = phone(rig, Transports.TLS);
    plain.register("sip:alice@" + phone.contact + ";transport=tls", "");
    assertThat(rig.backend(1).last("REGISTER").first("Path"))
        .startsWith("<sip:fl.")
        .endsWith("@203.0.113.10:5061;transport=tls;lr>");
  }
}
