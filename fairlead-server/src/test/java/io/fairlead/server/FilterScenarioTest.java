// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dialog.filter.CallMessage;
import io.fairlead.dialog.filter.Hold;
import io.fairlead.dialog.filter.Party;
import io.fairlead.dialog.filter.Verdict;
import io.fairlead.dns.FakeDns;
import io.fairlead.observe.Meter;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Method;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Messages of a call on their way through its filters. */
class FilterScenarioTest {
  private final ScriptedFilters filters = new ScriptedFilters();
  private ServerRig rig = rig(new VirtualNet(1, 1));
  private FakePhone phone = rig.phone();

  private ServerRig rig(VirtualNet net) {
    Plan plan = ServerRig.plan(ServerRig.farmYaml("balance: priority"));
    return new ServerRig(net, plan, ServerRig.KEYS, new FakeDns(), filters.filtering());
  }

  private Leg call() {
    Leg leg = phone.invite();
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    return leg;
  }

  private void holdOnly(Party from, Method method, int status) {
    filters.script =
        (m, edit, holds, call) ->
            is(m, from, method, status) && !m.again()
                ? filters.holding(holds, 30_000)
                : Verdict.PASS;
  }

  private void refuseOnly(Party from, Method method, int status, RefusalCause cause) {
    filters.script =
        (m, edit, holds, call) ->
            is(m, from, method, status) ? new Verdict.Refused(cause) : Verdict.PASS;
  }

  private static boolean is(CallMessage m, Party from, Method method, int status) {
    return m.from() == from && m.method() == method && m.status() == status;
  }

  private void assertEmpty() {
    rig.assertEmpty();
    filters.assertAllEnded();
  }

  // ---- what they see ----

  @Test
  void theySeeEveryMessageOfACallAndItsEnd() {
    call().bye();
    rig.net.runMs(100);
    assertThat(filters.told)
        .containsExactly(
            "CALLER INVITE 1",
            "CALLEE 180 INVITE 1",
            "CALLEE 200 INVITE 1",
            "CALLER ACK 0",
            "CALLER BYE 2",
            "CALLEE 200 BYE 2",
            "end");
    assertEmpty();
  }

  @Test
  void theySeeRequestsOfTheCalleeFromTheCallee() {
    Leg leg = call();
    rig.backend(1).facing(leg).send("INFO");
    rig.net.runMs(100);
    rig.backend(1).facing(leg).bye();
    rig.net.runMs(100);
    assertThat(filters.told)
        .containsSubsequence(
            "CALLEE INFO 2", "CALLER 200 INFO 2", "CALLEE BYE 3", "CALLER 200 BYE 3", "end");
    assertEmpty();
  }

  @Test
  void theyAreAskedAgainForTheNextBackendAndToldThatTheFirstRefused() {
    rig.backend(1).says(503);
    Leg leg = call();
    assertThat(filters.told)
        .startsWith("CALLER INVITE 1", "failed 1 503", "CALLER INVITE 2", "CALLEE 180 INVITE 2");
    leg.bye();
    assertEmpty();
  }

  @Test
  void aFailureThatTheCallerIsToldPassesThemToo() {
    rig.backend(1).says(486);
    filters.script =
        (m, edit, holds, call) -> {
          if (m.status() == 486) {
            edit.insert(m.sip().headersEnd()).put("X-Filter: yes\r\n");
          }
          return Verdict.PASS;
        };
    Leg leg = phone.invite();
    rig.net.runMs(100);
    assertThat(leg.last("INVITE").status()).isEqualTo(486);
    assertThat(leg.last("INVITE").first("X-Filter")).isEqualTo("yes");
    assertThat(filters.told)
        .containsExactly("CALLER INVITE 1", "failed 1 486", "CALLEE 486 INVITE 0", "end");
    assertEmpty();
  }

  @Test
  void aSuccessThatComesAgainIsMarked() {
    phone.legs.clear();
    Leg leg = phone.leg("sip:bob@example.com");
    leg.acknowledges = false;
    phone.request(leg, "INVITE", 1);
    rig.net.runMs(700);
    assertThat(filters.told).contains("CALLEE 200 INVITE 1", "CALLEE 200 INVITE 1*");
    leg.acknowledges = true;
    rig.net.runMs(5_000);
    assertThat(filters.told).contains("CALLER ACK 0");
    leg.bye();
    assertEmpty();
  }

  // ---- what they change ----

