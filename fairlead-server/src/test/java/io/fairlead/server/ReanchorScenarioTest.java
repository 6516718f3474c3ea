// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.RecordText;
import io.fairlead.sdp.OfferAnswer.Side;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls whose engine is lost, and what re-INVITEs of ours make of them. */
class ReanchorScenarioTest {
  private final MediaRig rig = new MediaRig("relay");
  private final FakeBackend callee = rig.rig.backend(1);

  ReanchorScenarioTest() {
    takes(rig.phone, MediaRig.callers());
    takes(callee, MediaRig.callees());
  }

  // As a phone does: an offer when asked for one, else an answer.
  private static void takes(FakeAgent agent, String sdp) {
    agent.inDialog = in -> in.answerWith(in.request.method().equals("INVITE") ? sdp : "", 200);
  }

  private static void says(FakeAgent agent, int status, String... headers) {
    agent.inDialog = in -> in.answer(in.request.method().equals("INVITE") ? status : 200, headers);
  }

  private void lose() {
    rig.engine.observers.getLast().onEngineLost();
  }

  private static long reinvites(Leg leg) {
    return leg.requests.stream()
        .filter(r -> r.method().equals("INVITE") && !r.toTag().isEmpty())
        .map(Seen::cseq)
        .distinct()
        .count();
  }

  private Leg facing(Leg leg) {
    return callee.facing(leg);
  }

  private void assertTalks(Leg leg) {
    Seen offered = leg.request("INVITE");
    assertThat(MediaRig.at(offered)).startsWith(MediaRig.OUTSIDE + ":3");
    assertThat(MediaRig.at(facing(leg).request("ACK"))).startsWith(MediaRig.INSIDE + ":3");
    assertThat(rig.streams.open()).isEqualTo(1);
  }

  /** Each side can still do what it likes, and the other side's numbers rise. */
  private void assertGoesOn(Leg leg) {
    for (Leg each : new Leg[] {leg, facing(leg)}) {
      Leg other = each == leg ? facing(leg) : leg;
      each.send("INFO");
      rig.net.runMs(50);
      assertThat(each.last("INFO").status()).isEqualTo(200);
      assertThat(each.last("INFO").cseq()).as("as it was asked").isEqualTo(each.cseq);
      long told = other.request("INFO").cseq();
      assertThat(
              other.requests.stream()
                  .filter(r -> r.method().equals("INVITE"))
                  .mapToLong(Seen::cseq)
                  .max()
                  .orElse(0))
          .as("of what it has seen before")
          .isLessThan(told);
    }
  }

  private void ends(Leg who) {
    who.bye();
    rig.net.runMs(200);
    assertThat(who.last("BYE").status()).isEqualTo(200);
    assertThat(who.last("BYE").cseq()).isEqualTo(who.cseq);
    rig.assertEmpty();
  }

  private String record() {
    assertThat(rig.rig.records).hasSize(1);
    return RecordText.media(rig.rig.records.getFirst());
  }

  @Test
  void bothPartiesAgreeOnAnotherEngine() {
    Leg leg = rig.call();
    lose();
    rig.net.runMs(300);
    assertThat(reinvites(leg)).isEqualTo(1);
    assertThat(reinvites(facing(leg))).isEqualTo(1);
    assertThat(MediaRig.body(facing(leg).request("INVITE"))).isEmpty();
    assertTalks(leg);
    assertThat(rig.engine.told)
        .endsWith("open outside>inside", "offer CALLEE", "answer CALLER", "confirmed");
    assertGoesOn(leg);
    ends(leg);
    assertThat(record()).contains("media=relay").contains("media-reanchored=1");
  }

  @Test
  void whatBothEnginesSawOfALineIsOneLineInTheLog() {
    Leg leg = rig.call();
    rig.streams.packets = 300;
    hears(0);
    lose();
    rig.net.runMs(300);
    hears(1);
    ends(leg);
    assertThat(record())
        .contains("caller-packets=600", "callee-packets=600")
        .doesNotContain("streams=");
  }

  private void hears(int stream) {
    for (Side side : Side.values()) {
      rig.streams.opened.get(stream).lastNsAgo.put(side, 1L);
    }
  }

  @Test
  void theCalleeEndsACallThatWasBroughtElsewhere() {
    Leg leg = rig.call();
    lose();
    rig.net.runMs(300);
    ends(facing(leg));
  }

