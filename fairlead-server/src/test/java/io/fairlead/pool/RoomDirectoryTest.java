// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.esl.EslSessionError;
import io.fairlead.esl.FakeEsl;
import io.fairlead.observe.Meter;
import io.fairlead.pool.RoomDirectory.Room;
import io.fairlead.pool.affinity.RendezvousHash;
import io.fairlead.pool.freeswitch.RoomReport.Kind;
import io.fairlead.pool.health.HealthState;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which conferences and queues live where: lists, events, and what is lost. */
class RoomDirectoryTest {
  private static final String ESL = "esl: { password: x, max-rooms: 5 }";
  private static final String CONFERENCES = "conference list summary";
  private final PoolRig farm = PoolRig.of(ESL, PoolRig.backends(2, ""));
  private final FakeEsl.Session b1 = farm.esl.of("b1");
  private final FakeEsl.Session b2 = farm.esl.of("b2");

  private void connect(String... conferences) {
    b1.answers.put(CONFERENCES, String.join("", conferences));
    b1.connect();
    b2.connect();
    farm.loop.advanceMs(100);
  }

  private static String listed(String name, int members) {
    return "Conference "
        + name
        + " ("
        + members
        + (members == 1 ? " member" : " members")
        + " rate: 8000 flags: running|answered|enforce_min|dynamic|exit_sound|enter_sound)\n";
  }

