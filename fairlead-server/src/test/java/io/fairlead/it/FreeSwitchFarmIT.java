// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.admin.Json;
import io.fairlead.admin.JsonObject;
import io.fairlead.esl.EslSimulator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What a farm's event sockets tell, and what callers notice of it. */
@Timeout(240)
@ResourceLock("load")
@Order(4)
class FreeSwitchFarmIT {
  private static final String PLAIN = "to: farm";
  private static final String ROOMS = "to: farm, affinity: { key: user, mode: discovered }";

  @TempDir private Path folder;

  private static Sipp.Script wave(FreeSwitchFarm farm, int calls) {
    return farm.caller("caller-call").calls(calls).rate(40, Duration.ofMillis(300));
  }

  private static Sipp.Script holding(FreeSwitchFarm farm, String user, int calls) {
    return farm.caller("caller-holds-on").with("user", user).calls(calls);
  }

  private static Sipp.Script toRoom(FreeSwitchFarm farm, int calls) {
    return holding(farm, "3000", calls)
        .with("hold", "300")
        .with("bye", "200")
        .rate(10, Duration.ZERO);
  }

  @Test
  void noCallerNoticesThatOneIsPaused() throws IOException {
    try (FreeSwitchFarm farm = FreeSwitchFarm.start(folder, "least-load", PLAIN)) {
      Sipp load = farm.call(wave(farm, 320));
      assertThat(Loopback.await(Duration.ofSeconds(30), () -> farm.invites().getFirst() > 5))
          .isTrue();
      farm.pause(1);
      JsonObject paused =
          farm.await(1, "saturated", each -> each.text("reason").startsWith("paused"));
      assertThat(paused.text("state")).isEqualTo("saturated");
      farm.ends(load);

      assertThat(farm.calls(wave(farm, 40))).startsWith(0L).containsOnlyOnce(0L);
      JsonObject told = Objects.requireNonNull(Json.read(farm.says("status", "--json").strip()));
      assertThat(told.each("pools").getFirst().each("backends").getFirst().text("reason"))
          .isEqualTo("paused: fsctl pause_check inbound is true");

      farm.resume(1);
      farm.await(1, "healthy", each -> each.text("state").equals("healthy"));
      assertThat(farm.calls(wave(farm, 40))).doesNotContain(0L);
    }
  }

  @Test
  void callsGoOnBeingBalancedWhateverHappensToEventSockets() {
    try (FreeSwitchFarm farm = FreeSwitchFarm.start(folder, "least-load", PLAIN)) {
      Sipp load = farm.call(wave(farm, 320));
      farm.still(2);
      JsonObject still = farm.await(2, "stale", each -> each.truth("stale"));
      assertThat(still.text("esl")).isEqualTo("connected");
      farm.mute(1);
      farm.socket(2).leave();
      farm.socket(2).cut();
      farm.socket(3).password("another");
      farm.socket(3).cut();
      JsonObject mute = farm.await(1, "silent", each -> each.text("esl-problem").equals("silent"));
      assertThat(mute.truth("stale")).isTrue();
      farm.await(2, "unreachable", each -> each.text("esl-problem").equals("unreachable"));
      farm.await(3, "locked", each -> each.text("esl-problem").equals("wrong-password"));
      farm.ends(load);
      assertThat(farm.calls(wave(farm, 60))).allMatch(calls -> calls >= 10);
      for (int i = 1; i <= 3; i++) {
        assertThat(farm.status(i).truth("takes-calls")).isTrue();
      }
      assertThat(mute.text("esl")).contains("no answer");
      assertThat(farm.status(2).text("esl")).endsWith(": Connection refused");
      assertThat(farm.status(3).text("esl")).contains("the password is refused");

      farm.speak(1);
      farm.socket(2).comeBack();
      farm.speak(2);
      farm.socket(3).password(EslSimulator.PASSWORD);
      farm.awaitSockets();
      assertThat(farm.calls(wave(farm, 60))).allMatch(calls -> calls >= 10);
    }
  }

  @Test
  void theCallsOfOneThatWasStartedAnewLeaveTheBooks() {
    try (FreeSwitchFarm farm = FreeSwitchFarm.start(folder, "priority", PLAIN)) {
      Sipp talking = farm.call(holding(farm, "1000", 3).with("hold", "20000").with("bye", "481"));
      farm.await(1, "busy", each -> each.number("calls", -1) == 3);
      farm.killed(1);
      farm.await(1, "empty", each -> each.number("calls", -1) == 0);
      assertThat(farm.logs("backend fs1 of pool farm was started anew: 3 of its calls are gone"))
          .isTrue();
      assertThat(talking.running()).isTrue();
      farm.ends(talking);

      farm.await(1, "healthy", each -> each.text("state").equals("healthy"));
      assertThat(farm.calls(wave(farm, 5))).containsExactly(5L, 0L, 0L);
    }
  }

  @Test
  void drainsEndsTheLastCallsAndTakesBack() throws IOException {
    try (FreeSwitchFarm farm = FreeSwitchFarm.start(folder, "priority", PLAIN)) {
      farm.obeysHupall(1);
      Sipp talking = farm.call(holding(farm, "1000", 3).with("hold", "30000").with("bye", "200"));
      farm.await(1, "busy", each -> each.number("calls", -1) == 3);
      farm.says("drain", "fs1", "--deadline", "2s", "--calls", "bye", "--then", "maintenance");
      assertThat(farm.calls(wave(farm, 3))).containsExactly(0L, 3L, 0L);
      farm.ends(talking);
      assertThat(talking.received("BYE")).isEqualTo(3);
      assertThat(farm.socket(1).commands()).contains("api hupall MANAGER_REQUEST");
      JsonObject after = farm.await(1, "empty", each -> each.number("calls", -1) == 0);
      assertThat(after.text("state")).isEqualTo("maintenance");
      farm.keepsCalls(1);
      assertThat(farm.calls(wave(farm, 3))).containsExactly(0L, 3L, 0L);

      assertThat(farm.says("ready", "fs1")).containsPattern("farm/fs1 +healthy");
      assertThat(farm.calls(wave(farm, 3))).containsExactly(3L, 0L, 0L);
    }
  }

  @Test
  void callersOfARoomGoWhereItLives() {
    try (FreeSwitchFarm farm = FreeSwitchFarm.start(folder, "least-calls", ROOMS)) {
      int first = farm.calls(toRoom(farm, 1)).indexOf(1L) + 1;
      int second = first % 3 + 1;
      int third = second % 3 + 1;

      conference(farm, second, "conference-create");
      farm.awaitRooms(1);
      assertThat(farm.calls(toRoom(farm, 10)).get(second - 1)).isEqualTo(10);

      conference(farm, second, "conference-destroy");
      farm.awaitRooms(0);
      farm.socket(third)
          .answer(
              "conference list summary",
              "+OK Conference 3000-pbx.example@default (2 members rate: 8000 flags: running)\n");
      farm.restartFairlead();
      farm.awaitRooms(1);
      assertThat(farm.calls(toRoom(farm, 10)).get(third - 1)).isEqualTo(10);
    }
  }

  private static void conference(FreeSwitchFarm farm, int number, String action) {
    farm.socket(number)
        .custom(
            "conference::maintenance",
            Map.of(
                "Conference-Name", "3000-pbx.example@default",
                "Conference-Size", "2",
                "Action", action));
  }
}