  @Test
  void aCallMayLoseItsEngineAgainAndAgain() {
    Leg leg = rig.call();
    for (int i = 1; i <= 3; i++) {
      lose();
      rig.net.runMs(300);
      assertThat(reinvites(leg)).isEqualTo(i);
      assertTalks(leg);
      assertGoesOn(leg);
    }
    ends(leg);
    assertThat(record()).contains("media-reanchored=3");
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(true, 488, 1, 1),
        Arguments.of(true, 501, 1, 1),
        Arguments.of(false, 488, 1, 1),
        Arguments.of(false, 403, 1, 1));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusalLeavesTheCallAsItWasAndTheNextOfferFindsAnEngine(
      boolean byCallee, int status, int askedCaller, int askedCallee) {
    Leg leg = rig.call();
    says(byCallee ? callee : rig.phone, status);
    lose();
    rig.net.runMs(2_000);
    assertThat(reinvites(leg)).isEqualTo(askedCaller);
    assertThat(reinvites(facing(leg))).isEqualTo(byCallee ? 2 : askedCallee);
    assertThat(rig.rig.house.calls()).isEqualTo(1);
    assertThat(rig.streams.open()).isZero();
    assertGoesOn(leg);

    takes(rig.phone, MediaRig.callers());
    takes(callee, MediaRig.callees());
    leg.send("INVITE");
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(leg.last("INVITE").cseq()).isEqualTo(leg.cseq);
    assertThat(rig.streams.open()).isEqualTo(1);
    ends(leg);
  }

  @Test
  void whoMadeAnOfferInVainIsToldOfASessionAtRest() {
    Leg leg = rig.call();
    says(rig.phone, 488);
    lose();
    rig.net.runMs(1_000);
    String answer = MediaRig.body(facing(leg).request("ACK"));
    assertThat(answer)
        .contains("m=audio ", " RTP/AVP 8 101\r\n", "c=IN IP4 0.0.0.0\r\n", "a=inactive\r\n");
    ends(leg);
  }

  @Test
  void whoMakesNoOfferIsGivenTheOthers() {
    Leg leg = rig.call();
    callee.inDialog =
        in -> {
          if (in.request.method().equals("INVITE") && !in.request.text().contains("v=0")) {
            in.answer(488);
          } else {
            in.answerWith(in.request.method().equals("INVITE") ? MediaRig.callees() : "", 200);
          }
        };
    lose();
    rig.net.runMs(1_000);
    assertThat(MediaRig.body(leg.request("INVITE"))).isEmpty();
    assertThat(MediaRig.at(facing(leg).request("INVITE"))).startsWith(MediaRig.INSIDE + ":3");
    assertThat(MediaRig.at(leg.request("ACK"))).startsWith(MediaRig.OUTSIDE + ":3");
    assertThat(rig.streams.open()).isEqualTo(1);
    assertGoesOn(leg);
    ends(leg);
  }

  // ---- who is busy ----

  @ParameterizedTest
  @MethodSource("parties")
  void whoIsBusyIsAskedAgain(boolean calleeIs) {
    Leg leg = rig.call();
    FakeAgent busy = calleeIs ? callee : rig.phone;
    String sdp = calleeIs ? MediaRig.callees() : MediaRig.callers();
    busy.inDialog =
        in -> {
          takes(busy, sdp);
          in.answer(491);
        };
    lose();
    rig.net.runMs(200);
    assertThat(rig.rig.house.calls()).isEqualTo(1);
    rig.net.runMs(6_000);
    assertThat(reinvites(calleeIs ? facing(leg) : leg)).isEqualTo(2);
    assertTalks(leg);
    assertGoesOn(leg);
    ends(leg);
    assertThat(record()).contains("media-reanchored=1");
  }

  static Stream<Boolean> parties() {
    return Stream.of(true, false);
  }

  @Test
  void aReInviteUnderWayIsWaitedFor() {
    Leg leg = rig.call();
    callee.inDialog = in -> in.answerWithAfter(500, MediaRig.callees(), 200);
    leg.send("INVITE");
    rig.net.runMs(100);
    lose();
    takes(callee, MediaRig.callees());
    rig.net.runMs(300);
    assertThat(reinvites(facing(leg))).isEqualTo(1);
    rig.net.runMs(2_000);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(reinvites(facing(leg))).isEqualTo(2);
    assertTalks(leg);
    assertGoesOn(leg);
    ends(leg);
  }

  @Test
  void anOfferOfAPartyThatComesFirstIsEnough() {
    Leg leg = rig.call();
    says(callee, 491);
    lose();
    rig.net.runMs(500);
    takes(callee, MediaRig.callees());
    leg.send("INVITE");
    rig.net.runMs(6_000);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(reinvites(leg)).as("of ours").isZero();
    assertThat(rig.streams.open()).isEqualTo(1);
    assertGoesOn(leg);
    ends(leg);
    assertThat(record()).doesNotContain("media-reanchored");
  }

