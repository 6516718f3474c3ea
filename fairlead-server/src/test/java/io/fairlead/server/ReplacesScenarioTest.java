// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.pool.Backend;
import io.fairlead.pool.health.HealthState;
import io.fairlead.transport.CapturedFlow;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that names a dialog goes to the backend that has it (RFC 3891, 3911, 4538). */
class ReplacesScenarioTest {
  private static final String TURNS = "balance: round-robin";

  private ServerRig rig = ServerRig.farm(TURNS);

  /** A call that lives, or rings, on the second of three backends. */
  private Leg onSecond() {
    for (int i = 0; i < 50; i++) {
      Leg call = rig.phone().invite();
      rig.net.runMs(100);
      if (rig.backend(2).legs.containsKey(call.callId)) {
        return call;
      }
      call.cancel();
      if (!call.remoteTag.isEmpty()) {
        call.bye();
      }
      rig.net.runMs(100);
    }
    throw new AssertionError("no call came to the second backend");
  }

  // As the backend that is asked sees it: its own tag is the one in To.
  private static String named(Leg call) {
    return call.callId + ";to-tag=" + call.remoteTag + ";from-tag=" + call.localTag;
  }

  private static String escaped(String text) {
    return text.replace(";", "%3B").replace("=", "%3D");
  }

  private long requests(int backend, String method) {
    return rig.backend(backend).requests(method);
  }

  private void assertSecondHas(Leg asking, String method) {
    assertThat(asking.last(method).status()).isEqualTo(200);
    assertThat(rig.backend(2).received)
        .anyMatch(seen -> seen.isRequest() && seen.callId().equals(asking.callId));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void reachesTheBackendOnWhicheverLoopTheCallLives(int loops) {
    rig = ServerRig.of(1, loops, ServerRig.farmYaml(TURNS));
    Leg call = onSecond();
    Set<Boolean> onOneLoop = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      Leg asking = rig.phone().invite("Replaces: " + named(call));
      rig.net.runMs(200);
      assertSecondHas(asking, "INVITE");
      onOneLoop.add(loop(asking) == loop(call));
      asking.bye();
      rig.net.runMs(100);
    }
    assertThat(onOneLoop).hasSize(loops == 1 ? 1 : 2);
    call.bye();
    rig.net.runMs(100);
    rig.assertEmpty();
  }

