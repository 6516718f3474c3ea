// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vias and Record-Routes that came in one line (RFC 3261 §7.3.1), and peers that stumble there. */
class HeaderLinesScenarioTest {
  private static final String BELOW = "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKx";

  private final ServerRig rig = ServerRig.serial();
  private final FakePhone phone = rig.phone();
  private final FakeBackend b1 = rig.backend(1);

  private static List<String> lines(Seen message, String name) {
    return message.text().lines().filter(line -> line.startsWith(name + ":")).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", " + BELOW, "," + BELOW + ",SIP/2.0/TCP 192.0.2.3;branch=z9hG4bKy"})
  void oursAndEveryOtherViaStandOnLinesOfTheirOwn(String below) {
    phone.viasBelow = below;
    Leg call = phone.invite();
    rig.net.runMs(100);
    call.send("INFO");
    rig.net.runMs(100);
    call.bye();
    rig.net.runMs(100);

    int vias = 2 + below.split("SIP/2.0", -1).length - 1;
    for (String method : List.of("INVITE", "ACK", "INFO", "BYE")) {
      Seen request = b1.last(method);
      assertThat(lines(request, "Via")).hasSize(vias).noneMatch(line -> line.contains(","));
      assertThat(lines(request, "Via").getFirst()).contains("203.0.113.10");
    }
    assertThat(lines(b1.last("INVITE"), "Record-Route")).hasSize(1);
    rig.assertEmpty();
  }

  @Test
  void theCalleeWhoMultipliesListsAnswersWithTheViasThatWereWritten() {
    b1.multipliesLists = true;
    phone.viasBelow = ", " + BELOW + ",SIP/2.0/UDP 192.0.2.3;branch=z9hG4bKy";
    Leg call = phone.invite();
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(call.last("INVITE").all("Via")).hasSize(3);
    call.bye();
    Leg subscription =
        phone.begin("SUBSCRIBE", "Record-Route: <sip:192.0.2.2;lr>,<sip:192.0.2.3;lr>");
    rig.net.runMs(100);

    assertThat(call.last("BYE").all("Via")).hasSize(3);
    assertThat(subscription.last("SUBSCRIBE").all("Via")).hasSize(3);
    assertThat(subscription.last("SUBSCRIBE").all("Record-Route")).hasSize(3);
    rig.assertEmpty();
  }

  @Test
  void anAnswerWithViasThatNobodyWroteFindsItsWay() {
    phone.viasBelow = ", " + BELOW;
    b1.script = in -> in.answer(180, "Via: " + BELOW).answerAfter(50, 200, "Via: " + BELOW);
    Leg call = phone.invite();
    rig.net.runMs(100);

    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(call.last("INVITE").all("Via")).hasSize(3);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void aCallerWhoseViasCameInOneLineCanCancel() {
    phone.viasBelow = ", " + BELOW;
    b1.rings();
    Leg call = phone.invite();
    rig.net.runMs(100);
    call.cancel();
    rig.net.runMs(100);

    assertThat(call.last("INVITE").status()).isEqualTo(487);
    assertThat(lines(b1.last("CANCEL"), "Via")).hasSize(1);
    assertThat(b1.last("CANCEL").branch()).isEqualTo(b1.last("INVITE").branch());
    rig.assertEmpty();
  }
}