  @Test
  void theyChangeHeadersAndBodyAndTheLengthFollows() {
    filters.script =
        (m, edit, holds, call) -> {
          if (m.isRequest() && m.method() == Method.INVITE) {
            edit.replace(m.sip().bodyStart(), m.sip().end()).put("a longer body than before");
            edit.insert(m.sip().headersEnd()).put("Content-Type: text/plain\r\n");
          }
          return Verdict.PASS;
        };
    Leg leg = call();
    Seen invite = rig.backend(1).last("INVITE");
    assertThat(invite.text()).endsWith("\r\n\r\na longer body than before");
    assertThat(invite.first("Content-Length")).isEqualTo("25");
    assertThat(invite.first("Content-Type")).isEqualTo("text/plain");
    leg.bye();
    assertEmpty();
  }

  @Test
  void whatWasHeldMayBeChangedWhenItGoes() {
    holdOnly(Party.CALLEE, Method.INVITE, 200);
    Leg leg = phone.invite();
    rig.net.runMs(300);
    assertThat(leg.statuses("INVITE")).doesNotContain(200);
    filters
        .holds
        .getFirst()
        .pass((sip, edit) -> edit.insert(sip.headersEnd()).put("X-Late: 1\r\n"));
    rig.net.runMs(100);
    assertThat(leg.last("INVITE").first("X-Late")).isEqualTo("1");
    leg.bye();
    assertEmpty();
  }

  // ---- a held INVITE ----

  @Test
  void aHeldInviteThatIsCancelledNeverLeaves() {
    holdOnly(Party.CALLER, Method.INVITE, 0);
    Leg leg = phone.invite();
    rig.net.runMs(100);
    leg.cancel();
    rig.net.runMs(100);
    assertThat(leg.last("INVITE").status()).isEqualTo(487);
    filters.holds.getFirst().pass();
    rig.net.runMs(100);
    assertThat(rig.backend(1).requests("INVITE")).isZero();
    assertThat(filters.told).containsExactly("CALLER INVITE 1", "failed 1 0", "end");
    assertEmpty();
  }

  @Test
  void tryTimeoutRunsFromTheSending() {
    rig.backend(1).silent();
    holdOnly(Party.CALLER, Method.INVITE, 0);
    Leg leg = phone.invite();
    rig.net.runMs(5_000);
    assertThat(rig.backend(1).requests("INVITE")).isZero();
    filters.holds.getFirst().pass();
    rig.net.runMs(1_900);
    assertThat(filters.holds).hasSize(1);
    rig.net.runMs(200);
    assertThat(filters.holds).hasSize(2);
    filters.holds.getLast().pass();
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    leg.bye();
    assertEmpty();
  }

  @Test
  void aRefusedInviteStopsTheSearch() {
    refuseOnly(Party.CALLER, Method.INVITE, 0, RefusalCause.UNAVAILABLE);
    Leg leg = phone.invite();
    rig.net.runMs(100);
    assertThat(leg.last("INVITE").status()).isEqualTo(480);
    assertThat(rig.backends).allMatch(backend -> backend.requests("INVITE") == 0);
    assertThat(rig.log()).contains("status=480 flag=UV");
    assertEmpty();
  }

  @Test
  void ofAFanoutEachBranchWaitsForItself() {
    rig = rig(new VirtualNet(1, 1), "balance: fanout");
    phone = rig.phone();
    filters.script =
        (m, edit, holds, call) ->
            m.isRequest() && m.exchange() == 1 ? filters.holding(holds, 2_000) : Verdict.PASS;
    Leg leg = call();
    assertThat(rig.backend(1).requests("INVITE")).isZero();
    rig.net.runMs(5_000);
    assertThat(rig.backend(1).requests("INVITE")).isZero();
    assertThat(filters.told).contains("failed 1 0");
    leg.bye();
    assertEmpty();
  }

  @Test
  void aBranchOfAFanoutThatLeavesLateLeavesTimerCToTheOneThatRings() {
    rig = rig(new VirtualNet(1, 1), "balance: fanout");
    phone = rig.phone();
    rig.backend(1).says(486);
    rig.backend(2).rings();
    rig.backend(3).says(486);
    filters.script =
        (m, edit, holds, call) ->
            m.isRequest() && m.exchange() == 1 ? filters.holding(holds, 1_000) : Verdict.PASS;
    Leg leg = phone.invite();
    rig.net.run(Duration.ofSeconds(170));
    assertThat(rig.backend(1).requests("INVITE")).isEqualTo(1);
    assertThat(rig.backend(2).requests("CANCEL")).isZero();
    rig.net.run(Duration.ofSeconds(20));
    assertThat(rig.backend(2).requests("CANCEL")).isEqualTo(1);
    assertThat(leg.last("INVITE").status()).isGreaterThanOrEqualTo(400);
    assertEmpty();
  }

