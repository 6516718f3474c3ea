// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ten thousand joins to a thousand rooms on three FreeSWITCHes, while one is killed and comes back
 * and another is drained: no room ever has members on two that live.
 */
class RoomFarmScenarioTest {
  private static void weather(RoomFarm farm) {
    farm.callers(2000);
    farm.kill(2);
    farm.callers(2000);
    int rooms = farm.roomsOn(1);
    farm.drain(1);
    farm.callers(1000);
    farm.start(2);
    farm.callers(2500);
    // Those left have had members all the time.
    int left = farm.roomsOn(1);
    assertThat(left).isBetween(1, rooms / 2);
    assertThat(farm.roomsOn(2)).isPositive();
    farm.undrain(1);
    farm.callers(2500);
    assertThat(farm.roomsOn(1)).isGreaterThan(left);
  }

  private static void holds(RoomFarm farm) {
    farm.settle();
    assertThat(farm.split).isEmpty();
    // Lost are only those that the killed one had taken on but not answered.
    assertThat(farm.answered() + farm.unanswered).isEqualTo(10_000);
    assertThat(farm.unanswered).isLessThan(10);
    for (ServerRig house : farm.houses()) {
      assertThat(house.house.calls()).isZero();
      assertThat(RoomFarm.pool(house).residences("farm").held()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rendezvous", "sticky"})
  void oneNodeSplitsNoRoom(String mode) {
    RoomFarm farm = new RoomFarm(11, 1, 4, "mode: " + mode);
    weather(farm);
    holds(farm);
  }

  @Test
  void twoNodesThatHearOfRoomsSplitNone() {
    RoomFarm farm = new RoomFarm(12, 2, 2, "mode: discovered");
    weather(farm);
    holds(farm);
  }

  @Test
  void twoNodesThatOnlyHashSplitNoneWhenOneIsKilled() {
    RoomFarm farm = new RoomFarm(13, 2, 2, "mode: rendezvous");
    farm.callers(5000);
    farm.kill(2);
    farm.callers(5000);
    holds(farm);
  }
}
