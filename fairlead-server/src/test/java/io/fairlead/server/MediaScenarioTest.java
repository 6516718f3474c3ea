// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.RecordText;
import io.fairlead.sdp.OfferAnswer.Side;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Calls whose media is relayed: what each side reads, and what is left behind. */
class MediaScenarioTest {
  private MediaRig rig = new MediaRig("relay");

  private String offered(int backend) {
    return MediaRig.at(rig.rig.backend(backend).last("INVITE"));
  }

  private static String answered(Leg leg) {
    return MediaRig.at(leg.last("INVITE"));
  }

  private static void assertOurs(String at, String address) {
    assertThat(at).matches(address.replace(".", "\\.") + ":3\\d{4}");
  }

  private String media() {
    assertThat(rig.rig.records).hasSize(1);
    return RecordText.media(rig.rig.records.getFirst());
  }

  // ---- the first offer and its answer ----

  @Test
  void bothSidesReadTheRelayOnTheirOwnNetwork() {
    Leg leg = rig.call();
    assertOurs(offered(1), MediaRig.INSIDE);
    assertOurs(answered(leg), MediaRig.OUTSIDE);
    Seen invite = rig.rig.backend(1).last("INVITE");
    assertThat(invite.first("Content-Length")).isEqualTo("" + MediaRig.body(invite).length());
    assertThat(rig.engine.told)
        .containsExactly("open outside>inside", "offer CALLER first", "answer CALLEE", "confirmed");
    assertThat(rig.streams.open()).isEqualTo(1);
    rig.streams.opened.getFirst().lastNsAgo.put(Side.CALLER, 1L);
    rig.streams.opened.getFirst().lastNsAgo.put(Side.CALLEE, 1L);
    leg.bye();
    rig.assertEmpty();
    assertThat(media()).contains("media=relay codec=PCMA/8000 caller-packets=1");
  }

  @Test
  void aSlowEngineHoldsTheMessagesUp() {
    rig.engine.takesMs = 400;
    Leg leg = rig.invite(MediaRig.callers());
    rig.net.runMs(300);
    assertThat(rig.rig.backend(1).requests("INVITE")).isZero();
    rig.net.runMs(300);
    assertOurs(offered(1), MediaRig.INSIDE);
    assertThat(leg.statuses("INVITE")).doesNotContain(200);
    rig.net.runMs(400);
    assertOurs(answered(leg), MediaRig.OUTSIDE);
    leg.bye();
    rig.assertEmpty();
    assertThat(media()).as("the engine's report is waited for").contains("media=relay");
  }

  @Test
  void anEngineThatNeverAnswersRefusesTheCallAndNoOtherBackendIsTried() {
    rig.engine.takesMs = -1;
    Leg leg = rig.invite(MediaRig.callers());
    rig.net.runMs(6_000);
    assertThat(leg.last("INVITE").status()).isEqualTo(503);
    assertThat(rig.rig.backends).allMatch(backend -> backend.requests("INVITE") == 0);
    rig.rig.assertEmpty();
    assertThat(rig.streams.open()).isZero();
  }

  @Test
  void withoutPortsTheCallIsRefused() {
    rig.streams.left = 0;
    Leg leg = rig.invite(MediaRig.callers());
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(503);
    assertThat(rig.rig.log()).contains("flag=MP");
    rig.assertEmpty();
  }

  @Test
  void aCallWithoutDescriptionPassesAndTheLogSaysSo() {
    rig.rig.backend(1).takes();
    Leg leg = rig.invite("");
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    leg.bye();
    rig.assertEmpty();
    assertThat(media()).isEqualTo("media=bypass media-why=\"no session\"");
  }

  @Test
  void whatIsNotUnderstoodPassesByteForByte() {
    String odd = "v=0\r\nthis is none\r\n";
    Leg leg = rig.invite(odd);
    rig.net.runMs(200);
    assertThat(MediaRig.body(rig.rig.backend(1).last("INVITE"))).isEqualTo(odd);
    leg.bye();
    rig.assertEmpty();
    assertThat(media()).startsWith("media=bypass media-why=");
  }