  private ServerRig rig(VirtualNet net, String pool) {
    Plan plan = ServerRig.plan(ServerRig.farmYaml(pool));
    return new ServerRig(net, plan, ServerRig.KEYS, new FakeDns(), filters.filtering());
  }

  // ---- a held answer ----

  @Test
  void aHeldAnswerHasWonAgainstCancelAndTheByeWaitsBehindIt() {
    holdOnly(Party.CALLEE, Method.INVITE, 200);
    Leg leg = phone.invite();
    rig.net.runMs(300);
    leg.cancel();
    rig.net.runMs(100);
    assertThat(leg.last("CANCEL").status()).isEqualTo(200);
    assertThat(rig.backend(1).requests("CANCEL")).isZero();
    rig.backend(1).facing(leg).bye();
    rig.net.runMs(100);
    assertThat(leg.methods()).isEmpty();
    filters.holds.getFirst().pass();
    rig.net.runMs(100);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(leg.methods()).contains("BYE");
    assertThat(rig.backend(1).facing(leg).last("BYE").status()).isEqualTo(200);
    assertThat(rig.log()).contains("ended=callee");
    assertEmpty();
  }

  @Test
  void copiesOfAHeldAnswerAreDropped() {
    holdOnly(Party.CALLEE, Method.INVITE, 200);
    Leg leg = phone.invite();
    rig.net.runMs(4_000);
    assertThat(filters.told.stream().filter(t -> t.startsWith("CALLEE 200"))).hasSize(1);
    filters.holds.getFirst().pass();
    rig.net.runMs(100);
    assertThat(leg.statuses("INVITE").stream().filter(s -> s == 200)).hasSize(1);
    leg.bye();
    assertEmpty();
  }

  @Test
  void aRefusedAnswerIsTakenBackFromTheCallee() {
    refuseOnly(Party.CALLEE, Method.INVITE, 200, RefusalCause.UNAVAILABLE);
    Leg leg = phone.invite();
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(480);
    assertThat(rig.backend(1).copies("ACK")).isEqualTo(1);
    assertThat(rig.backend(1).requests("BYE")).isEqualTo(1);
    assertThat(rig.log()).contains("status=480 flag=UV");
    assertEmpty();
  }

  /** Two branches that lead to one phone: it answers both, under one tag. */
  @Test
  void aRefusedAnswerOfTwoBranchesWithOneTagIsTold() {
    rig = rig(new VirtualNet(1, 1), "balance: fanout");
    phone = rig.phone();
    rig.backend(1).script = in -> in.tag("one").answerAfter(100, 200);
    rig.backend(2).script = in -> in.tag("one").answerAfter(101, 200);
    rig.backend(3).says(486);
    holdOnly(Party.CALLEE, Method.INVITE, 200);
    Leg leg = phone.invite();
    rig.net.runMs(200);
    filters.holds.getFirst().refuse(RefusalCause.UNAVAILABLE);
    rig.net.runMs(100);
    assertThat(filters.holds).as("the other has its turn").hasSize(2);
    filters.holds.getLast().refuse(RefusalCause.UNAVAILABLE);
    rig.net.runMs(100);
    assertThat(leg.last("INVITE").status()).isEqualTo(480);
    assertEmpty();
  }

  @Test
  void atTheDeadlineItsDefaultHappens() {
    filters.script =
        (m, edit, holds, call) ->
            m.status() == 200 && m.method() == Method.INVITE
                ? holds.until(500_000_000, new Verdict.Refused(RefusalCause.TRANSPORT_FAILURE))
                : Verdict.PASS;
    Leg leg = phone.invite();
    rig.net.runMs(400);
    assertThat(leg.statuses("INVITE")).doesNotContain(503);
    rig.net.runMs(300);
    assertThat(leg.last("INVITE").status()).isEqualTo(503);
    assertThat(rig.backend(1).requests("BYE")).isEqualTo(1);
    assertThat(rig.meters.counter(Meter.FILTER_DEADLINES).value()).isEqualTo(1);
    assertEmpty();
  }

  @Test
  void ourEndPutsDownWhoHasAnswered() {
    holdOnly(Party.CALLEE, Method.INVITE, 200);
    Leg leg = phone.invite();
    rig.net.runMs(300);
    rig.house.stop();
    rig.net.runMs(300);
    assertThat(leg.last("INVITE").status()).isEqualTo(503);
    assertThat(rig.backend(1).copies("ACK")).isPositive();
    filters.assertAllEnded();
  }

