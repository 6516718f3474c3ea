// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyScenarioTest {
  private final HouseRig rig = HouseRig.serial();
  private final FakePhone phone = rig.phone();
  private final FakeBackend b1 = rig.backend(1);

  @Test
  void setsUpAndTearsDownACall() {
    Leg call = phone.invite();
    rig.net.runMs(100);

    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(rig.house.calls()).isEqualTo(1);
    assertThat(rig.load(1)).isEqualTo(1);
    assertThat(b1.copies("ACK")).isEqualTo(1);

    call.bye();
    rig.net.runMs(100);

    assertThat(call.statuses("BYE")).containsExactly(200);
    assertThat(b1.requests("BYE")).isEqualTo(1);
    assertThat(rig.log())
        .isEqualTo("INVITE route=all pool=farm backend=b1 tries=1 status=200 flag=- ended=caller");
    rig.assertEmpty();
  }

  @Test
  void passesTheCalleesBye() {
    Leg call = phone.invite();
    rig.net.runMs(100);

    Leg callee = b1.facing(call);
    callee.bye();
    rig.net.runMs(100);

    assertThat(callee.statuses("BYE")).containsExactly(200);
    assertThat(call.methods()).containsExactly("BYE");
    assertThat(rig.log()).endsWith("status=200 flag=- ended=callee");
    rig.assertEmpty();
  }

  @Test
  void carriesRequestsInsideTheDialogBothWays() {
    Leg call = phone.invite();
    rig.net.runMs(100);
    Leg callee = b1.facing(call);

    for (String method : List.of("INVITE", "UPDATE", "INFO", "REFER", "NOTIFY", "MESSAGE", "PRACK", "DANCE")) {
      call.send(method);
      callee.send(method);
      rig.net.runMs(100);
      assertThat(call.last(method).status()).as(method).isEqualTo(200);
      assertThat(callee.last(method).status()).as(method).isEqualTo(200);
    }
    assertThat(call.requests.stream().filter(r -> r.method().equals("ACK")).count()).isEqualTo(1);
    assertThat(b1.copies("ACK")).isEqualTo(2);
    call.bye();
    rig.assertEmpty();
  }
}
