// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that claim a dialog they do not have. */
@Timeout(120)
class RefusalIT {
  /** The longest word of a Route that only its maker can make: the sealed cookie. */
  private static final Pattern COOKIE = Pattern.compile("[A-Za-z0-9+/_~-]{12,}");

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void refusesTamperedCookie(TestTransport over) throws IOException {
    try (LoopbackFarm farm = LoopbackFarm.over(over).backend("backend-call").start();
        TextPeer caller = new TextPeer(over, farm.address())) {
      TextDialog dialog = new TextDialog(caller, farm.address());
      dialog.invite("c1");
      dialog.isAnswered(caller.receiveFinal());
      dialog.hangUpBy(tampered(dialog.route()));
      assertThat(TextPeer.status(caller.receiveFinal())).isBetween(400, 499);
      assertThat(farm.backend(0).received("BYE")).isZero();
      // The call itself is untouched by it.
      dialog.hangUp();
      assertThat(TextPeer.status(caller.receiveFinal())).isEqualTo(200);
      farm.backend(0).succeeds();
    }
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void answers481ToByeOutsideDialog(TestTransport over) throws IOException {
    try (LoopbackFarm farm =
            LoopbackFarm.over(over).backend(Sipp.play("backend-call").calls(0)).start();
        TextPeer caller = new TextPeer(over, farm.address())) {
      caller.send(
          "BYE sip:1000@" + Loopback.text(farm.address()) + " SIP/2.0",
          "Via: " + caller.via("d1"),
          "From: <sip:alice@example.com>;tag=alice",
          "To: <sip:1000@example.com>;tag=nobody",
          "Call-ID: nothing-of-the-kind",
          "CSeq: 2 BYE",
          "Max-Forwards: 70");
      assertThat(TextPeer.status(caller.receiveFinal())).isEqualTo(481);
      assertThat(farm.backend(0).received()).isEmpty();
    }
  }

  /** One character of the cookie changed. */
  private static List<String> tampered(List<String> route) {
    List<String> changed = new ArrayList<>();
    boolean found = false;
    for (String each : route) {
      Matcher cookie = COOKIE.matcher(each);
      if (cookie.find()) {
        found = true;
        int middle = (cookie.start() + cookie.end()) / 2;
        char other = each.charAt(middle) == 'A' ? 'B' : 'A';
        changed.add(each.substring(0, middle) + other + each.substring(middle + 1));
      } else {
        changed.add(each);
      }
    }
    assertThat(found).as("a cookie in " + route).isTrue();
    return changed;
  }
}