  @Test
  void aPartOfABodyIsReplacedAndItsLengthFollows() {
    String part = MediaRig.callers();
    String body =
        "--b\r\nContent-Type: application/sdp\r\nContent-Length: "
            + part.length()
            + "\r\n\r\n"
            + part
            + "\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n";
    Leg leg = rig.invite(body, "Content-Type: multipart/mixed;boundary=b");
    rig.net.runMs(200);
    String sent = MediaRig.body(rig.rig.backend(1).last("INVITE"));
    assertThat(sent).contains("c=IN IP4 10.0.0.10").endsWith("hello\r\n--b--\r\n");
    int from = sent.indexOf("v=0");
    int to = sent.indexOf("\r\n--b\r\nContent-Type: text");
    assertThat(sent).contains("Content-Length: " + (to - from) + "\r\n");
    leg.bye();
    rig.assertEmpty();
  }

  // ---- attempts ----

  @Test
  void theNextBackendIsOfferedItsOwnNetwork() {
    rig.rig.backend(1).says(503);
    Leg leg = rig.call();
    assertOurs(offered(1), MediaRig.INSIDE);
    assertOurs(offered(2), MediaRig.OUTSIDE);
    assertOurs(answered(leg), MediaRig.OUTSIDE);
    assertThat(rig.engine.told)
        .containsExactly(
            "open outside>inside",
            "offer CALLER first",
            "move outside",
            "offer CALLER first",
            "answer CALLEE",
            "confirmed");
    leg.bye();
    rig.assertEmpty();
  }

  @Test
  void branchesOnSeveralNetworksHaveAPlaceEach() {
    rig =
        new MediaRig(
            new VirtualNet(1, 1),
            MediaRig.yaml("relay", "bye").replace("balance: priority", "balance: fanout"));
    rig.rig.backend(1).rings();
    rig.rig.backend(3).rings();
    Leg leg = rig.call();
    assertOurs(offered(1), MediaRig.INSIDE);
    assertOurs(offered(2), MediaRig.OUTSIDE);
    assertOurs(answered(leg), MediaRig.OUTSIDE);
    rig.net.runMs(1_000);
    assertThat(rig.streams.open()).as("that of the losers is given back").isEqualTo(1);
    leg.bye();
    rig.assertEmpty();
  }

  @Test
  void aCallerWhoGivesUpWhileTheOfferIsHeldLeavesNothing() {
    rig.engine.takesMs = 1_000;
    Leg leg = rig.invite(MediaRig.callers());
    rig.net.runMs(100);
    leg.cancel();
    rig.net.runMs(100);
    assertThat(leg.last("INVITE").status()).isEqualTo(487);
    rig.net.runMs(2_000);
    assertThat(rig.rig.backend(1).requests("INVITE")).isZero();
    rig.assertEmpty();
  }

  // ---- other ways of offer and answer ----

  @Test
  void aPreviewOfTheAnswerIsAskedAboutOnce() {
    rig.rig.backend(1).script =
        in -> {
          in.answer(100).answerWith(MediaRig.callees(), 183);
          in.answerWithAfter(100, MediaRig.callees(), 200);
        };
    Leg leg = rig.call();
    assertThat(leg.statuses("INVITE")).contains(183, 200);
    for (Seen response : leg.responses) {
      if (response.status() > 100) {
        assertOurs(MediaRig.at(response), MediaRig.OUTSIDE);
      }
    }
    assertThat(rig.engine.told)
        .containsExactly("open outside>inside", "offer CALLER first", "answer CALLEE", "confirmed");
    leg.bye();
    rig.assertEmpty();
  }

  @Test
  void earlyMediaOfForksIsReadOfEachAndTheOneThatAnswersCounts() {
    rig =
        new MediaRig(
            new VirtualNet(1, 1),
            MediaRig.yaml("relay", "bye").replace("balance: priority", "balance: fanout"));
    for (int i = 1; i <= 3; i++) {
      String sdp = MediaRig.sdp("10.0.0." + i, 6000);
      int ms = i == 1 ? 300 : 60_000;
      rig.rig.backend(i).script =
          in -> in.answer(100).answerWith(sdp, 183).answerWithAfter(ms, sdp, 200);
    }
    Leg leg = rig.invite(MediaRig.callers());
    rig.net.runMs(200);
    assertThat(leg.statuses("INVITE")).containsExactly(100, 183, 183, 183);
    rig.net.runMs(1_000);
    leg.responses.stream()
        .filter(response -> response.status() > 100)
        .forEach(response -> assertOurs(MediaRig.at(response), MediaRig.OUTSIDE));
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(rig.engine.told)
        .as("the winner's is told again, since another's was last")
        .containsSubsequence("answer CALLEE", "answer CALLEE", "answer CALLEE", "answer CALLEE");
    assertThat(rig.streams.open()).isEqualTo(1);
    leg.bye();
    rig.assertEmpty();
  }

