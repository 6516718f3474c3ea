// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.esl.FakeEsl;
import io.fairlead.pool.RoomDirectory.Room;
import io.fairlead.pool.affinity.RendezvousHash;
import io.fairlead.pool.freeswitch.RoomReport.Kind;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Queues that every FreeSWITCH lists: where each lives, by who waits and who serves. */
class QueuesTest {
  private static final String ESL = "esl: { password: x, max-rooms: 5 }";
  private static final String QUEUES = "callcenter_config queue list";
  private static final String TABLE = "name|strategy\nsupport@default|ring-all\n+OK\n";
  private static final String WAITING = "callcenter_config queue list members support@default";
  private static final String AGENTS = "callcenter_config queue count agents support@default";

  private final PoolRig farm = PoolRig.of(ESL, PoolRig.backends(2, ""));
  private final FakeEsl.Session b1 = farm.esl.of("b1");
  private final FakeEsl.Session b2 = farm.esl.of("b2");

  private void connect() {
    b1.connect();
    b2.connect();
    farm.loop.advanceMs(100);
  }

  private @Nullable String home(String key) {
    Room home = farm.pool().rooms().find(key, RendezvousHash.key("farm", key));
    return home == null ? null : home.backend().name();
  }

  private List<String> all() {
    return farm.pool().rooms().all().stream()
        .map(room ->
            room.said().kind()
                + " "
                + room.said().name()
                + " "
                + room.backend()
                + " "
                + room.said().members())
        .sorted()
        .toList();
  }

  private void queues() {
    for (FakeEsl.Session each : List.of(b1, b2)) {
      each.answers.put(QUEUES, TABLE);
      people(each, 0, 0, 0);
    }
  }

  private static void people(FakeEsl.Session at, int waiting, int agents, int loggedOut) {
    String rows = "support@default|x|a|b|Waiting|1\n".repeat(waiting);
    String gone = "support@default|x|a|Abandoned|2\nsupport@default|x|a|Answered|3\n";
    at.answers.put(WAITING, "queue|uuid|cid_name|state|score\n" + rows + gone + "+OK\n");
    at.answers.put(AGENTS, agents + "\n");
    at.answers.put(AGENTS + " 'Logged Out'", loggedOut + "\n");
  }

  private String other(String home) {
    return home.equals("b1") ? "b2" : "b1";
  }

  @Test
  void aQueueThatNobodyUsesLivesByHashWhicheverEventSocketCameFirst() {
    queues();
    b1.connect();
    farm.loop.advanceMs(100);
    b2.connect();
    farm.loop.advanceMs(100);
    String first = home("support");

    PoolRig again = PoolRig.of(ESL, PoolRig.backends(2, ""));
    for (String each : List.of("b2", "b1")) {
      again.esl.of(each).answers.put(QUEUES, TABLE);
      again.esl.of(each).connect();
      again.loop.advanceMs(100);
    }
    Room home = again.pool().rooms().find("support", RendezvousHash.key("farm", "support"));
    assertThat(home).isNotNull().extracting(room -> room.backend().name()).isEqualTo(first);
    assertThat(
            List.of("sales", "support", "billing", "night", "gold", "lobby").stream()
                .map(key -> hashed(again, key))
                .distinct())
        .as("not always the same one")
        .hasSize(2);
  }

  private static String hashed(PoolRig farm, String key) {
    for (String name : List.of("b1", "b2")) {
      farm.pool().rooms().put(new Room(Kind.QUEUE, key, key, farm.backend(name), 0));
    }
    Room home = farm.pool().rooms().find(key, RendezvousHash.key("farm", key));
    return home == null ? "" : home.backend().name();
  }

  @Test
  void whoWaitsWeighsMoreThanAListingAndAgentsMoreThanWhoWaits() {
    queues();
    connect();
    FakeEsl.Session home = farm.esl.of(String.valueOf(home("support")));
    FakeEsl.Session other = home == b1 ? b2 : b1;
    people(other, 2, 0, 0);
    farm.loop.advance(Duration.ofSeconds(61));
    assertThat(home("support")).isEqualTo(other.target().name());

    people(home, 0, 3, 2);
    home.custom("callcenter::info", "CC-Action", "agent-status-change", "CC-Agent", "1000");
    farm.loop.advance(Duration.ofSeconds(2));
    assertThat(home("support")).isEqualTo(home.target().name());

    people(home, 0, 3, 3);
    home.custom("callcenter::info", "CC-Action", "agent-status-change", "CC-Agent", "1001");
    farm.loop.advance(Duration.ofSeconds(2));
    assertThat(home("support")).isEqualTo(other.target().name());
  }

  @Test
  void aQueueThatNobodyUsesIsLeftForWhoTakesCalls() {
    queues();
    connect();
    String home = String.valueOf(home("support"));
    farm.backend(home).drain();
    farm.loop.runCommands();
    assertThat(home("support")).isEqualTo(other(home));
    people(farm.esl.of(home), 1, 0, 0);
    farm.loop.advance(Duration.ofSeconds(61));
    assertThat(home("support")).isEqualTo(home);
  }

  @Test
  void anEventOfWhoWaitsIsNewerThanTheCount() {
    queues();
    connect();
    people(b1, 1, 0, 0);
    b1.slow = true;
    farm.loop.advance(Duration.ofSeconds(61));
    // Two questions of the poll, three lists.
    b1.releaseFirst(5);
    farm.loop.runCommands();
    b1.custom(
        "callcenter::info",
        "CC-Action",
        "members-count",
        "CC-Queue",
        "support@default",
        "CC-Count",
        "4");
    b1.custom("callcenter::info", "CC-Action", "members-count", "CC-Queue", "*", "CC-Count", "9");
    farm.loop.runCommands();
    b1.release();
    farm.loop.runCommands();
    assertThat(all()).containsExactly("QUEUE support@default b1 4", "QUEUE support@default b2 0");
  }

  @Test
  void passesOverQueuesWhoseNamesAreNoWordOfACommand() {
    b1.answers.put(QUEUES, "name|strategy\na b@x|r\nc'd@x|r\ne@x|r\n+OK\n");
    connect();
    assertThat(b1.commands)
        .filteredOn(each -> each.startsWith("callcenter_config queue list m"))
        .containsExactly("callcenter_config queue list members e@x");
    assertThat(all()).hasSize(3);
  }

  @Test
  void theFifoThatIsAlwaysThereIsNone() {
    b1.answers.put(
        "fifo list",
        "<fifo name=\"manual_calls\" consumer_count=\"0\" caller_count=\"0\">\n"
            + "<fifo name=\"lobby@x\" consumer_count=\"2\" caller_count=\"1\">\n");
    connect();
    b1.custom("fifo::info", "FIFO-Name", "manual_calls", "FIFO-Action", "bridge-caller-start");
    b1.custom("fifo::info", "FIFO-Name", "lobby@x", "FIFO-Action", "consumer_stop");
    b1.custom("fifo::info", "FIFO-Name", "lobby@x", "FIFO-Action", "timeout");
    farm.loop.runCommands();
    assertThat(farm.pool().rooms().all())
        .singleElement()
        .matches(room -> room.said().name().equals("lobby@x") && room.people() == 1);
  }
}