  private void conference(FakeEsl.Session at, String action, String name, int size) {
    at.custom(
        "conference::maintenance",
        "Action",
        action,
        "Conference-Name",
        name,
        "Conference-Size",
        Integer.toString(size));
    farm.loop.runCommands();
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

  @Test
  void knowsWhatIsThereWhenItConnects() {
    b1.answers.put(
        "callcenter_config queue list",
        "name|strategy|moh_sound\nsupport@default|longest-idle-agent|local_stream://moh\n+OK\n");
    b1.answers.put(
        "fifo list",
        "<fifo_report>\n"
            + "  <fifo name=\"park &amp; wait@pbx\" consumer_count=\"0\" caller_count=\"2\""
            + " waiting_count=\"2\" importance=\"0\">\n"
            + "  </fifo>\n"
            + "</fifo_report>\n");
    connect(listed("3000-192.0.2.2@default", 2), listed("a room (old)@wide", 1));
    assertThat(all())
        .containsExactly(
            "CONFERENCE 3000-192.0.2.2@default b1 2",
            "CONFERENCE a room (old)@wide b1 1",
            "FIFO park & wait@pbx b1 2",
            "QUEUE support@default b1 0");
    assertThat(home("3000")).isEqualTo("b1");
    assertThat(home("support")).isEqualTo("b1");
    assertThat(home("3001")).isNull();
  }

  @Test
  void followsConferencesByEvents() {
    connect();
    conference(b2, "conference-create", "3000-pbx@default", 0);
    assertThat(home("3000")).isEqualTo("b2");
    conference(b2, "add-member", "3000-pbx@default", 1);
    conference(b2, "start-talking", "3000-pbx@default", 1);
    conference(b2, "add-member", "3000-pbx@default", 2);
    conference(b2, "del-member", "3000-pbx@default", 1);
    assertThat(all()).containsExactly("CONFERENCE 3000-pbx@default b2 1");
    conference(b2, "conference-destroy", "3000-pbx@default", 0);
    assertThat(home("3000")).isNull();
    conference(b2, "stop-recording", "3000-pbx@default", 0);
    assertThat(all()).isEmpty();
  }

  @Test
  void followsQueuesByEvents() {
    connect();
    String[] count = {"CC-Action", "members-count", "CC-Queue", "sales@default", "CC-Count", "4"};
    b1.custom("callcenter::info", count);
    b1.custom("callcenter::info", "CC-Action", "agent-state-change", "CC-Agent", "1000");
    b1.custom("fifo::info", "FIFO-Name", "lobby", "FIFO-Action", "push");
    b1.custom("fifo::info", "FIFO-Name", "lobby", "FIFO-Action", "push");
    b1.custom("fifo::info", "FIFO-Name", "lobby", "FIFO-Action", "abort");
    farm.loop.runCommands();
    assertThat(all()).containsExactly("FIFO lobby b1 1", "QUEUE sales@default b1 4");
    b1.answers.put("callcenter_config queue list", "name|strategy\nsales@default|ring-all\n+OK\n");
    farm.loop.advance(Duration.ofSeconds(61));
    assertThat(all()).containsExactly("QUEUE sales@default b1 4");
  }

  @Test
  void aListEachMinuteMendsWhatNoEventWasSentFor() {
    connect(listed("3000@x", 1));
    b1.answers.put(CONFERENCES, listed("4000@x", 2));
    farm.loop.advance(Duration.ofSeconds(61));
    assertThat(all()).containsExactly("CONFERENCE 4000@x b1 2");
  }

  @Test
  void whatAnEventSaidMeanwhileIsNewerThanTheList() {
    b1.answers.put(CONFERENCES, listed("1@x", 1) + listed("2@x", 1) + listed("3@x", 1));
    b1.slow = true;
    b1.connect();
    farm.loop.runCommands();
    conference(b1, "conference-destroy", "1@x", 0);
    conference(b1, "add-member", "2@x", 2);
    conference(b1, "conference-create", "4@x", 0);
    b1.release();
    farm.loop.runCommands();
    assertThat(all())
        .containsExactly("CONFERENCE 2@x b1 2", "CONFERENCE 3@x b1 1", "CONFERENCE 4@x b1 0");
  }

  @Test
  void isAskedAnewWhenAllWasForgottenWhileAListWasOnItsWay() {
    b1.slow = true;
    connect(listed("1@x", 1));
    farm.prober.answer("b1", FakeProber.REFUSED);
    farm.loop.advance(Duration.ofSeconds(6));
    b1.answers.put(CONFERENCES, listed("2@x", 1));
    farm.prober.answer("b1", 200);
    farm.loop.advance(Duration.ofSeconds(10));
    b1.release();
    farm.loop.runCommands();
    assertThat(all()).containsExactly("CONFERENCE 2@x b1 1");
  }

  @Test
  void keepsWhatItKnowsWhenAListIsNotAnswered() {
    connect(listed("3000@x", 1));
    b1.slow = true;
    farm.loop.advance(Duration.ofSeconds(61));
    b1.fail(EslSessionError.SILENT, "no answer");
    farm.loop.advance(Duration.ofSeconds(5));
    assertThat(home("3000")).isEqualTo("b1");
    b1.slow = false;
    b1.answers.put(CONFERENCES, "No active conferences.\n");
    b1.connect();
    farm.loop.runCommands();
    assertThat(home("3000")).isNull();
  }

  @Test
  void staysWhenTheSocketIsCut() {
    connect(listed("3000@x", 1));
    b1.fail(EslSessionError.CLOSED, "closed");
    farm.loop.advance(Duration.ofMinutes(10));
    assertThat(home("3000")).isEqualTo("b1");
  }

  @Test
  void isKnownWhileTheBackendIsDownUntilAnotherHasIt() {
    connect(listed("3000@x", 5));
    farm.prober.answer("b1", FakeProber.REFUSED);
    farm.loop.advance(Duration.ofSeconds(6));
    assertThat(home("3000")).isEqualTo("b1");
    conference(b2, "add-member", "3000@x", 1);
    assertThat(home("3000")).isEqualTo("b2");

    farm.prober.answer("b1", 200);
    farm.loop.advance(Duration.ofSeconds(10));
    assertThat(home("3000")).isEqualTo("b1");
  }

  @Test
  void isListedAnewWhenTheBackendIsBack() {
    connect(listed("3000@x", 1));
    farm.prober.answer("b1", FakeProber.REFUSED);
    farm.loop.advance(Duration.ofSeconds(6));
    b1.answers.put(CONFERENCES, "No active conferences.\n");
    farm.prober.answer("b1", 200);
    farm.loop.advance(Duration.ofSeconds(10));
    assertThat(home("3000")).isNull();
  }

  @Test
  void isDoubtedAfterACutUntilItIsSaidAgainSoThatAnotherThatHasItWins() {
    connect(listed("3000@x", 5), listed("4000@x", 5));
    b1.fail(EslSessionError.CLOSED, "closed");
    farm.loop.advanceMs(100);
    conference(b2, "add-member", "3000@x", 1);
    assertThat(home("3000")).isEqualTo("b2");
    assertThat(home("4000")).as("nobody else has it").isEqualTo("b1");

    b1.connect();
    farm.loop.advanceMs(100);
    assertThat(home("3000")).isEqualTo("b1");
    assertThat(farm.pool().rooms().all()).noneMatch(room -> room.said().doubted());
  }

  @Test
  void isDoubtedWhenTheBackendIsDownAlsoOnceItAnswersAgainBeforeItsEventSocket() {
    connect(listed("3000@x", 5));
    farm.prober.answer("b1", FakeProber.REFUSED);
    b1.fail(EslSessionError.CLOSED, "closed");
    farm.loop.advance(Duration.ofSeconds(6));
    conference(b2, "add-member", "3000@x", 1);

    farm.prober.answer("b1", 200);
    farm.loop.advance(Duration.ofSeconds(10));

    assertThat(farm.state("b1")).isEqualTo(HealthState.HEALTHY);
    assertThat(home("3000")).isEqualTo("b2");
    assertThat(b1.hastened).as("its event socket must be there too").isEqualTo(1);
  }

  @Test
  void anEventOfARoomEndsTheDoubtOfThatRoom() {
    connect(listed("3000@x", 5));
    farm.prober.answer("b1", FakeProber.REFUSED);
    farm.loop.advance(Duration.ofSeconds(6));
    assertThat(farm.pool().rooms().all()).allMatch(room -> room.said().doubted());
    conference(b1, "add-member", "3000@x", 6);
    assertThat(farm.pool().rooms().all()).noneMatch(room -> room.said().doubted());
  }

  @Test
  void whatWasDoubtedIsGoneAsSoonAsARestartIsKnown() {
    connect(listed("3000@x", 5));
    b1.fail(EslSessionError.CLOSED, "closed");
    farm.loop.advanceMs(100);
    b1.restart();
    b1.slow = true;
    b1.connect();
    farm.loop.advanceMs(100);
    assertThat(home("3000")).isEqualTo("b1");
    b1.releaseFirst(2);
    farm.loop.advanceMs(100);
    assertThat(home("3000")).isNull();
    b1.answers.put(CONFERENCES, listed("5000@x", 1));
    b1.release();
    farm.loop.advanceMs(100);
    assertThat(farm.restarts).hasSize(1);
    assertThat(home("3000")).as("the list was on its way before").isEqualTo("b1");
  }

  @Test
  void asksAnewWhenAnEventCannotBeRead() {
    connect(listed("3000@x", 1));
    b1.answers.put(CONFERENCES, listed("4000@x", 2));
    b1.unreadable();
    b1.unreadable();
    farm.loop.advance(Duration.ofSeconds(2));
    assertThat(all()).containsExactly("CONFERENCE 4000@x b1 2");
    assertThat(b1.asked(CONFERENCES)).isEqualTo(2);
    assertThat(farm.meters.counter(Meter.POOL_ESL_UNREADABLE, "farm", "b1").value()).isEqualTo(2);
  }

  @Test
  void isListedAnewAfterARestart() {
    connect(listed("3000@x", 1));
    b1.beat();
    b1.fail(EslSessionError.CLOSED, "closed");
    farm.loop.advance(Duration.ofSeconds(5));
    b1.restart();
    b1.answers.put(CONFERENCES, listed("5000@x", 1));
    b1.connect();
    farm.loop.advanceMs(100);
    assertThat(all()).containsExactly("CONFERENCE 5000@x b1 1");
    b1.beat();
    farm.loop.runCommands();
    assertThat(farm.restarts).hasSize(1);
    assertThat(all()).containsExactly("CONFERENCE 5000@x b1 1");
  }

  @Test
  void whatRunsUnderTwoNamesWithOneKeyStaysUntilBothAreGone() {
    connect(listed("3000-a@x", 1), listed("3000-b@x", 3));
    assertThat(all()).containsExactly("CONFERENCE 3000-b@x b1 3");
    conference(b1, "conference-destroy", "3000-b@x", 0);
    assertThat(all()).containsExactly("CONFERENCE 3000-a@x b1 1");
    conference(b1, "conference-destroy", "3000-a@x", 0);
    assertThat(all()).isEmpty();
  }

  @Test
  void ofASplitRoomTheLargerPartIsHomeAndTheOtherWhenThatIsGone() {
    connect();
    conference(b1, "add-member", "3000@x", 1);
    conference(b2, "add-member", "3000@x", 1);
    String equal = home("3000");
    conference(b2, "add-member", "3000@x", 2);
    assertThat(home("3000")).isEqualTo("b2");
    conference(b1, "add-member", "3000@x", 2);
    assertThat(home("3000")).as("by hash, whoever came first").isEqualTo(equal);
    conference(b2, "conference-destroy", "3000@x", 0);
    assertThat(home("3000")).isEqualTo("b1");
  }

  @Test
  void remembersNoMoreThanMaxRooms() {
    connect();
    for (int i = 0; i < 8; i++) {
      conference(b1, "conference-create", "room" + i, 0);
    }
    assertThat(all()).hasSize(5);
    assertThat(farm.meters.counter(Meter.POOL_ROOMS_UNKNOWN, "farm", "b1").value()).isEqualTo(3);
    conference(b1, "conference-destroy", "room0", 0);
    conference(b1, "conference-create", "room9", 0);
    assertThat(home("room9")).isEqualTo("b1");
  }

  @Test
  void takesTheFirstGroupAsKeyAndNoNameThatDoesNotMatch() {
    PoolRig other =
        PoolRig.of("esl: { password: x, room-key: 'conf-([0-9]+)' }", PoolRig.backends(1, ""));
    FakeEsl.Session session = other.esl.of("b1");
    session.answers.put(
        CONFERENCES,
        listed("conf-77@x", 1) + listed("my conf-78", 1) + listed("conf-" + "9".repeat(300), 1));
    session.connect();
    other.loop.runCommands();
    assertThat(other.pool().rooms().all()).extracting(Room::key).containsExactly("77");
  }

  @Test
  void passesOverWhatIsNoList() {
    b1.answers.put(CONFERENCES, "Conference x (many members)\nConference\n\n(1 member\n");
    b1.answers.put("callcenter_config queue list", "-ERR Invalid!\n");
    b1.answers.put("fifo list", "<fifo_report><fifo caller_count=\"1\"><fifo name=\"q");
    connect("Conference x (many members)\nConference\n\n(1 member\n");
    b1.answers.put("callcenter_config queue list", "strategy|moh\na|b\n+OK\n");
    farm.loop.advance(Duration.ofSeconds(61));
    assertThat(all()).isEmpty();
  }

  @Test
  void survivesAReload() {
    connect(listed("3000@x", 1));
    farm.reload(ESL, "retry-after: 9s", PoolRig.backends(2, ""));
    assertThat(home("3000")).isEqualTo("b1");
    assertThat(farm.pool().rooms().all().getFirst().said().kind()).isEqualTo(Kind.CONFERENCE);
    farm.reload(ESL, "backends: [ { name: b2, uri: 'sip:10.0.0.3' } ]");
    assertThat(home("3000")).isNull();
  }
}