  @Test
  void aLateOfferIsAnsweredByTheAck() {
    Leg leg = rig.invite("");
    leg.inAckBody = MediaRig.callers();
    rig.net.runMs(200);
    assertOurs(answered(leg), MediaRig.OUTSIDE);
    assertOurs(MediaRig.at(rig.rig.backend(1).last("ACK")), MediaRig.INSIDE);
    assertThat(rig.engine.told)
        .containsExactly("open outside>inside", "offer CALLEE", "answer CALLER", "confirmed");
    leg.bye();
    rig.assertEmpty();
  }

  @Test
  void anAnswerThatComesAgainReadsTheSame() {
    Leg leg = phone(MediaRig.callers());
    rig.net.runMs(1_000);
    assertThat(leg.responses.stream().filter(r -> r.status() == 200).map(MediaRig::body).distinct())
        .hasSize(1);
    assertThat(leg.responses.stream().filter(r -> r.status() == 200).count()).isGreaterThan(1);
    leg.acknowledges = true;
    rig.net.runMs(5_000);
    leg.bye();
    rig.assertEmpty();
  }

  private Leg phone(String body) {
    Leg leg = rig.phone.leg("sip:bob@example.com");
    leg.acknowledges = false;
    leg.body = body;
    rig.phone.request(leg, "INVITE", 1);
    return leg;
  }

  @Test
  void aReliableAnswerIsConfirmedByThePrack() {
    rig.rig.backend(1).script =
        in -> {
          in.answer(100).answerWith(MediaRig.callees(), 183, "Require: 100rel", "RSeq: 1");
          in.answerWithAfter(400, "", 200);
        };
    Leg leg = rig.invite(MediaRig.callers());
    rig.net.runMs(100);
    Seen early = leg.last("INVITE");
    assertOurs(MediaRig.at(early), MediaRig.OUTSIDE);
    leg.remoteTag = early.toTag();
    leg.target = Seen.bracketed(early.first("Contact"));
    leg.routes = early.all("Record-Route").reversed();
    leg.body = "";
    leg.send("PRACK", "RAck: 1 1 INVITE");
    rig.net.runMs(100);
    assertThat(leg.last("PRACK").status()).isEqualTo(200);
    leg.body = MediaRig.sdp("192.0.2.1", 4002);
    leg.send("UPDATE");
    rig.net.runMs(100);
    assertOurs(MediaRig.at(rig.rig.backend(1).last("UPDATE")), MediaRig.INSIDE);
    assertOurs(MediaRig.at(leg.last("UPDATE")), MediaRig.OUTSIDE);
    rig.net.runMs(400);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    leg.bye();
    rig.assertEmpty();
  }

  // ---- inside the call ----

  @Test
  void holdAndResumePassByTheSamePorts() {
    Leg leg = rig.call();
    String offered = offered(1);
    for (String direction : new String[] {"a=sendonly", "a=sendrecv"}) {
      leg.body = MediaRig.sdp("192.0.2.1", 4000, direction);
      leg.send("INVITE");
      rig.net.runMs(200);
      assertThat(offered(1)).isEqualTo(offered);
      assertThat(MediaRig.body(rig.rig.backend(1).last("INVITE"))).contains(direction);
      assertOurs(answered(leg), MediaRig.OUTSIDE);
    }
    rig.rig.backend(1).facing(leg).body = MediaRig.callees();
    rig.phone.inDialog =
        in -> in.answerWith(in.request.method().equals("INVITE") ? MediaRig.callers() : "", 200);
    rig.rig.backend(1).facing(leg).send("INVITE");
    rig.net.runMs(200);
    assertOurs(MediaRig.at(leg.request("INVITE")), MediaRig.OUTSIDE);
    assertOurs(answered(rig.rig.backend(1).facing(leg)), MediaRig.INSIDE);
    leg.bye();
    rig.assertEmpty();
    assertThat(rig.streams.opened).hasSize(1);
  }

