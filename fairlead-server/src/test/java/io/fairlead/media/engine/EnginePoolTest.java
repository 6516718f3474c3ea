// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.ManualLoop;
import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.MediaStatus;
import io.fairlead.media.ScriptedEngine;
import io.fairlead.media.engine.EnginePool.WeightedEngine;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which engine a call goes to. */
class EnginePoolTest {
  private final ManualLoop loop = new ManualLoop();
  private final ScriptedEngine one = new ScriptedEngine("one");
  private final ScriptedEngine two = new ScriptedEngine("two");
  private final CallAtEngine who = new CallAtEngine();

  private static EnginePool pool(WeightedEngine... engines) {
    return new EnginePool("media", List.of(engines));
  }

  private MediaCall open(EnginePool pool, String callId) {
    return pool.open(new MediaRequest(loop, callId, "a", "outside", "inside"), who);
  }

  private void offer(MediaCall call) {
    call.describe(CallAtEngine.offer(Side.CALLER, "", CallAtEngine.SDP), who.outcome());
  }

  private static Map<String, Integer> shares(EnginePool pool) {
    Map<String, Integer> shares = new TreeMap<>();
    for (int i = 0; i < 4000; i++) {
      var engine = pool.choose("call" + i, Set.of());
      shares.merge(engine == null ? "-" : engine.name(), 1, Integer::sum);
    }
    return shares;
  }

  @Test
  void sharesCallsByWeight() {
    Map<String, Integer> shares =
        shares(
            pool(
                new WeightedEngine(one, 300),
                new WeightedEngine(two, 100),
                new WeightedEngine(new ScriptedEngine("three"), 0)));

    // Four standard deviations of a binomial distribution are 110.
    assertThat(shares.get("one")).isBetween(2890, 3110);
    assertThat(shares).containsOnlyKeys("one", "two");
  }

  @Test
  void givesADrainedEngineNoNewCalls() {
    EnginePool pool = pool(new WeightedEngine(one, 100), new WeightedEngine(two, 100));

    assertThat(pool.drain("one", true)).isTrue();
    assertThat(pool.drain("none", true)).isFalse();
    assertThat(shares(pool)).containsOnlyKeys("two");
    assertThat(pool.status())
        .containsExactly(
            new MediaStatus.EngineStatus("one", "relay", "draining", 100, 0, -1),
            new MediaStatus.EngineStatus("two", "relay", "up", 100, 0, -1));
    pool.drain("two", true);
    assertThat(shares(pool)).containsOnlyKeys("-");
    pool.drain("one", false);
    assertThat(shares(pool)).containsOnlyKeys("one");
  }

  @Test
  void asksTheNextEngineWhenOneDoesNotTakeANewCall() {
    one.refuse(RefusalCause.NO_MEDIA_ENGINE);
    EnginePool pool = pool(new WeightedEngine(one, 10_000), new WeightedEngine(two, 1));
    MediaCall call = open(pool, firstFor(pool, "one"));
    offer(call);

    assertThat(one.told).hasSize(3).endsWith("end");
    assertThat(who.came).hasSize(1).first().asString().contains("198.51.100.9");
    call.describe(CallAtEngine.answer(Side.CALLEE, "b", CallAtEngine.SDP), who.outcome());
    assertThat(two.told.getLast()).startsWith("answer CALLEE 'b'");
  }

  private static String firstFor(EnginePool pool, String engine) {
    for (int i = 0; ; i++) {
      var chosen = pool.choose("x" + i, Set.of());
      if (chosen != null && chosen.name().equals(engine)) {
        return "x" + i;
      }
    }
  }

  @Test
  void keepsACallWhereItIs() {
    EnginePool pool = pool(new WeightedEngine(one, 100), new WeightedEngine(two, 100));
    MediaCall call = open(pool, firstFor(pool, "one"));
    offer(call);
    pool.drain("one", true);
    one.refuse(RefusalCause.NO_MEDIA_ENGINE);
    offer(call);

    assertThat(who.came.getLast()).isEqualTo("refused NO_MEDIA_ENGINE");
    assertThat(two.told).isEmpty();
    one.observer().onEngineLost();
    assertThat(who.came.getLast()).isEqualTo("lost");
    call.end(report -> {});
    assertThat(one.told.getLast()).isEqualTo("end");
  }

  @Test
  void refusesWhenNoEngineTakesIt() {
    one.refuse(RefusalCause.NO_MEDIA_ENGINE);
    two.refuse(RefusalCause.NO_MEDIA_ENGINE);
    EnginePool pool = pool(new WeightedEngine(one, 100), new WeightedEngine(two, 100));
    MediaCall call = open(pool, "call");
    offer(call);

    assertThat(who.came).containsExactly("refused NO_MEDIA_ENGINE");
    assertThat(one.told).endsWith("end");
    assertThat(two.told).endsWith("end");
    one.refuse(null);
    two.refuse(null);
    offer(call);
    assertThat(who.came.getLast()).contains("198.51.100.9");
  }

  @Test
  void movesTheCalleeBeforeAndAfterItHasAnEngine() {
    EnginePool pool = pool(new WeightedEngine(one, 100));
    MediaCall call = open(pool, "call");
    call.moveCallee("elsewhere");
    offer(call);
    call.moveCallee("inside");
    call.rejected(Side.CALLER);

    assertThat(one.told)
        .containsSubsequence("open call a outside>elsewhere", "move inside", "rejected CALLER");
  }
}
