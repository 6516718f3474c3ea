// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls whose media stops, or never comes, and calls for which no ports are left. */
@Timeout(120)
class SilentMediaIT {
  private static final int CALLS = 4;
  private static final int ONE_SECOND = 50;
  private static final String REASON = "SIP;cause=408;text=\"No media for 2 s, silent: callee\"";

  private static RelayingFairlead fairlead;

  @BeforeAll
  static void starts() {
    fairlead =
        new RelayingFairlead(
            """
            media:
              relay:
                ports: { four: 64000-64015, six: 64100-64199 }
                address: { four: 127.0.0.1, six: '::1' }
                kernel: off
                timeout: 2s
                silence-check: 100ms
                quarantine: 100ms
            """);
  }

  @AfterAll
  static void stops() {
    fairlead.close();
  }

  @Test
  void endsACallWhoseCalleeFallsSilentAndNamesIt() {
    try (AnchoredCall call = fairlead.phones().begins()) {
      call.talk(2);
      MediaSocket caller = call.caller().media();
      String bye = "";
      for (int i = 0; i < 60 && bye.isEmpty(); i++) {
        caller.send(call.callerSendsTo(), caller.rtp(8, 160));
        bye = call.callee().polls("BYE ", Duration.ofMillis(100));
      }
      String other = call.caller().awaits("BYE ");
      assertThat(TextPeer.header(bye, "Reason")).isEqualTo(REASON);
      assertThat(TextPeer.header(other, "Reason")).isEqualTo(REASON);
      call.callee().answers(bye, 200, null);
      call.caller().answers(other, 200, null);
      assertThat(call.line()).contains("ended-by=proxy", "media-silent=callee");
    }
  }

  @Test
  void namesACallWithMediaInOneDirectionOnly() {
    try (AnchoredCall call = fairlead.phones().begins()) {
      for (int i = 0; i < ONE_SECOND; i++) {
        call.callerSays(8, 160);
      }
      assertThat(call.ends()).contains("one-way=caller", "caller-packets=50", "callee-packets=0");
    }
  }

  @Test
  void doesNotEndACallOnHold() {
    try (AnchoredCall call = fairlead.phones().begins()) {
      call.talk(1);
      call.renegotiates(
          call.caller(), call.caller().sdp("a=inactive"), call.callee().sdp("a=inactive"));
      assertThat(call.callee().polls("BYE ", Duration.ofSeconds(3))).isEmpty();
      List<String> read =
          call.renegotiates(call.caller(), call.caller().sdp(), call.callee().sdp());
      call.ways(read.getFirst(), read.getLast(), "audio");
      call.talk(1);
      call.ends();
    }
  }

  @Test
  void refusesCallsForWhichNoPortsAreLeftUntilOneEnds() {
    List<AnchoredCall> calls = new ArrayList<>();
    awaitFreePairs(2 * CALLS);
    try (AnchoredCall late = fairlead.phones();
        AnchoredCall after = fairlead.phones()) {
      for (int i = 0; i < CALLS; i++) {
        calls.add(fairlead.phones());
        calls
            .getLast()
            .begins(
                calls.getLast().caller().sdp("a=inactive"),
                calls.getLast().callee().sdp("a=inactive"));
      }
      late.caller().invites(late.user(), late.caller().sdp());
      late.caller().acknowledges(late.caller().awaits("SIP/2.0 503"), null);
      assertThat(late.line()).contains("status=503", "flag=MP");

      calls.getFirst().ends();
      awaitFreePairs(2);
      after.begins();
      after.talk(2);
      after.ends();
    } finally {
      calls.forEach(AnchoredCall::close);
    }
  }

  // Those of calls before rest a while.
  private static void awaitFreePairs(int wanted) {
    String free = "fairlead_media_ports_free{network=\"four\"}";
    assertThat(Loopback.await(Duration.ofSeconds(10), () -> fairlead.meter(free) >= wanted))
        .as(free)
        .isTrue();
  }
}
