// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.store.Binding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All devices of a user are one registration behind us: mode mid with throttle aor. */
class SharedRegistrarScenarioTest {
  private static final String POOL =
      "balance: round-robin\n    health: { interval: 1s, timeout: 500ms, healthy-threshold: 1 }";
  private static final String MID =
      "mode: mid, expires: { min: 60s, max: 5m, spread: 0% }, upstream: { throttle: aor }";
  private static final String CONTACT = "<sip:1001@farm.test>;expires=";
  private static final String PATH = "<sip:203.0.113.10:5060;lr;fl-devices>";

  @TempDir private Path folder;
  private UpstreamRig farm = new UpstreamRig(MID, POOL);

  /** A farm whose users prove themselves to us too. */
  private void withUsers() throws IOException {
    Path users = Files.writeString(folder.resolve("users.yaml"), "1001: secret\n");
    farm =
        new UpstreamRig(
            MID + ", users: { file: " + users + " }, authentication: { realm: farm.test }", POOL);
  }

  private RegisteringPhone device(int number) {
    RegisteringPhone phone = farm.phone("1001");
    phone.contact = "sip:1001@192.168.77." + number + ":40000";
    phone.params = ";+sip.instance=\"<urn:uuid:" + number + ">\"";
    return phone;
  }

  private boolean asks(RegisteringPhone phone) {
    long before = farm.asked();
    phone.register();
    return farm.asked() > before;
  }

  private List<String> contacts(RegisteringPhone phone) {
    return farm.bindings(phone).stream()
        .map(each -> new String(each.contact(), StandardCharsets.UTF_8))
        .sorted()
        .toList();
  }

  @Test
  void theBackendKnowsOneContactOfOurOwn() {
    RegisteringPhone phone = device(1).register();

    assertThat(phone.last().status()).isEqualTo(200);
    assertThat(farm.held(phone).contact()).isEqualTo(CONTACT + "3600");
    assertThat(farm.held(phone).path()).isEqualTo(PATH);
    Seen sent = farm.backend(phone).last("REGISTER");
    assertThat(sent.all("Contact")).hasSize(1);
    assertThat(sent.all("Path")).hasSize(1);
    assertThat(sent.all("Expires")).containsExactly("3600");
    assertThat(sent.first("Supported")).isEqualTo("path");
    assertThat(phone.granted()).isEqualTo(300);
    assertThat(phone.last().all("Contact"))
        .containsExactly(
            "<sip:1001@192.168.77.1:40000>;expires=300;+sip.instance=\"<urn:uuid:1>\"");
  }

  @Test
  void anotherDeviceProvesItselfToTheBackendAndIsNoRegistrationMore() {
    RegisteringPhone one = device(1).register();
    RegisteringPhone two = device(2).register();

    assertThat(two.last().status()).isEqualTo(200);
    assertThat(two.last().all("Contact")).hasSize(2);
    assertThat(farm.held(one).contact()).isEqualTo(CONTACT + "3600");
    assertThat(contacts(one))
        .containsExactly("sip:1001@192.168.77.1:40000", "sip:1001@192.168.77.2:40000");
    assertThat(asks(one)).isFalse();
    assertThat(asks(two)).isFalse();

    RegisteringPhone thief = device(3);
    thief.password = "wrong";
    thief.register();
    assertThat(thief.last().status()).isEqualTo(403);
    assertThat(farm.bindings(one)).hasSize(2);
  }