  @ParameterizedTest
  @MethodSource("parties")
  void aReInviteThatCrossesOursIsToldToWait(boolean byCallee) {
    Leg leg = rig.call();
    callee.inDialog = in -> in.answerWithAfter(300, MediaRig.callees(), 200);
    lose();
    rig.net.runMs(100);
    Leg who = byCallee ? facing(leg) : leg;
    who.body = byCallee ? MediaRig.callees() : MediaRig.callers();
    who.send("INVITE");
    rig.net.runMs(50);
    assertThat(who.last("INVITE").status()).isEqualTo(491);
    rig.net.runMs(1_000);
    takes(callee, MediaRig.callees());
    assertTalks(leg);
    who.send("INVITE");
    rig.net.runMs(100);
    assertThat(who.last("INVITE").status()).isEqualTo(200);
    assertGoesOn(leg);
    ends(leg);
  }

  // ---- who is silent, or gone ----

  @Test
  void aPartyThatDoesNotAnswerLeavesTheCallAsItWas() {
    Leg leg = rig.call();
    rig.phone.inDialog =
        in -> {
          if (!in.request.method().equals("INVITE")) {
            in.answer(200);
          }
        };
    lose();
    rig.net.runMs(40_000);
    assertThat(rig.rig.house.calls()).isEqualTo(1);
    assertThat(MediaRig.body(facing(leg).request("ACK"))).contains("a=inactive");
    assertThat(rig.streams.open()).isZero();
    ends(leg);
  }

  @ParameterizedTest
  @MethodSource("parties")
  void aByeInBetweenEndsItAll(boolean byCallee) {
    Leg leg = rig.call();
    rig.phone.inDialog =
        in -> {
          if (in.request.method().equals("INVITE")) {
            in.answer(100).answerAfter(1_000, 487);
          } else {
            in.answer(200);
          }
        };
    lose();
    rig.net.runMs(200);
    (byCallee ? facing(leg) : leg).bye();
    rig.net.runMs(10_000);
    assertThat((byCallee ? facing(leg) : leg).last("BYE").status()).isEqualTo(200);
    assertThat(facing(leg).methods()).contains("ACK");
    assertThat(leg.methods()).as("nobody is told twice").doesNotHaveDuplicates();
    rig.assertEmpty();
  }

  @ParameterizedTest
  @MethodSource("parties")
  void whoHasLostTheCallEndsItForTheOther(boolean calleeHas) {
    Leg leg = rig.call();
    says(calleeHas ? callee : rig.phone, 481);
    lose();
    rig.net.runMs(1_000);
    Leg other = calleeHas ? leg : facing(leg);
    assertThat(other.request("BYE").first("Reason")).contains("cause=481");
    rig.assertEmpty();
  }

  @Test
  void withoutAnotherEngineTheCallGoesOn() {
    Leg leg = rig.call();
    rig.streams.left = 0;
    lose();
    rig.net.runMs(1_000);
    assertThat(rig.rig.house.calls()).isEqualTo(1);
    assertThat(reinvites(leg) + reinvites(facing(leg))).as("both are asked").isEqualTo(2);
    assertGoesOn(leg);
    ends(leg);
  }

  // ---- numbers ----

  @Test
  void aLateCopyOfAnAnswerIsAcknowledgedAgain() {
    Leg leg = rig.call();
    lose();
    rig.net.runMs(300);
    Seen reinvite = facing(leg).request("INVITE");
    long before = facing(leg).methods().stream().filter("ACK"::equals).count();
    String ack = MediaRig.body(facing(leg).request("ACK"));
    callee.repeat(reinvite);
    rig.net.runMs(100);
    assertThat(facing(leg).methods().stream().filter("ACK"::equals).count()).isEqualTo(before + 1);
    assertThat(MediaRig.body(facing(leg).request("ACK"))).isEqualTo(ack);
    ends(leg);
  }

  @Test
  void aRequestThatIsUnderWayKeepsItsNumber() {
    Leg leg = rig.call();
    callee.inDialog =
        in -> {
          if (in.request.method().equals("INFO")) {
            in.answerAfter(1_000, 200);
          } else {
            in.answerWith(in.request.method().equals("INVITE") ? MediaRig.callees() : "", 200);
          }
        };
    leg.send("INFO");
    rig.net.runMs(50);
    lose();
    rig.net.runMs(2_000);
    assertTalks(leg);
    assertThat(leg.last("INFO").cseq()).isEqualTo(leg.cseq);
    assertThat(facing(leg).request("INFO").cseq()).isEqualTo(leg.cseq);
    ends(leg);
  }