  private int loop(Leg call) {
    byte[] id = call.callId.getBytes(StandardCharsets.US_ASCII);
    return rig.house.dispatcher().ofCall(id, 0, id.length).loop().index();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INVITE    | Replaces: %s;to-tag=%s;from-tag=%s;early-only",
        "INVITE    | replaces : %s ; to-tag = %s ; from-tag = %s",
        "INVITE    | Join: %s;to-tag=%s;from-tag=%s",
        "INVITE    | Target-Dialog: %s;remote-tag=%s;local-tag=%s",
        "INVITE    | Target-Dialog: %s;local-tag=%s;remote-tag=%s",
        "SUBSCRIBE | Target-Dialog: %s;remote-tag=%s;local-tag=%s",
        "REFER     | Target-Dialog: %s;remote-tag=%s;local-tag=%s",
      })
  void readsEachWayOfNamingADialog(String method, String header) {
    Leg call = onSecond();
    for (int i = 0; i < 3; i++) {
      String line = header.formatted(call.callId, call.remoteTag, call.localTag);
      Leg asking = rig.phone().begin(method, line);
      rig.net.runMs(100);
      assertSecondHas(asking, method);
    }
  }

  @Test
  void readsTheDialogInTheReferToOfAReferOutsideIt() {
    Leg call = onSecond();
    for (int i = 0; i < 3; i++) {
      String uri = "sip:bob@example.com?Subject=x&Replaces=" + escaped(named(call)) + "&a=b";
      Leg asking = rig.phone().begin("REFER", "Refer-To: <" + uri + ">");
      rig.net.runMs(100);
      assertSecondHas(asking, "REFER");
    }
  }

  @Test
  void reachesACallThatRings() {
    rig.backends.forEach(FakeBackend::rings);
    Leg call = onSecond();
    String tag = call.last("INVITE").toTag();
    rig.backends.forEach(FakeBackend::takes);
    for (int i = 0; i < 3; i++) {
      String line = "Replaces: " + call.callId + ";to-tag=" + tag + ";from-tag=" + call.localTag;
      Leg asking = rig.phone().invite(line);
      rig.net.runMs(100);
      assertSecondHas(asking, "INVITE");
    }
  }

  @Test
  void reachesTheBackendThatBeganTheCall() {
    rig =
        ServerRig.of(
            1,
            1,
            ServerRig.farmYaml(TURNS)
                .replace(
                    "routes:\n",
                    """
                    registrars: { phones: { domains: [ example.org ], users: off } }
                    routes:
                      - { match: { method: REGISTER }, registrar: phones }
                      - { match: { location: phones }, to-location: phones }
                    """));
    FakePhone alice = rig.phone();
    alice.script = in -> in.answer(200);
    alice.register(alice.contactUri(), "");
    FakeBackend b2 = rig.backend(2);
    Leg call =
        new Leg(b2, "from-b2", "b2tag", "sip:x@example.com", "sip:alice@example.org", "sip:a@b");
    call.target = "sip:alice@example.org";
    call.routes = List.of("<sip:203.0.113.10:5060;lr>");
    b2.legs.put(call.callId, call);
    b2.request(call, "INVITE", 1);
    rig.net.runMs(200);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    for (int i = 0; i < 3; i++) {
      Leg asking =
          rig.phone()
              .invite("Replaces: from-b2;to-tag=b2tag;from-tag=" + call.last("INVITE").toTag());
      rig.net.runMs(100);
      assertSecondHas(asking, "INVITE");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Replaces: nobody@knows;to-tag=a;from-tag=b",
        "Replaces: ",
        "Replaces: ;to-tag=a;from-tag=b",
        "Replaces: KNOWN;to-tag=a;from-tag=b",
        "Replaces: KNOWN",
        "Join: KNOWN;to-tag=;from-tag=",
        "Target-Dialog: ;;;===",
      })
  void isServedAsAnyOtherWhenItNamesNoDialogOfOurs(String header) {
    Leg call = onSecond();
    String line = header.replace("KNOWN", call.callId);
    for (int i = 0; i < 3; i++) {
      Leg asking = rig.phone().invite(line);
      rig.net.runMs(100);
      assertThat(asking.last("INVITE").status()).isEqualTo(200);
    }
    assertThat(rig.load(1)).isEqualTo(1);
    assertThat(rig.load(2)).isEqualTo(2);
    assertThat(rig.load(3)).isEqualTo(1);
  }

  @Test
  void isServedAsAnyOtherWhenTheCallHasEnded() {
    Leg call = onSecond();
    call.bye();
    rig.net.runMs(100);
    for (int i = 0; i < 3; i++) {
      rig.phone().invite("Replaces: " + named(call));
      rig.net.runMs(100);
    }
    assertThat(List.of(rig.load(1), rig.load(2), rig.load(3))).containsOnly(1);
  }

  /** As after a restart, or at another node. */
  @Test
  void goesToTheBackendInTheRequestUriWhenTheDialogIsNotKnownHere() {
    for (int i = 0; i < 3; i++) {
      FakePhone phone = rig.phone();
      Leg asking = phone.leg("sip:bob@10.0.0.2:5060");
      phone.request(asking, "INVITE", 1, "Replaces: other@node;to-tag=a;from-tag=b");
      rig.net.runMs(100);
      assertSecondHas(asking, "INVITE");
    }
  }

  private Backend second() {
    return Objects.requireNonNull(rig.house.pools().all().iterator().next().backend("b2"));
  }

  @Test
  void reachesABackendThatIsDrained() {
    Leg call = onSecond();
    second().drain();
    rig.net.runMs(100);
    assertThat(second().health().state()).isEqualTo(HealthState.DRAINING);
    for (int i = 0; i < 3; i++) {
      Leg asking = rig.phone().invite("Replaces: " + named(call));
      rig.net.runMs(100);
      assertSecondHas(asking, "INVITE");
    }
  }

  @Test
  void doesNotGoToABackendThatIsDown() {
    rig =
        ServerRig.of(
            1,
            1,
            ServerRig.farmYaml(TURNS)
                .replace("health: off", "health: { interval: 1s, timeout: 500ms }"));
    rig.net.runMs(2000);
    Leg call = onSecond();
    rig.net.close(rig.backend(2).address);
    rig.net.runMs(10_000);
    assertThat(second().health().state()).isEqualTo(HealthState.DOWN);
    long before = requests(2, "INVITE");
    Leg asking = rig.phone().invite("Replaces: " + named(call));
    rig.net.runMs(100);

    assertThat(asking.last("INVITE").status()).isEqualTo(200);
    assertThat(requests(2, "INVITE")).isEqualTo(before);
  }

  @Test
  void whatTheOwnerSaysIsTheAnswer() {
    Leg call = onSecond();
    rig.backend(2).says(503);
    long others = requests(1, "INVITE") + requests(3, "INVITE");
    Leg asking = rig.phone().invite("Replaces: " + named(call));
    rig.net.runMs(100);

    assertThat(asking.last("INVITE").status()).isEqualTo(503);
    assertThat(requests(1, "INVITE") + requests(3, "INVITE")).isEqualTo(others);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 5})
  void endsWhenTheCallerGivesUpWhileTheDialogIsLookedFor(int ms) {
    rig = ServerRig.of(3, 4, ServerRig.farmYaml(TURNS));
    Leg call = onSecond();
    for (int i = 0; i < 8; i++) {
      Leg asking = rig.phone().invite("Replaces: " + named(call));
      rig.net.runMs(ms);
      asking.cancel();
      rig.net.runMs(500);
      assertThat(asking.statuses("INVITE")).endsWith(487);
    }
    call.bye();
    rig.net.runMs(100);
    rig.assertEmpty();
  }

  // ---- users of registrars behind us ----

  @Test
  void goesToTheOwnerAndNotToTheBackendThatHasTheUser() {
    UpstreamRig farm = new UpstreamRig("mode: mid", TURNS);
    RegisteringPhone user = farm.phone("1001").register();
    RegisteringPhone second = farm.phone("1002").register();
    assertThat(farm.holder(second)).isNotEqualTo(farm.holder(user));
    FakePhone caller = farm.rig.phone();
    Leg call = caller.leg("sip:1002@farm.test");
    caller.request(call, "INVITE", 1);
    farm.rig.net.runMs(200);
    assertThat(farm.backend(second).legs).containsKey(call.callId);

    FakePhone third =
        new FakePhone(
            farm.rig.net, VirtualNet.at("192.0.2.99", 5060), ServerRig.FAIRLEAD, CapturedFlow.UDP);
    Leg asking = third.leg("sip:1001@farm.test");
    third.request(asking, "INVITE", 1, "Replaces: " + named(call));
    farm.rig.net.runMs(200);

    assertThat(asking.last("INVITE").status()).isEqualTo(200);
    assertThat(farm.backend(second).last("INVITE").callId()).isEqualTo(asking.callId);
  }
}