  // ---- inside the dialog ----

  @Test
  void whatFollowsAHeldRequestWaitsAndKeepsItsOrder() {
    final Leg leg = call();
    holdOnly(Party.CALLER, Method.INVITE, 0);
    leg.send("INVITE");
    rig.net.runMs(20);
    leg.send("INFO");
    rig.net.runMs(20);
    leg.bye();
    rig.net.runMs(300);
    assertThat(rig.backend(1).facing(leg).methods()).doesNotContain("INFO", "BYE");
    rig.backend(1).facing(leg).send("INFO");
    rig.net.runMs(100);
    assertThat(leg.methods()).as("the other direction goes on").contains("INFO");
    filters.holds.getFirst().pass();
    rig.net.runMs(300);
    assertThat(rig.backend(1).facing(leg).methods()).containsSubsequence("INVITE", "INFO", "BYE");
    assertThat(leg.last("BYE").status()).isEqualTo(200);
    assertEmpty();
  }

  @Test
  void aHeldReInviteThatIsCancelledNeverLeaves() {
    final Leg leg = call();
    holdOnly(Party.CALLER, Method.INVITE, 0);
    leg.send("INVITE");
    rig.net.runMs(50);
    leg.cancel();
    rig.net.runMs(50);
    assertThat(leg.last("INVITE").status()).isEqualTo(487);
    filters.holds.getFirst().pass();
    rig.net.runMs(100);
    assertThat(rig.backend(1).requests("INVITE")).isEqualTo(1);
    assertThat(filters.told).contains("failed 2 487");
    leg.bye();
    assertEmpty();
  }

  @Test
  void aRefusedRequestIsAnsweredAndTheCallGoesOn() {
    final Leg leg = call();
    refuseOnly(Party.CALLER, Method.INVITE, 0, RefusalCause.UNAVAILABLE);
    leg.send("INVITE");
    rig.net.runMs(50);
    assertThat(leg.last("INVITE").status()).isEqualTo(480);
    assertThat(rig.house.calls()).isEqualTo(1);
    leg.bye();
    assertEmpty();
  }

  @Test
  void aRejectedReInviteIsTold() {
    final Leg leg = call();
    rig.backend(1).inDialog = in -> in.answer(in.request.method().equals("BYE") ? 200 : 488);
    leg.send("INVITE");
    rig.net.runMs(100);
    assertThat(filters.told).containsSubsequence("failed 2 488", "CALLEE 488 INVITE 2");
    leg.bye();
    assertEmpty();
  }

  @Test
  void aRefusedAnswerToAReInviteEndsTheCall() {
    final Leg leg = call();
    refuseOnly(Party.CALLEE, Method.INVITE, 200, RefusalCause.UNAVAILABLE);
    leg.send("INVITE");
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(480);
    assertThat(leg.methods()).contains("BYE");
    assertThat(rig.backend(1).requests("BYE")).isEqualTo(1);
    assertThat(rig.log()).contains("ended=proxy").contains("flag=UV");
    assertEmpty();
  }

  @Test
  void withTooMuchWaitingTheOldestRequestIsRefused() {
    final Leg leg = call();
    holdOnly(Party.CALLER, Method.INVITE, 0);
    leg.send("INVITE");
    rig.net.runMs(10);
    for (int i = 0; i < 17; i++) {
      leg.send("INFO");
      rig.net.runMs(1);
    }
    rig.net.runMs(20);
    assertThat(leg.statuses("INFO")).containsExactly(500);
    assertThat(leg.last("INFO").cseq()).isEqualTo(3);
    assertThat(leg.last("INFO").first("Retry-After")).isEqualTo("5");
    assertThat(rig.meters.counter(Meter.FILTER_OVERFLOWS).value()).isEqualTo(1);
    filters.holds.getFirst().pass();
    rig.net.runMs(200);
    assertThat(rig.backend(1).requests("INFO")).isEqualTo(16);
    leg.bye();
    assertEmpty();
  }

  @Test
  void aHeldAckLeavesWhenItIsLetGo() {
    holdOnly(Party.CALLER, Method.ACK, 0);
    final Leg leg = call();
    assertThat(rig.backend(1).copies("ACK")).isZero();
    filters.holds.getFirst().pass();
    rig.net.runMs(100);
    assertThat(rig.backend(1).copies("ACK")).isEqualTo(1);
    leg.bye();
    assertEmpty();
  }