  @Test
  void aReliableProvisionalResponseIsAcknowledgedByItsNumber() {
    Leg leg = rig.call();
    lose();
    rig.net.runMs(300);
    callee.inDialog =
        in -> {
          if (in.request.method().equals("INVITE")) {
            in.answerWith(MediaRig.callees(), 183, "Require: 100rel", "RSeq: 7");
            in.answerWithAfter(400, "", 200);
          } else {
            in.answerWith("", 200);
          }
        };
    leg.send("INVITE");
    rig.net.runMs(100);
    long invited = facing(leg).request("INVITE").cseq();
    assertThat(invited).isEqualTo(leg.cseq + 1);
    String body = leg.body;
    leg.body = "";
    leg.send("PRACK", "RAck: 7 " + leg.cseq + " INVITE");
    rig.net.runMs(100);
    assertThat(leg.last("PRACK").status()).isEqualTo(200);
    assertThat(facing(leg).request("PRACK").first("RAck")).isEqualTo("7 " + invited + " INVITE");
    rig.net.runMs(600);
    leg.body = body;
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(facing(leg).request("ACK").cseq()).isEqualTo(invited);
    ends(leg);
  }

  @Test
  void aCancelledReInviteIsCancelledByItsNumber() {
    Leg leg = rig.call();
    lose();
    rig.net.runMs(300);
    callee.inDialog = in -> in.answer(in.request.method().equals("INVITE") ? 180 : 200);
    leg.send("INVITE");
    rig.net.runMs(100);
    leg.cancel();
    rig.net.runMs(100);
    assertThat(leg.last("INVITE").status()).isEqualTo(487);
    assertThat(facing(leg).request("CANCEL").cseq())
        .isEqualTo(facing(leg).request("INVITE").cseq());
    ends(leg);
  }

  @Test
  void notificationsOfATransferNameItByItsNumber() {
    Leg leg = rig.call();
    lose();
    rig.net.runMs(300);
    leg.send("REFER", "Refer-To: <sip:carol@example.com>");
    rig.net.runMs(100);
    long referred = facing(leg).request("REFER").cseq();
    assertThat(referred).isEqualTo(leg.cseq + 1);
    facing(leg).send("NOTIFY", "Event: refer;id=" + referred);
    rig.net.runMs(100);
    assertThat(leg.request("NOTIFY").first("Event")).isEqualTo("refer;id=" + leg.cseq);
    ends(leg);
  }

  @Test
  void theSessionTimerGoesOn() {
    String agreed = "Session-Expires: 1800;refresher=uas";
    callee.script =
        in ->
            in.answerWithAfter(
                50, in.request.method().equals("INVITE") ? MediaRig.callees() : "", 200, agreed);
    Leg leg = rig.call();
    lose();
    rig.net.runMs(300);
    assertThat(facing(leg).request("INVITE").first("Session-Expires"))
        .isEqualTo("1800;refresher=uas");
    ends(leg);
  }

  // ---- another node ----

  @Test
  void aNodeThatTookTheCallOverBringsItElsewhereToo() {
    Leg leg = rig.call();
    MediaRig other = new MediaRig(rig.net, MediaRig.yaml("bypass", "bye"), rig.phone);
    FakeBackend there = other.rig.backend(1);
    rig.net.runMs(50);
    there.legs.put(leg.callId, facing(leg));
    takes(there, MediaRig.callees());
    leg.send("INVITE");
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    other.engine.observers.getLast().onEngineLost();
    rig.net.runMs(500);
    assertThat(reinvites(leg)).isEqualTo(1);
    assertThat(MediaRig.at(leg.request("INVITE"))).startsWith(MediaRig.OUTSIDE + ":3");
    leg.send("INFO");
    rig.net.runMs(100);
    assertThat(leg.last("INFO").cseq()).isEqualTo(leg.cseq);
    assertThat(there.last("INFO").cseq()).isEqualTo(leg.cseq + 1);
    leg.bye();
    rig.net.runMs(200);
    assertThat(leg.last("BYE").status()).isEqualTo(200);
    assertThat(other.streams.open()).isZero();
  }

  // ---- NAT ----

  @Test
  void whoIsBehindNatIsStillMetWhereItSpeaks() {
    rig.phone.contact = "192.168.1.20:5060";
    Leg leg = rig.call();
    lose();
    rig.net.runMs(300);
    assertTalks(leg);
    assertGoesOn(leg);
    ends(facing(leg));
  }

  // ---- pace ----

  @Test
  void manyCallsAreBroughtElsewhereOneAfterTheOther() {
    List<Leg> legs = Stream.generate(rig::call).limit(10).toList();
    rig.net.runMs(5_000);
    List.copyOf(rig.engine.observers).forEach(each -> each.onEngineLost());
    rig.net.runMs(100);
    long soon = legs.stream().filter(leg -> reinvites(leg) > 0).count();
    assertThat(soon).as("of 50 a second").isBetween(4L, 6L);
    rig.net.runMs(500);
    assertThat(legs).allMatch(leg -> reinvites(leg) == 1);
    assertThat(rig.streams.open()).isEqualTo(10);
    legs.forEach(Leg::bye);
    rig.net.runMs(200);
    rig.assertEmpty();
  }
}