  @Test
  void whereTheUserIsKnownHereTheBackendHearsOfTheFirstDeviceOnly() throws IOException {
    withUsers();
    device(1).register();
    RegisteringPhone two = device(2);
    assertThat(asks(two)).isFalse();
    assertThat(two.last().status()).isEqualTo(200);
    assertThat(two.last().all("Contact")).hasSize(2);
    assertThat(two.granted()).isEqualTo(300);
    assertThat(farm.verdict("joined")).isEqualTo(1);
    assertThat(asks(two)).as("renewal").isFalse();
    assertThat(farm.verdict("absorbed")).isEqualTo(1);
    two.params = ";q=0.5";
    assertThat(asks(two)).as("something new of it").isFalse();
    assertThat(farm.verdict("joined")).isEqualTo(2);

    RegisteringPhone thief = device(3);
    thief.password = "wrong";
    thief.register();
    assertThat(thief.last().status()).isEqualTo(403);
    assertThat(contacts(two)).doesNotContain("sip:1001@192.168.77.3:40000").hasSize(2);
    assertThat(farm.rig.logs().getLast()).contains("status=403 flag=WU");
    assertThat(farm.rig.house.unfinished()).isZero();
  }

  @Test
  void aDeviceThatLeavesStaysBetweenUsAndTheLastOneDoesNot() {
    RegisteringPhone one = device(1).register();
    RegisteringPhone two = device(2).register();
    long asked = farm.asked();
    one.unregister();
    assertThat(one.last().status()).isEqualTo(200);
    assertThat(farm.asked()).isEqualTo(asked);
    assertThat(one.last().first("Contact")).startsWith("<sip:1001@192.168.77.2:40000>");
    assertThat(contacts(two)).containsExactly("sip:1001@192.168.77.2:40000");

    two.unregister();
    assertThat(two.last().status()).isEqualTo(200);
    assertThat(two.last().all("Contact")).isEmpty();
    assertThat(farm.bindings(two)).isEmpty();
    assertThat(farm.switches).allMatch(each -> each.held.isEmpty());
  }

  @Test
  void nobodyElseRemovesADevice() {
    RegisteringPhone one = device(1).register();
    device(2).register();
    RegisteringPhone thief = device(1);
    thief.answersChallenges = false;
    thief.unregister();

    assertThat(thief.last().status()).isEqualTo(401);
    assertThat(farm.bindings(one)).hasSize(2);
  }

  @Test
  void removesAllWhenTheWildcardIsAccepted() {
    RegisteringPhone one = device(1).register();
    device(2).register();
    one.contact = "*";
    one.unregister();

    assertThat(one.last().status()).isEqualTo(200);
    assertThat(farm.bindings(one)).isEmpty();
    assertThat(farm.switches).allMatch(each -> each.held.isEmpty());
  }

  @Test
  void whoComesFirstWhenItIsDueRenewsForAll() {
    RegisteringPhone one = device(1).register();
    RegisteringPhone two = device(2).register();
    long asked = farm.asked();
    int renewals = 0;
    for (int minute = 0; minute < 120; minute += 4) {
      farm.rig.net.run(Duration.ofMinutes(4));
      one.register();
      two.register();
      assertThat(one.last().status()).isEqualTo(200);
      assertThat(two.last().status()).isEqualTo(200);
      renewals += 2;
    }
    // Each with a challenge: three times in two hours at most.
    assertThat(farm.asked() - asked).isBetween(4L, 6L);
    assertThat(farm.verdict("absorbed")).isEqualTo(renewals - farm.verdict("due") / 2);
  }

  @Test
  void removesTheRegistrationWhenTheLastDeviceFellSilent() {
    farm.switches.forEach(each -> each.trusting = true);
    RegisteringPhone one = device(1).register();
    RegisteringPhone two = device(2).register();
    FakeFreeSwitch holding = farm.holding(one);
    farm.rig.net.close(one.address);
    farm.rig.net.run(Duration.ofMinutes(4));
    two.register();
    farm.rig.net.run(Duration.ofMinutes(4));
    assertThat(farm.bindings(one)).as("the other one").hasSize(1);
    assertThat(holding.held).hasSize(1);

    farm.rig.net.close(two.address);
    farm.rig.net.run(Duration.ofMinutes(7));
    assertThat(farm.bindings(one)).isEmpty();
    assertThat(holding.held).isEmpty();
  }

