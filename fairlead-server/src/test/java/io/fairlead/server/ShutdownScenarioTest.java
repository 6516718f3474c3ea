// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.CapturedFlow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What still waits when Fairlead ends is answered, and logged as what it is. */
class ShutdownScenarioTest {
  private final ServerRig rig = ServerRig.serial();
  private final FakePhone phone = rig.phone();
  private final FakeBackend b1 = rig.backend(1);

  private static void stop(ServerRig rig) {
    rig.house.drain();
    rig.net.runMs(10);
    rig.house.stop();
    rig.net.runMs(100);
  }

  @Test
  void aCallThatRingsIsAnswered503AndItsBackendCancelled() {
    b1.rings();
    Leg call = phone.invite();
    rig.net.runMs(100);
    stop(rig);

    assertThat(call.last("INVITE").status()).isEqualTo(503);
    assertThat(call.last("INVITE").first("Retry-After")).isEqualTo("10");
    assertThat(b1.requests("CANCEL")).isEqualTo(1);
    assertThat(rig.log()).contains("backend=b1 tries=1 status=503 flag=SD ended=-");
    rig.assertEmpty();
  }

  @Test
  void aCallThatItsCallerHasCancelledIsHisDoing() {
    b1.rings();
    b1.terminatesOnCancel = false;
    Leg call = phone.invite();
    rig.net.runMs(100);
    call.cancel();
    rig.net.runMs(100);
    stop(rig);

    assertThat(call.last("INVITE").status()).isEqualTo(487);
    assertThat(rig.log()).contains("status=487 flag=CC");
  }

  @ParameterizedTest
  @ValueSource(strings = {"REGISTER", "MESSAGE"})
  void anotherRequestThatWaitsIsAnsweredToo(String method) {
    b1.silent();
    FakePhone stream = rig.phone(CapturedFlow.TCP);
    Leg request = stream.begin(method);
    rig.net.runMs(1_000);
    stop(rig);
    stream.hangUp();
    rig.net.runMs(40_000);

    assertThat(request.last(method).status()).isEqualTo(503);
    assertThat(rig.log()).contains("status=503 flag=SD");
    assertThat(rig.house.unfinished()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"forward", "mid"})
  void aRegisterThatWaitsForItsRegistrarIsAnswered(String mode) {
    UpstreamRig farm = new UpstreamRig("mode: " + mode, "balance: round-robin");
    farm.rig.backends.forEach(FakeBackend::silent);
    RegisteringPhone device = farm.phone("1001");
    device.send("");
    farm.rig.net.runMs(500);
    stop(farm.rig);

    assertThat(device.last().status()).isEqualTo(503);
    assertThat(device.last().first("Retry-After")).isEqualTo("10");
    assertThat(farm.rig.log()).contains("REGISTER").contains("status=503 flag=SD");
    assertThat(farm.rig.house.unfinished()).isZero();
  }

  @Test
  void aCallThatWasAnsweredIsLoggedAndGoesOn() {
    Leg call = phone.invite();
    rig.net.runMs(100);
    stop(rig);

    assertThat(rig.log()).contains("status=200 flag=- ended=shutdown");
    assertThat(call.methods()).isEmpty();
    assertThat(b1.requests("BYE")).isZero();
  }

  @Test
  void aCallWhoseByeWaitsWasEndedByItsCaller() {
    Leg call = phone.invite();
    rig.net.runMs(100);
    b1.inDialog = in -> {};
    call.bye();
    rig.net.runMs(100);
    stop(rig);

    assertThat(call.statuses("BYE")).as("comes again, to whoever serves it then").isEmpty();
    assertThat(rig.log()).contains("status=200 flag=- ended=caller");
    assertThat(rig.house.unfinished()).isZero();
  }

  @Test
  void aReInviteThatWaitsLeavesItsSessionAsItWas() {
    Leg call = phone.invite();
    rig.net.runMs(100);
    b1.inDialog = in -> in.answer(100);
    call.send("INVITE");
    rig.net.runMs(100);
    stop(rig);

    assertThat(call.statuses("INVITE")).endsWith(503);
    assertThat(b1.requests("CANCEL")).isEqualTo(1);
    assertThat(rig.log()).contains("status=200 flag=- ended=shutdown");
  }

  @Test
  void whatTheWiresSayBehindTheEndIsToldToNobody() {
    b1.rings();
    FakePhone stream = rig.phone(CapturedFlow.TCP);
    stream.invite();
    rig.net.runMs(100);
    stop(rig);
    rig.net.close(b1.address);
    stream.hangUp();
    rig.net.runMs(40_000);

    assertThat(rig.log()).contains("status=503 flag=SD");
    assertThat(rig.house.pools().all().iterator().next().backend("b1"))
        .satisfies(b -> assertThat(b.health().state().takesCalls()).isTrue());
  }
}
