// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A backend that comes back empty gets its registrations again. */
class ReplayScenarioTest {
  private static final String POOL =
      "balance: round-robin\n    health: { interval: 1s, timeout: 500ms, healthy-threshold: 1 }";

  private static List<RegisteringPhone> register(UpstreamRig farm, int count) {
    List<RegisteringPhone> phones = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      phones.add(farm.phone("10" + i).register());
    }
    return phones;
  }

  private static FakeFreeSwitch restart(UpstreamRig farm) {
    FakeFreeSwitch one = farm.switches.getFirst();
    one.empty();
    farm.rig.net.close(one.backend.address);
    farm.rig.net.run(Duration.ofSeconds(8));
    farm.rig.net.open(one.backend.address, one.backend);
    return one;
  }

  @ParameterizedTest
  @CsvSource({"forward, 1", "mid, 1", "mid, 3"})
  void registersAgainWhereOurAddressIsTrusted(String mode, int loops) {
    UpstreamRig farm = new UpstreamRig(loops, "mode: " + mode, POOL);
    farm.switches.forEach(each -> each.trusting = true);
    register(farm, 30);
    int had = farm.switches.getFirst().held.size();
    FakeFreeSwitch.Held before = farm.switches.getFirst().held.values().iterator().next();
    assertThat(had).isPositive();
    FakeFreeSwitch one = restart(farm);
    assertThat(one.held).isEmpty();
    farm.rig.net.run(Duration.ofSeconds(10));

    assertThat(one.held).hasSize(had);
    assertThat(farm.replayed("b1", "registered")).isEqualTo(had);
    FakeFreeSwitch.Held again =
        one.held.values().stream()
            .filter(each -> each.path().equals(before.path()))
            .findFirst()
            .orElseThrow();
    assertThat(Seen.bracketed(again.contact())).isEqualTo(Seen.bracketed(before.contact()));
    assertThat(again.callId()).isNotEqualTo(before.callId());
  }

  @Test
  void answersTheChallengeWithTheHashOfTheUser() {
    UpstreamRig farm = new UpstreamRig("mode: mid", POOL);
    farm.rig.ha1s =
        (aor, realm, sha256, onLoop) ->
            onLoop.accept(
                FakeFreeSwitch.ha1(aor.toString().replaceFirst("@.*", ""), "secret")
                    .getBytes(StandardCharsets.US_ASCII));
    List<RegisteringPhone> phones = register(farm, 20);
    int had = farm.switches.getFirst().held.size();
    FakeFreeSwitch one = restart(farm);
    farm.rig.net.run(Duration.ofSeconds(10));

    assertThat(one.held).hasSize(had);
    long asked = farm.asked();
    phones.forEach(RegisteringPhone::register);
    assertThat(farm.asked()).as("renewals are absorbed as before").isEqualTo(asked);
  }

  @Test
  void leavesItToTheDevicesWhereTheBackendRefuses() {
    UpstreamRig farm = new UpstreamRig("mode: mid", POOL);
    List<RegisteringPhone> phones = register(farm, 20);
    int had = farm.switches.getFirst().held.size();
    FakeFreeSwitch one = restart(farm);
    farm.rig.net.run(Duration.ofSeconds(10));
    assertThat(one.held).isEmpty();
    assertThat(farm.replayed("b1", "refused")).isEqualTo(had);

    phones.forEach(RegisteringPhone::register);
    assertThat(one.held).hasSize(had);
  }

  @Test
  void keepsToTheRate() {
    UpstreamRig farm = new UpstreamRig("mode: mid, upstream: { replay-rate: 10 }", POOL);
    farm.switches.forEach(each -> each.trusting = true);
    register(farm, 150);
    int had = farm.switches.getFirst().held.size();
    assertThat(had).isGreaterThan(30);
    FakeFreeSwitch one = restart(farm);
    farm.rig.net.run(Duration.ofSeconds(3));
    assertThat(one.held.size()).isBetween(5, 31);
    farm.rig.net.run(Duration.ofSeconds(20));
    assertThat(one.held).hasSize(had);
  }

  @Test
  void passesOnARenewalThatComesBeforeItsTurn() {
    UpstreamRig farm = new UpstreamRig("mode: mid, upstream: { replay-rate: 1 }", POOL);
    List<RegisteringPhone> phones = register(farm, 60);
    int had = farm.switches.getFirst().held.size();
    FakeFreeSwitch one = restart(farm);
    farm.rig.net.run(Duration.ofMillis(1500));
    phones.forEach(RegisteringPhone::register);

    assertThat(one.held).hasSize(had);
  }
}
