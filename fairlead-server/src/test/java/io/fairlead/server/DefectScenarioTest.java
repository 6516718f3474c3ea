// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A step that throws, wherever it may be: the network under the house does so at the first thing it
 * is asked, then in another house at the second, and so on to the last. Each time the caller has an
 * answer, nothing is held in the end, and the next call is served.
 */
class DefectScenarioTest {
  /** What happens until something breaks. */
  enum Story {
    CALL,
    FAILOVER,
    SILENCE,
    CANCEL,
    FANOUT,
    FROM_A_STREAM,
    CUT,
    IN_DIALOG,
    PACED;

    private ServerRig rig() {
      return switch (this) {
        case FANOUT -> ServerRig.farm("balance: fanout");
        case PACED -> ServerRig.farm("balance: least-calls", "cps-queue: 2s");
        default ->
            ServerRig.of(3, this == IN_DIALOG ? 2 : 1, ServerRig.farmYaml("balance: priority"));
      };
    }

    private Transport by() {
      return this == FROM_A_STREAM || this == CUT ? CapturedFlow.TCP : CapturedFlow.UDP;
    }

    private void tell(ServerRig rig, FakePhone phone, Leg call) {
      switch (this) {
        case CALL, FANOUT, FROM_A_STREAM, PACED -> {}
        case FAILOVER -> rig.backend(1).says(503);
        case SILENCE -> rig.backend(1).silent();
        case CANCEL, CUT -> rig.backend(1).rings();
        case IN_DIALOG -> rig.backend(1).takes();
      }
      phone.request(call, "INVITE", call.cseq);
      rig.net.runMs(200);
      switch (this) {
        case CANCEL -> phone.cancel(call);
        case CUT -> phone.hangUp();
        case IN_DIALOG -> {
          for (String method : List.of("INVITE", "INFO", "UPDATE")) {
            if (!call.remoteTag.isEmpty()) {
              call.send(method);
            }
          }
        }
        default -> {}
      }
      rig.net.run(Duration.ofSeconds(10));
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsWhatItTouches(Story story) {
    // How many there are differs a little: each call has a loop by its Call-ID.
    int point = 1;
    while (play(story, point)) {
      point++;
    }
    assertThat(point).isGreaterThan(20);
  }

  // Tells whether the network was asked for something that often.
  private static boolean play(Story story, int point) {
    ServerRig rig = story.rig();
    Fuse fuse = new Fuse(point);
    List<String> met = new ArrayList<>();
    FakePhone phone = rig.phone(story.by());
    phone.strays = true;
    rig.backends.forEach(backend -> backend.strays = true);
    Leg call = phone.leg("sip:bob@example.com");
    rig.net.defects = (what, e) -> met.add(what);
    rig.net.fuse = fuse;
    story.tell(rig, phone, call);
    rig.net.fuse = () -> {};
    String where = story + ", point " + point + ", " + met + "\n" + fuse.where;
    if (story != Story.CUT) {
      assertThat(call.statuses("INVITE")).as(where).isNotEmpty();
      assertThat(call.statuses("INVITE").getLast()).as(where).isGreaterThanOrEqualTo(200);
    }
    assertThat(met).as(where).hasSize(fuse.hasBlown() ? 1 : 0);
    end(rig, call);
    rig.net.defects =
        (what, e) -> {
          throw new AssertionError(where, e);
        };
    serves(rig, where);
    return fuse.hasBlown();
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "mode: forward", "mode: mid"})
  void answersRegistrations(String mode) {
    int point = 1;
    while (register(mode, point)) {
      point++;
    }
    assertThat(point).isGreaterThan(5);
  }

  private static boolean register(String mode, int point) {
    boolean local = mode.equals("local");
    ServerRig rig =
        local ? new RegisterRig(1).rig : new UpstreamRig(mode, "balance: round-robin").rig;
    RegisteringPhone phone = new RegisteringPhone(rig, "alice", 10_001);
    phone.domain = local ? "example.com" : "farm.test";
    Fuse fuse = new Fuse(point);
    List<String> met = new ArrayList<>();
    rig.net.defects = (what, e) -> met.add(what);
    rig.net.fuse = fuse;
    phone.register();
    rig.net.fuse = () -> {};
    String where = mode + ", point " + point + ", " + met + "\n" + fuse.where;
    assertThat(phone.responses).as(where).isNotEmpty();
    assertThat(phone.responses.getLast().status()).as(where).isIn(200, 500);
    rig.net.run(Duration.ofSeconds(40));
    phone.register();
    assertThat(phone.responses.getLast().status()).as(where).isEqualTo(200);
    rig.assertEmpty(where);
    return fuse.hasBlown();
  }

  private static void end(ServerRig rig, Leg call) {
    if (!call.remoteTag.isEmpty()) {
      call.bye();
    }
    rig.net.runMs(1000);
    // What a defect kept from the one side, the other ends.
    rig.backends.stream()
        .filter(each -> each.legs.containsKey(call.callId))
        .forEach(each -> each.facing(call).bye());
  }

  private static void serves(ServerRig rig, String where) {
    rig.backends.forEach(FakeBackend::takes);
    rig.net.run(Duration.ofMinutes(7));
    assertThat(rig.house.calls()).as(where).isZero();
    Leg next = rig.phone().invite();
    rig.net.runMs(200);
    assertThat(next.statuses("INVITE").getLast()).as(where).isEqualTo(200);
    next.bye();
    rig.assertEmpty(where);
  }

  /** Blows once, at the time it is told. */
  private static final class Fuse implements Runnable {
    private final int at;
    private int count;
    private String where = "";

    Fuse(int at) {
      this.at = at;
    }

    boolean hasBlown() {
      return count >= at;
    }

    @Override
    public void run() {
      count++;
      if (count == at) {
        IllegalStateException e = new IllegalStateException("on purpose");
        where =
            String.join(
                "\n",
                java.util.Arrays.stream(e.getStackTrace()).limit(9).map(Object::toString).toList());
        throw e;
      }
    }
  }
}
