// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.RecordText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that a registrar behind us sends to a device by the Path it registered with. */
class RegistrarMediaScenarioTest {
  private static MediaRig house(String mode, String media) {
    return new MediaRig(
        new VirtualNet(1, 1),
        """
        listeners:
          - { name: out, bind: "udp://203.0.113.10:5060", network: outside }
          - { name: in, bind: "udp://10.0.0.10:5060", network: inside }
        media:
          relay: { address: { outside: 203.0.113.10, inside: 10.0.0.10 } }
        pools:
          farm:
            health: off
            network: inside
            backends:
              - { name: b1, uri: "sip:10.0.0.1:5060" }
              - { name: b2, uri: "sip:10.0.0.2:5060" }
              - { name: b3, uri: "sip:10.0.0.3:5060" }
        registrars:
          phones: { domains: [ farm.test ], mode: %s, pool: farm, media: %s }
        routes:
          - { match: { method: REGISTER }, registrar: phones }
          - { match: { location: phones }, to-location: phones }
          - { to: farm }
        """
            .formatted(mode, media));
  }

  private static RegisteringPhone phone(MediaRig rig, List<FakeFreeSwitch> switches) {
    rig.rig.backends.forEach(backend -> switches.add(new FakeFreeSwitch(backend)));
    RegisteringPhone phone = new RegisteringPhone(rig.rig, "1001", 10_001);
    phone.body = MediaRig.sdp("192.168.77.5", 4000);
    return phone.register();
  }

  private static FakeFreeSwitch.Held held(List<FakeFreeSwitch> switches) {
    return switches.stream()
        .map(each -> each.held.get("sip:1001@farm.test"))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  private static FakeBackend holder(List<FakeFreeSwitch> switches) {
    return switches.stream().filter(each -> !each.held.isEmpty()).findFirst().orElseThrow().backend;
  }

  private static Leg call(MediaRig rig, FakeAgent from, FakeFreeSwitch.Held held) {
    String target = Seen.bracketed(held.contact());
    Leg leg = new Leg(from, "farm-call", "ft", "sip:1000@10.0.0.1", "sip:1001@farm.test", target);
    leg.routes = List.of(held.path());
    leg.body = MediaRig.callees();
    from.legs.put(leg.callId, leg);
    from.request(leg, "INVITE", 1);
    rig.net.runMs(300);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    return leg;
  }

  private static Seen invited(RegisteringPhone phone) {
    return phone.requests.stream()
        .filter(seen -> seen.method().equals("INVITE"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"forward relay", "forward auto", "mid relay"})
  void isRelayedAndByeGivesItBack(String how) {
    MediaRig rig = house(how.split(" ")[0], how.split(" ")[1]);
    List<FakeFreeSwitch> switches = new ArrayList<>();
    RegisteringPhone phone = phone(rig, switches);
    Leg leg = call(rig, holder(switches), held(switches));

    assertThat(MediaRig.at(invited(phone))).matches("198\\.51\\.100\\.9:3\\d{4}");
    assertThat(MediaRig.at(leg.last("INVITE"))).matches("10\\.0\\.0\\.10:3\\d{4}");
    assertThat(rig.streams.open()).isEqualTo(1);

    leg.bye();
    rig.net.runMs(300);
    assertThat(leg.last("BYE").status()).isEqualTo(200);
    assertThat(rig.streams.open()).isZero();
    assertThat(rig.rig.records)
        .filteredOn(each -> RecordText.of(each).startsWith("INVITE"))
        .singleElement()
        .satisfies(each -> assertThat(RecordText.media(each)).startsWith("media=relay"));
    rig.assertEmpty();
  }

  @Test
  void bypassesUnlessTheRegistrarSaysSo() {
    MediaRig rig = house("forward", "bypass");
    List<FakeFreeSwitch> switches = new ArrayList<>();
    RegisteringPhone phone = phone(rig, switches);
    Leg leg = call(rig, holder(switches), held(switches));

    assertThat(MediaRig.body(invited(phone))).isEqualTo(MediaRig.callees());
    assertThat(MediaRig.body(leg.last("INVITE"))).isEqualTo(phone.body);
    assertThat(rig.engine.told).isEmpty();
  }

  @Test
  void aBackendIsKnownWhateverPortItSendsFrom() {
    MediaRig rig = house("forward", "relay");
    List<FakeFreeSwitch> switches = new ArrayList<>();
    RegisteringPhone phone = phone(rig, switches);
    FakeBackend backend = holder(switches);
    backend.sendsFrom = VirtualNet.at(backend.address.getAddress().getHostAddress(), 5080);
    rig.net.open(backend.sendsFrom, backend);
    call(rig, backend, held(switches));

    assertThat(MediaRig.at(invited(phone))).matches("198\\.51\\.100\\.9:3\\d{4}");
  }

  @Test
  void whoIsNoBackendOfTheRegistrarIsNotRelayed() {
    MediaRig rig = house("forward", "relay");
    List<FakeFreeSwitch> switches = new ArrayList<>();
    RegisteringPhone phone = phone(rig, switches);
    call(rig, rig.phone, held(switches));

    assertThat(MediaRig.body(invited(phone))).isEqualTo(MediaRig.callees());
    assertThat(rig.engine.told).isEmpty();
  }
}