  // ---- at a node that never saw the call ----

  @Test
  void aNodeThatNeverSawTheCallMakesThemFromTheCookie() {
    Leg leg = call();
    filters.told.clear();
    filters.ended = 0;
    filters.made = 0;
    rig = rig(rig.net);
    rig.net.runMs(50);
    leg.send("INVITE");
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    leg.send("INFO");
    rig.net.runMs(100);
    assertThat(filters.made).as("one for the dialog").isEqualTo(1);
    assertThat(filters.calls.getLast().record()).isNull();
    leg.bye();
    rig.net.runMs(100);
    assertThat(filters.told)
        .containsExactly(
            "CALLER INVITE 1",
            "CALLEE 200 INVITE 1",
            "CALLER ACK 0",
            "CALLER INFO 2",
            "CALLEE 200 INFO 2",
            "CALLER BYE 3",
            "CALLEE 200 BYE 3",
            "end");
  }

  // ---- ended by a filter ----

  @Test
  void aFilterEndsACallAtBothParties() {
    Leg leg = call();
    filters.calls.getFirst().end(RefusalCause.UNAVAILABLE, "SIP;cause=200;text=\"No Media\"");
    rig.net.runMs(200);
    for (Seen bye : new Seen[] {leg.request("BYE"), rig.backend(1).last("BYE")}) {
      assertThat(bye.first("Reason")).isEqualTo("SIP;cause=200;text=\"No Media\"");
    }
    assertThat(leg.request("BYE").fromTag()).isEqualTo(leg.remoteTag);
    assertThat(leg.request("BYE").toTag()).isEqualTo(leg.localTag);
    assertThat(rig.backend(1).last("BYE").cseq()).isEqualTo(2);
    assertThat(rig.log()).contains("status=200").contains("ended=proxy").contains("flag=UV");
    assertThat(filters.told).endsWith("end");
    assertEmpty();
  }

  @Test
  void aFilterEndsACallInItsSetUp() {
    rig.backend(1).rings();
    Leg leg = phone.invite();
    rig.net.runMs(100);
    filters.calls.getFirst().end(RefusalCause.UNAVAILABLE, "SIP;cause=480");
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(480);
    assertThat(rig.backend(1).last("CANCEL").first("Reason")).isEqualTo("SIP;cause=480");
    assertThat(rig.log()).contains("status=480 flag=UV");
    assertEmpty();
  }

  @Test
  void aPartyThatIsGoneDoesNotKeepTheCallAlive() {
    Leg leg = call();
    rig.net.close(phone.address);
    rig.net.close(rig.backend(1).address);
    filters.calls.getFirst().end(RefusalCause.UNAVAILABLE, "SIP;cause=200");
    rig.settle();
    assertThat(rig.log()).contains("ended=proxy");
    assertThat(leg.methods()).isEmpty();
    assertEmpty();
  }

  // ---- defects ----

  @Test
  void aFilterThatThrowsCostsItsOwnCall() {
    filters.script =
        (m, edit, holds, call) -> {
          throw new IllegalStateException("a defect for the test");
        };
    rig.net.defects = (what, e) -> {};
    Leg leg = phone.invite();
    rig.net.runMs(100);
    assertThat(leg.last("INVITE").status()).isEqualTo(500);
    assertEmpty();
  }

  @Test
  void whatIsDecidedWithinTheCallItselfCounts() {
    filters.script =
        (m, edit, holds, call) -> {
          Hold hold = holds.until(1_000_000, Verdict.PASS);
          hold.pass((sip, e) -> e.insert(sip.headersEnd()).put("X-Now: 1\r\n"));
          return hold;
        };
    Leg leg = call();
    assertThat(rig.backend(1).last("INVITE").first("X-Now")).isEqualTo("1");
    assertThat(leg.last("INVITE").first("X-Now")).isEqualTo("1");
    leg.bye();
    assertEmpty();
  }

  @Test
  void theyLearnWhoIsCalledByTheTagOfTheCallee() {
    String[] tag = new String[1];
    filters.script =
        (m, edit, holds, call) -> {
          tag[0] = m.calleeTag();
          return Verdict.PASS;
        };
    Leg leg = call();
    assertThat(tag[0]).isEqualTo(leg.remoteTag);
    rig.backend(1).facing(leg).bye();
    rig.net.runMs(100);
    assertThat(tag[0]).isEqualTo(leg.remoteTag);
    assertEmpty();
  }
}
