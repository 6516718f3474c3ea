// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls to users that are registered at registrars behind us. */
class UpstreamCallScenarioTest {
  private static final String POOL =
      "balance: round-robin\n    health: { interval: 1s, timeout: 500ms }";

  private final UpstreamRig farm = new UpstreamRig("mode: mid", POOL);
  private final ServerRig rig = farm.rig;

  @Test
  void theFarmReachesThePhoneByTheTokenInThePath() {
    RegisteringPhone phone = farm.phone("1001").register();
    FakeBackend backend = farm.backend(phone);
    Leg leg = fromFarm(phone, backend);
    backend.request(leg, "MESSAGE", 1);
    rig.net.runMs(100);

    assertThat(leg.statuses("MESSAGE")).containsExactly(200);
    assertThat(phone.calls()).hasSize(1);
    assertThat(phone.calls().getFirst().uri()).isEqualTo("sip:1001@192.168.77.5:40000;ob");
    assertThat(phone.calls().getFirst().all("Route")).isEmpty();
    assertThat(rig.house.unfinished()).isZero();
  }

  private Leg fromFarm(RegisteringPhone phone, FakeBackend backend) {
    Leg leg =
        new Leg(
            backend,
            "farm-call",
            "ft",
            "sip:1000@10.0.0.1",
            "sip:1001@farm.test",
            Seen.bracketed(farm.held(phone).contact()));
    leg.routes = List.of(farm.held(phone).path());
    backend.legs.put(leg.callId, leg);
    return leg;
  }

  @Test
  void aCallFromElsewhereGoesToTheBackendThatKnowsTheUser() {
    for (int i = 0; i < 6; i++) {
      RegisteringPhone phone = farm.phone("10" + i).register();
      FakePhone trunk = rig.phone();
      Leg leg = trunk.leg("sip:10" + i + "@farm.test");
      trunk.request(leg, "INVITE", 1);
      rig.net.runMs(200);

      assertThat(leg.last("INVITE").status()).isEqualTo(200);
      Seen invite = farm.backend(phone).last("INVITE");
      assertThat(invite.uri()).isEqualTo("sip:10" + i + "@farm.test");
      assertThat(invite.callId()).isEqualTo(leg.callId);
      assertThat(rig.load(Integer.parseInt(farm.holder(phone).substring(1)))).isEqualTo(1);
      leg.bye();
      rig.net.runMs(200);
    }
    assertThat(rig.house.calls()).isZero();
  }

  @Test
  void anotherBackendIsSentThereTooButNotTheUsersOwn() {
    RegisteringPhone phone = farm.phone("1001").register();
    FakeBackend own = farm.backend(phone);
    FakeBackend other = rig.backends.stream().filter(each -> each != own).findFirst().orElseThrow();
    message(other);
    assertThat(own.requests("MESSAGE")).isEqualTo(1);
    assertThat(phone.calls()).isEmpty();

    message(own);
    assertThat(own.requests("MESSAGE")).as("not back to where it came from").isEqualTo(1);
    assertThat(phone.calls()).hasSize(1);
  }

  private void message(FakeBackend from) {
    String user = "sip:1001@farm.test";
    Leg leg = new Leg(from, from.mint("call"), "ft", "sip:1000@10.0.0.1", user, user);
    leg.routes = List.of("<sip:203.0.113.10:5060;lr>");
    from.legs.put(leg.callId, leg);
    from.request(leg, "MESSAGE", 1);
    rig.net.runMs(200);
    assertThat(leg.statuses("MESSAGE")).containsExactly(200);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whileTheBackendIsDownCallsGoStraightToThePhone(boolean direct) {
    UpstreamRig farm = new UpstreamRig("mode: forward, upstream: { direct: " + direct + " }", POOL);
    RegisteringPhone phone = farm.phone("1001").register();
    farm.rig.net.close(farm.backend(phone).address);
    farm.rig.net.run(Duration.ofSeconds(8));
    FakePhone trunk = farm.rig.phone();
    Leg leg = trunk.leg("sip:1001@farm.test");
    trunk.request(leg, "MESSAGE", 1);
    farm.rig.net.runMs(200);

    assertThat(leg.last("MESSAGE").status()).isEqualTo(direct ? 200 : 480);
    assertThat(phone.calls())
        .filteredOn(seen -> seen.method().equals("MESSAGE"))
        .as("beside keepalives")
        .hasSize(direct ? 1 : 0);
  }

  @Test
  void nobodyElseMayUseAFlow() {
    RegisteringPhone phone = farm.phone("1001").register();
    FakeBackend backend = farm.backend(phone);
    Leg leg = fromFarm(phone, backend);
    leg.routes = List.of(farm.held(phone).path().replaceFirst("fl\\...", "fl.zz"));
    backend.request(leg, "MESSAGE", 1);
    rig.net.runMs(100);

    assertThat(leg.statuses("MESSAGE")).containsExactly(403);
    assertThat(phone.calls()).isEmpty();
  }
}