  @Test
  void aRefusedReInviteLeavesWhatWasAgreed() {
    Leg leg = rig.call();
    rig.rig.backend(1).inDialog = in -> in.answer(in.request.method().equals("BYE") ? 200 : 488);
    leg.body = MediaRig.callers() + "m=video 4010 RTP/AVP 96\r\n";
    leg.send("INVITE");
    rig.net.runMs(200);
    assertThat(rig.engine.told).endsWith("offer CALLER", "rejected CALLER");
    assertThat(rig.streams.open()).isEqualTo(1);
    leg.bye();
    rig.assertEmpty();
  }

  @Test
  void anOfferWhileAnotherWaitsIsRefused() {
    Leg leg = rig.call();
    rig.rig.backend(1).inDialog = in -> in.answerWithAfter(500, MediaRig.callees(), 200);
    leg.send("INVITE");
    rig.net.runMs(100);
    Leg far = rig.rig.backend(1).facing(leg);
    far.body = MediaRig.callees();
    far.send("INVITE");
    rig.net.runMs(100);
    assertThat(far.last("INVITE").status()).isEqualTo(491);
    rig.net.runMs(1_000);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    leg.bye();
    rig.assertEmpty();
  }

  @Test
  void aCallWhoseEngineIsLostIsAnchoredAnewByTheNextOffer() {
    rig =
        new MediaRig(
            new VirtualNet(1, 1),
            MediaRig.yaml("relay", "bye")
                .replace(
                    "media:\n  relay", "media:\n  reanchor: { on-engine-loss: wait }\n  relay"));
    Leg leg = rig.call();
    rig.engine.observers.getFirst().onEngineLost();
    leg.send("INVITE");
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(rig.streams.opened).hasSize(2);
    assertThat(rig.streams.open()).isEqualTo(1);
    leg.bye();
    rig.assertEmpty();
  }

  @Test
  void whereNoEngineTakesACallThatLostItsOwnTheOfferIsRefusedAndTheCallGoesOn() {
    Leg leg = rig.call();
    rig.engine.takesMs = -1;
    leg.send("INVITE");
    rig.net.runMs(6_000);
    assertThat(leg.last("INVITE").status()).isEqualTo(488);
    assertThat(rig.rig.house.calls()).isEqualTo(1);
    rig.engine.takesMs = 0;
    leg.send("INVITE");
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    leg.bye();
    rig.assertEmpty();
  }

  // ---- another node ----

  @Test
  void aNodeThatNeverSawTheCallAnchorsItByTheNextOffer() {
    Leg leg = rig.call();
    MediaRig other = new MediaRig(rig.net, MediaRig.yaml("bypass", "bye"), rig.phone);
    rig.net.runMs(50);
    leg.send("INVITE");
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertOurs(answered(leg), MediaRig.OUTSIDE);
    assertOurs(MediaRig.at(other.rig.backend(1).last("INVITE")), MediaRig.INSIDE);
    assertThat(other.streams.open()).isEqualTo(1);
    leg.bye();
    rig.net.runMs(200);
    assertThat(leg.last("BYE").status()).isEqualTo(200);
    assertThat(other.streams.open()).isZero();
  }

  // ---- silence ----

  @Test
  void aSilentSideEndsTheCallAtBothSides() {
    Leg leg = rig.call();
    rig.streams.opened.getFirst().lastNsAgo.put(Side.CALLER, 1L);
    rig.streams.opened.getFirst().observer.onSilence(Side.CALLEE, Duration.ofSeconds(60));
    rig.net.runMs(300);
    for (Seen bye : new Seen[] {leg.request("BYE"), rig.rig.backend(1).last("BYE")}) {
      assertThat(bye.first("Reason")).contains("No media for 60 s, silent: callee");
    }
    assertThat(rig.rig.log()).contains("status=200").contains("flag=MS").contains("ended=proxy");
    assertThat(media()).contains("media-silent=callee");
    rig.assertEmpty();
  }