  @Test
  void aBackendThatCameBackEmptyGetsTheOneRegistration() {
    farm.switches.forEach(each -> each.trusting = true);
    RegisteringPhone one = device(1).register();
    RegisteringPhone two = device(2).register();
    FakeFreeSwitch back = farm.holding(one);
    String name = farm.holder(one);
    back.empty();
    farm.rig.net.close(back.backend.address);
    farm.rig.net.run(Duration.ofSeconds(8));
    farm.rig.net.open(back.backend.address, back.backend);
    farm.rig.net.run(Duration.ofSeconds(10));

    assertThat(farm.held(one).contact()).isEqualTo(CONTACT + "3600");
    assertThat(farm.held(one).path()).isEqualTo(PATH);
    assertThat(farm.replayed(name, "registered")).isEqualTo(1);
    assertThat(asks(one)).isFalse();
    assertThat(asks(two)).isFalse();
  }

  @Test
  void allMoveTogetherWhenTheirBackendIsDown() {
    RegisteringPhone one = device(1).register();
    RegisteringPhone two = device(2).register();
    FakeFreeSwitch dead = farm.holding(one);
    dead.empty();
    farm.rig.net.close(dead.backend.address);
    farm.rig.net.run(Duration.ofSeconds(5));
    one.register();

    assertThat(one.last().status()).isEqualTo(200);
    String holder = farm.holder(one);
    assertThat(farm.bindings(one))
        .extracting(Binding::upstream)
        .extracting(Binding.Upstream::backend)
        .containsOnly(holder);
    assertThat(asks(two)).isFalse();
  }

  @Test
  void aCallFromTheFarmToTheOneContactRingsAllDevices() {
    RegisteringPhone one = device(1).register();
    RegisteringPhone two = device(2).register();
    FakeBackend backend = farm.backend(one);
    Leg leg = message(backend);
    farm.rig.net.runMs(200);

    assertThat(leg.statuses("MESSAGE")).containsExactly(200);
    assertThat(one.calls()).hasSize(1);
    assertThat(two.calls()).hasSize(1);
    assertThat(one.calls().getFirst().uri()).isEqualTo("sip:1001@192.168.77.1:40000");
    assertThat(one.calls().getFirst().all("Route")).isEmpty();
    assertThat(backend.requests("MESSAGE")).isZero();
    assertThat(farm.rig.house.unfinished()).isZero();
  }

  @Test
  void aBackendThatSharesTheRegistrationsReachesThemToo() {
    RegisteringPhone one = device(1).register();
    FakeBackend own = farm.backend(one);
    FakeBackend other =
        farm.rig.backends.stream().filter(each -> each != own).findFirst().orElseThrow();
    assertThat(send(other).statuses("MESSAGE")).containsExactly(200);
    assertThat(one.calls()).hasSize(1);
    assertThat(own.requests("MESSAGE")).isZero();
  }

  @Test
  void whoeverElseWritesTheMarkIsRefused() {
    RegisteringPhone one = device(1).register();
    FakeAgent stranger = farm.rig.phone();
    assertThat(send(stranger).statuses("MESSAGE")).containsExactly(403);
    assertThat(one.calls()).isEmpty();
    assertThat(farm.backend(one).requests("MESSAGE")).isZero();
  }

  @Test
  void aCallToAUserWhoIsHereNoMoreDoesNotGoRound() {
    FakeBackend backend = farm.rig.backend(1);
    assertThat(send(backend).statuses("MESSAGE")).containsExactly(480);
    assertThat(farm.rig.backends).allMatch(each -> each.requests("MESSAGE") == 0);
  }

  private Leg send(FakeAgent from) {
    Leg leg = message(from);
    farm.rig.net.runMs(200);
    return leg;
  }

  private static Leg message(FakeAgent from) {
    String user = "sip:1001@farm.test";
    Leg leg = new Leg(from, from.mint("call"), "ft", "sip:1000@10.0.0.1", user, user);
    leg.routes = List.of(PATH);
    from.legs.put(leg.callId, leg);
    from.request(leg, "MESSAGE", 1);
    return leg;
  }
}
