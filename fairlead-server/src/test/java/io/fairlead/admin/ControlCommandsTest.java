// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.Setting;
import io.fairlead.config.YamlSource;
import io.fairlead.dialog.CountedCall;
import io.fairlead.esl.EslReply;
import io.fairlead.guard.limit.LimitSettings;
import io.fairlead.guard.limit.LimitStatus;
import io.fairlead.media.MediaStatus;
import io.fairlead.pool.Backend;
import io.fairlead.pool.health.HealthState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlCommandsTest {
  private final FakeControlledFairlead subject = new FakeControlledFairlead();
  private final ControlCommands verbs = new ControlCommands(subject);
  private final Backend fs1 = subject.backend("farm", "fs1");
  private final Backend fs2 = subject.backend("farm", "fs2");

  @Test
  void tellsTheStatus() throws RefusedException {
    fs1.occupy(0, CountedCall.NOBODY, subject.loop.nowNs());
    JsonObject status = ask("'do':'status'");
    assertThat(status.number("version", 0)).isEqualTo(1);
    assertThat(status.text("fairlead")).isEqualTo("0.1.0");
    assertThat(status.number("bindings", 0)).isEqualTo(42);
    assertThat(status.list("loops-busy")).isEqualTo(List.of(0.123, 0.05));
    JsonObject farm = status.each("pools").getFirst();
    assertThat(farm.text("name")).isEqualTo("farm");
    JsonObject first = farm.each("backends").getFirst();
    assertThat(first.text("path")).isEqualTo("farm/fs1");
    assertThat(first.text("state")).isEqualTo("healthy");
    assertThat(first.number("calls", 0)).isEqualTo(1);
    assertThat(first.number("max-calls", 0)).isEqualTo(10);
    assertThat(first.has("drain")).isFalse();
    assertThat(ask("'do':'node'").has("pools")).isFalse();
  }

  @Test
  void tellsTheLimitsAndTheirLargestHolders() throws RefusedException {
    record Block(@Setting(doc = "x") List<LimitSettings> limits) {}
    String yaml =
        "limits: [ { name: users, key: [ from-user, 'prefix:61' ], max-calls: 2, rate: 5/1h } ]";
    LimitSettings users =
        ConfigBinder.bind(Block.class, YamlSource.of("t", yaml)).orThrow().limits().getFirst();
    long now = System.currentTimeMillis();
    subject.limits =
        List.of(
            new LimitStatus(
                users,
                2,
                3,
                7,
                0,
                1,
                List.of(
                    new LimitStatus.Holder("alice", 2, 7, now - 5_500),
                    new LimitStatus.Holder("bob", 1, 0, 0))));
    JsonObject limit = ask("'do':'limits','most':1").each("limits").getFirst();
    assertThat(limit.text("name")).isEqualTo("users");
    assertThat(limit.list("key")).isEqualTo(List.of("from-user", "prefix:61"));
    assertThat(limit.number("max-calls", 0)).isEqualTo(2);
    assertThat(limit.text("rate")).isEqualTo("5/1h");
    assertThat(limit.has("max-cps")).isFalse();
    assertThat(limit.number("refused", 0)).isEqualTo(7);
    assertThat(limit.each("holders")).hasSize(1);
    assertThat(limit.each("holders").getFirst().text("key")).isEqualTo("alice");
    assertThat(limit.each("holders").getFirst().number("refused-ago-s", 0)).isBetween(5L, 60L);
    assertThatThrownBy(() -> ask("'do':'limits','most':1001")).isInstanceOf(RefusedException.class);
  }

  @Test
  void drainsAndTellsHowFarItIs() throws RefusedException {
    for (int i = 0; i < 4; i++) {
      fs2.occupy(0, CountedCall.NOBODY, subject.loop.nowNs());
    }
    JsonObject answer = ask("'do':'drain','backends':['fs2'],'deadline':'2h','then':'maintenance'");
    assertThat(answer.each("backends")).hasSize(1);
    assertThat(answer.list("notes")).isEmpty();
    assertThat(fs2.health().state()).isEqualTo(HealthState.DRAINING);

    subject.loop.advance(Duration.ofMinutes(30));
    JsonObject drain = drain(1);
    assertThat(drain.text("phase")).isEqualTo("draining");
    assertThat(drain.number("started-with", 0)).isEqualTo(4);
    assertThat(drain.number("left", 0)).isEqualTo(4);
    assertThat(drain.number("deadline-in-s", 0)).isBetween(5399L, 5402L);
    assertThat(drain.number("longest-s", 0)).isBetween(1798L, 1800L);
    assertThat(drain.has("last-ends-in-s")).isFalse();
    subject.loop.advance(Duration.ofMinutes(91));
    assertThat(drain(1).text("phase")).isEqualTo("overdue");
    assertThat(fs2.health().state()).isEqualTo(HealthState.MAINTENANCE);
  }

  @Test
  void takesDrainAndMaintenanceBack() throws RefusedException {
    ask("'do':'drain','backends':'fs2'");
    ask("'do':'undrain','backends':'fs2'");
    assertThat(fs2.health().state()).isEqualTo(HealthState.HEALTHY);
    ask("'do':'maintenance','backends':['fs2','carrier']");
    assertThat(fs2.health().state()).isEqualTo(HealthState.MAINTENANCE);
    assertThat(refusal("'do':'undrain','backends':'fs2'")).contains("in maintenance", "`ready`");
    ask("'do':'ready','backends':['fs2','carrier']");
    assertThat(fs2.health().state()).isEqualTo(HealthState.HEALTHY);
  }

  @Test
  void bansExplainsAndLifts() throws RefusedException {
    assertThat(ask("'do':'bans'").number("total", -1)).isZero();
    JsonObject banned = ask("'do':'ban','address':'192.0.2.1','time':'2h'").fields("ban");
    assertThat(banned.text("address")).isEqualTo("192.0.2.1");
    assertThat(banned.text("cause")).isEqualTo("operator");
    assertThat(banned.number("left-s", 0)).isEqualTo(7200);
    subject.clockMs += 60_000;
    ask("'do':'ban','address':'198.51.100.0/24'");

    JsonObject list = ask("'do':'bans','limit':1");
    assertThat(list.number("total", 0)).isEqualTo(2);
    assertThat(list.each("bans")).hasSize(1);
    assertThat(list.each("bans").getFirst().text("address")).isEqualTo("198.51.100.0/24");
    assertThat(list.each("bans").getFirst().text("enforced")).isEqualTo("process");
    assertThat(list.text("kernel")).isEqualTo("not configured");
    JsonObject why = ask("'do':'bans','why':'198.51.100.7'");
    assertThat(why.text("banned-by")).isEqualTo("198.51.100.0/24");
    assertThat(why.number("threshold", 0)).isEqualTo(100);

    assertThat(refusal("'do':'lift','address':'198.51.100.7'"))
        .isEqualTo("198.51.100.7 is not banned itself, but 198.51.100.0/24 is: lift that");
    assertThat(ask("'do':'lift','address':'192.0.2.1'").has("ban")).isFalse();
    assertThat(refusal("'do':'lift','address':'192.0.2.1'")).isEqualTo("192.0.2.1 is not banned");
    assertThat(refusal("'do':'ban','address':'10.1.1.1'")).contains("`guard.allow`");
    assertThat(refusal("'do':'ban','address':'fs1'")).contains("a network such as");
    assertThat(refusal("'do':'ban'")).contains("expected \"address\"");
    assertThat(refusal("'do':'bans','why':7")).contains("expected a text");
  }

  @Test
  void tellsOfMedia() throws RefusedException {
    assertThat(ask("'do':'status'").has("media")).isFalse();
    subject.media = media();
    JsonObject told = ask("'do':'status'").fields("media");
    assertThat(told.number("streams", 0)).isEqualTo(12);
    assertThat(told.text("kernel")).isEqualTo("kernel: on, 10 streams");
    assertThat(told.number("ng-calls", 0)).isEqualTo(3);
    JsonObject ports = told.each("ports").getFirst();
    assertThat(ports.text("network")).isEqualTo("outside");
    assertThat(ports.number("free", 0)).isEqualTo(4976);
    JsonObject engine = told.each("engines").getFirst();
    assertThat(engine.text("path")).isEqualTo("media/rtp1");
    assertThat(engine.text("state")).isEqualTo("up");
    assertThat(engine.decimal("round-trip-ms", 0)).isEqualTo(0.41);
    assertThat(told.each("engines").getLast().has("round-trip-ms")).isFalse();
  }

  @Test
  void drainsMediaEngines() throws RefusedException {
    subject.media = media();
    JsonObject answer = ask("'do':'drain','backends':['media/rtp1','fs2']");
    assertThat(answer.each("engines")).hasSize(1);
    assertThat(answer.each("backends")).hasSize(1);
    ask("'do':'undrain','backends':'media/rtp1'");
    ask("'do':'ready','backends':'media/rtp2'");
    assertThat(subject.orders).containsExactly("drain rtp1", "undrain rtp1", "undrain rtp2");
    assertThat(fs2.health().state()).isEqualTo(HealthState.DRAINING);
    assertThat(refusal("'do':'maintenance','backends':'media/rtp1'")).contains("`drain`");
    assertThat(refusal("'do':'drain','backends':'media/rtp1','deadline':'1h'"))
        .contains("without a deadline");
    assertThat(refusal("'do':'drain','backends':'media/rtp3'")).contains("did you mean `media/rtp");
    assertThat(subject.orders).hasSize(3);
  }

  private static MediaStatus media() {
    return new MediaStatus(
        true,
        12,
        7,
        List.of(new MediaStatus.NetworkPorts("outside", "203.0.113.10", 24, 4976)),
        "kernel: on, 10 streams",
        3,
        List.of(
            new MediaStatus.EngineStatus("rtp1", "rtpengine udp:10.0.0.7:2223", "up", 100, 7, 410),
            new MediaStatus.EngineStatus("rtp2", "rtpproxy udp:10.0.0.8:7722", "down", 50, 0, -1)));
  }

  @Test
  void notesWhenNobodyIsLeft() throws RefusedException {
    JsonObject answer = ask("'do':'drain','backends':['farm/fs1','farm/fs2']");
    assertThat(answer.list("notes")).isEqualTo(List.of("no backend of pool farm takes calls now"));
  }

  @Test
  void givesNoOrderWhenOneOfSeveralIsWrong() {
    assertThat(refusal("'do':'drain','backends':['fs2','fs9']")).contains("`fs9` is not known");
    subject.loop.runCommands();
    assertThat(fs2.health().state()).isEqualTo(HealthState.HEALTHY);
  }

  @Test
  void endsCallsOnlyWhereSomethingCan() throws RefusedException {
    String order = "'do':'drain','backends':['fs2'],'deadline':'1h','calls':'bye'";
    assertThat(refusal(order)).contains("farm/fs2 cannot be ended", "event socket");
    subject.loop.runCommands();
    assertThat(fs2.draining()).isNull();
    fs2.callEnder(then -> then.accept(new EslReply.Text("+OK")));
    ask(order);
    assertThat(fs2.draining()).isNotNull();
    assertThat(refusal(order.replace(",'deadline':'1h'", ""))).contains("deadline");
  }

  @Test
  void reloads() throws RefusedException {
    assertThat(ask("'do':'reload'").list("changes")).hasSize(1);
    subject.wrong = "nothing was changed, the file has errors:\nfarm.yaml:3: no";
    assertThat(refusal("'do':'reload'")).isEqualTo(subject.wrong);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          'do':'drian'                                       | the verb `drian` is not known; did you mean `drain`?
          'do':'xyzzy'                                       | the verb `xyzzy` is not known: expected one of node, status, watch, limits, drain, undrain, maintenance, ready, bans, ban, lift, reload
          'x':1                                              | 'do' is missing: one of node, status, watch, limits, drain, undrain, maintenance, ready, bans, ban, lift, reload
          'do':'drain','backend':['fs2']                     | the field `backend` is not known; did you mean `backends`?
          'do':'status','backends':['fs2']                   | the field `backends` is not known: expected one of version, do
          'do':'drain'                                       | expected 'backends':['POOL/BACKEND'], one or more
          'do':'drain','backends':[]                         | expected 'backends':['POOL/BACKEND'], one or more
          'do':'drain','backends':[1]                        | expected 'backends':['POOL/BACKEND'], one or more
          'do':'drain','backends':['fs1']                    | `fs1` is in several pools: say farm/fs1 or trunks/fs1
          'do':'drain','backends':['carier']                 | the backend `carier` is not known; did you mean `carrier`?
          'do':'drain','backends':['farm/fs3']               | the backend `farm/fs3` is not known; did you mean `farm/fs1`?
          'do':'drain','backends':['fs2'],'deadline':'soon'  | expected a duration up to 365d for 'deadline', such as '2h' or '30m', not 'soon'
          'do':'drain','backends':['fs2'],'deadline':'999d'  | expected a duration up to 365d for 'deadline', such as '2h' or '30m', not '999d'
          'do':'drain','backends':['fs2'],'then':'maintenace'| for 'then' the word `maintenace` is not known; did you mean `maintenance`?
          """)
  void saysWhatIsWrongAndWhatIsRight(String request, String why) {
    assertThat(refusal(request)).isEqualTo(why.replace('\'', '"'));
  }

  @Test
  void refusesAnotherVersion() {
    assertThatThrownBy(() -> ControlRequest.read("{\"version\":2,\"do\":\"status\"}"))
        .hasMessage("expected \"version\":1, not 2");
    assertThatThrownBy(() -> ControlRequest.read("{\"do\":\"status\"}"))
        .hasMessage("expected \"version\":1, not null");
  }

  private JsonObject drain(int backend) throws RefusedException {
    return ask("'do':'status'")
        .each("pools")
        .getFirst()
        .each("backends")
        .get(backend)
        .fields("drain");
  }

  private JsonObject ask(String request) throws RefusedException {
    return Objects.requireNonNull(Json.read(Json.text(verbs.answer(read(request)))));
  }

  private String refusal(String request) {
    try {
      return "not refused: " + verbs.answer(read(request));
    } catch (RefusedException e) {
      return e.why();
    }
  }

  private static ControlRequest read(String request) throws RefusedException {
    String text = "{'version':1," + request + "}";
    return ControlRequest.read(text.replace('\'', '"'));
  }
}