  @Test
  void withLogASilentSideIsOnlyNamed() {
    rig = new MediaRig(new VirtualNet(1, 1), MediaRig.yaml("relay", "log"));
    Leg leg = rig.call();
    rig.streams.packets = 100;
    rig.streams.opened.getFirst().lastNsAgo.put(Side.CALLER, 1L);
    rig.streams.opened.getFirst().observer.onSilence(Side.CALLEE, Duration.ofSeconds(60));
    rig.net.runMs(300);
    assertThat(leg.methods()).isEmpty();
    leg.bye();
    rig.assertEmpty();
    assertThat(media()).contains("one-way=caller").contains("media-silent=callee");
  }

  // ---- auto ----

  @Test
  void autoRelaysFromOneNetworkToAnother() {
    rig = new MediaRig("auto");
    Leg leg = rig.call();
    assertOurs(offered(1), MediaRig.INSIDE);
    leg.bye();
    rig.assertEmpty();
  }

  @Test
  void autoLeavesACallOnOneNetworkAlone() {
    rig = new MediaRig("auto");
    rig.rig.backend(1).says(503);
    Leg leg = rig.call();
    assertThat(offered(2)).isEqualTo("192.0.2.1:4000");
    assertThat(answered(leg)).isEqualTo("10.0.0.1:6000");
    leg.bye();
    rig.net.runMs(200);
    rig.assertEmpty();
  }

  @Test
  void autoRelaysForACallerBehindNat() {
    for (Map.Entry<String, String> each :
        Map.of("192.168.1.5:5060", "192.0.2.1", "192.0.2.1:5060", "192.168.1.5").entrySet()) {
      rig = new MediaRig("auto");
      rig.rig.backend(1).says(503);
      rig.phone.contact = each.getKey();
      Leg leg = rig.invite(MediaRig.sdp(each.getValue(), 4000));
      rig.net.runMs(200);
      assertOurs(offered(2), MediaRig.OUTSIDE);
      leg.bye();
      rig.assertEmpty();
    }
  }

  @Test
  void autoLeavesNatToIce() {
    rig = new MediaRig("auto");
    rig.rig.backend(1).says(503);
    Leg leg = rig.invite(MediaRig.sdp("192.168.1.5", 4000, "a=ice-ufrag:abcd", "a=ice-pwd:x"));
    rig.net.runMs(200);
    assertThat(offered(2)).isEqualTo("192.168.1.5:4000");
    leg.bye();
    rig.assertEmpty();
  }

  @Test
  void autoRelaysForADeviceThatOnlyItsFlowReaches() {
    for (String contact : List.of("192.168.1.7:5060", "192.0.2.1:5062")) {
      String yaml =
          MediaRig.yaml("bypass", "bye")
              .replace(
                  "routes:\n",
                  """
                  registrars: { phones: { domains: [ example.org ], users: off } }
                  routes:
                    - { match: { method: REGISTER }, registrar: phones }
                    - { match: { location: phones }, to-location: phones, media: auto }
                  """);
      rig = new MediaRig(new VirtualNet(1, 1), yaml);
      FakePhone device = rig.rig.phone();
      device.contact = contact;
      assertThat(device.register("sip:alice@" + contact, "").status()).isEqualTo(200);
      device.script = in -> in.answerWith(MediaRig.sdp("192.0.2.1", 7000), 200);
      Leg leg = rig.phone.leg("sip:alice@example.org");
      leg.body = MediaRig.callers();
      rig.phone.request(leg, "INVITE", 1);
      rig.net.runMs(200);
      assertThat(leg.last("INVITE").status()).isEqualTo(200);
      if (contact.startsWith("192.168")) {
        assertOurs(MediaRig.at(device.last("INVITE")), MediaRig.OUTSIDE);
        assertOurs(answered(leg), MediaRig.OUTSIDE);
      } else {
        assertThat(MediaRig.at(device.last("INVITE"))).isEqualTo("192.0.2.1:4000");
      }
      leg.bye();
      rig.net.runMs(200);
      rig.assertEmpty();
    }
  }
}
