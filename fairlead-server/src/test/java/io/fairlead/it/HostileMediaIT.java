// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Packets and descriptions that nobody should send, and what becomes of the calls beside them. One
 * after the other: they count on the same meters.
 */
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(120)
class HostileMediaIT {
  private static final String OFFERED = "m=audio \\d+ ";

  private static RelayingFairlead fairlead;

  private AnchoredCall beside;

  @BeforeAll
  static void starts() {
    fairlead = new RelayingFairlead(MediaIT.RELAY);
  }

  @AfterAll
  static void stops() {
    fairlead.close();
  }

  /** Whatever a test does, another call goes on. */
  @BeforeEach
  void anotherCallBegins() {
    beside = fairlead.phones().begins();
    beside.talk(2);
  }

  @AfterEach
  void anotherCallIsUntouched() {
    beside.talk(2);
    assertThat(beside.ends()).contains("caller-packets=4", "callee-packets=4");
    beside.close();
    assertThat(fairlead.process().log()).doesNotContain("Exception");
  }

  @Test
  void dropsAndCountsWhatAStrangerInjects() {
    try (AnchoredCall call = fairlead.phones().begins();
        MediaSocket stranger = new MediaSocket("127.0.0.1")) {
      call.talk(2);
      long before = settled("stranger");
      for (int i = 0; i < 10; i++) {
        stranger.send(call.callerSendsTo(), stranger.rtp(8, 160));
        stranger.send(call.calleeSendsTo(), stranger.rtp(8, 160));
        call.talk(1);
      }
      assertThat(stranger.drain()).isEmpty();
      assertThat(call.ends())
          .contains("caller-packets=12", "caller-dropped=10")
          .contains("callee-packets=12", "callee-dropped=10");
      droppedMore("stranger", before, 20);
    }
  }

  // Media threads add to the meters from time to time.
  private static void droppedMore(String reason, long before, long packets) {
    Loopback.await(Duration.ofSeconds(3), () -> dropped(reason) - before >= packets);
    assertThat(dropped(reason) - before).as(reason).isEqualTo(packets);
  }

  // What the test before has sent may be added up to a second later.
  private static long settled(String reason) {
    long before;
    long now = dropped(reason);
    do {
      before = now;
      Loopback.await(Duration.ofMillis(1500), () -> false);
      now = dropped(reason);
    } while (now != before);
    return now;
  }

  private static long dropped(String reason) {
    return fairlead.meter("fairlead_media_dropped_total{reason=\"" + reason + "\"}");
  }

  @Test
  void outlivesAFloodOfStrays() {
    try (AnchoredCall call = fairlead.phones().begins();
        MediaSocket stranger = new MediaSocket("127.0.0.1")) {
      call.talk(2);
      byte[] stray = stranger.rtp(8, 160);
      for (int i = 0; i < 20_000; i++) {
        stranger.send(i % 2 == 0 ? call.callerSendsTo() : call.calleeSendsTo(), stray);
        if (i % 100 == 0) {
          beside.callee().media().send(beside.callerSendsTo(), stray);
        }
      }
      call.ends();
    }
  }

  @Test
  void dropsWhatIsNoRtpAndPassesEveryLengthThatIs() {
    try (AnchoredCall call = fairlead.phones().begins()) {
      call.talk(2);
      MediaSocket caller = call.caller().media();
      long tooLong = dropped("long");
      long invalid = dropped("invalid");
      long empty = dropped("empty");
      for (int length : new int[] {0, 3, 11, 4000, 65_000}) {
        byte[] bytes = length > 12 ? caller.rtp(8, length - 12) : new byte[length];
        if (length > 0 && length < 12) {
          bytes[0] = (byte) 0x80;
        }
        caller.send(call.callerSendsTo(), bytes);
      }
      assertThat(call.callee().media().drain()).isEmpty();
      call.callerSays(8, 0);
      call.callerSays(8, 1400);
      call.talk(2);
      assertThat(call.ends()).contains("caller-packets=6");
      droppedMore("long", tooLong, 2);
      droppedMore("invalid", invalid, 2);
      droppedMore("empty", empty, 1);
    }
  }

  @Test
  void hearsOnlyTheFirstOfOneWhoChangesTheAddressWithEachPacket() {
    try (AnchoredCall call = fairlead.phones()) {
      call.begins(
          call.caller().sdp().replace("c=IN IP4 127.0.0.1", "c=IN IP4 10.11.12.13"),
          call.callee().sdp());
      call.talk(1);
      long before = settled("stranger");
      for (int i = 0; i < 20; i++) {
        try (MediaSocket each = new MediaSocket("127.0.0.1")) {
          each.send(call.callerSendsTo(), each.rtp(8, 160));
        }
      }
      assertThat(call.callee().media().drain()).isEmpty();
      call.talk(1);
      assertThat(call.ends()).contains("caller-packets=2");
      droppedMore("stranger", before, 20);
    }
  }

  @Test
  void survivesRtcpThatIsNone() {
    try (AnchoredCall call = fairlead.phones().begins()) {
      call.talk(2);
      InetSocketAddress rtp = call.callerSendsTo();
      InetSocketAddress rtcp = new InetSocketAddress(rtp.getAddress(), rtp.getPort() + 1);
      for (int length : new int[] {0, 1, 4, 7, 8, 1400}) {
        byte[] garbage = new byte[length];
        Arrays.fill(garbage, (byte) 0xcd);
        call.caller().media().send(rtcp, garbage);
      }
      call.talk(2);
      call.ends();
    }
  }

  @Test
  void sendsNothingToAThirdPartyThatADescriptionNames() {
    InetSocketAddress place = Loopback.free("127.0.0.9");
    try (AnchoredCall call = fairlead.phones();
        MediaSocket third = new MediaSocket(place)) {
      String offer =
          call.caller()
              .sdp(third)
              .replace("c=IN IP4 127.0.0.1", "c=IN IP4 " + Loopback.host(place));
      call.begins(offer, call.callee().sdp());
      MediaSocket callee = call.callee().media();
      for (int i = 0; i < 5; i++) {
        callee.send(call.calleeSendsTo(), callee.rtp(8, 160));
      }
      assertThat(third.drain()).isEmpty();
      call.talk(3);
      assertThat(third.drain()).isEmpty();
      call.ends();
    }
  }

  @Test
  void sendsNothingToItself() {
    try (AnchoredCall victim = fairlead.phones().begins();
        AnchoredCall call = fairlead.phones()) {
      victim.talk(1);
      String offer =
          call.caller()
              .sdp()
              .replaceFirst(OFFERED, "m=audio " + victim.callerSendsTo().getPort() + " ");
      call.begins(offer, call.callee().sdp());
      MediaSocket callee = call.callee().media();
      for (int i = 0; i < 5; i++) {
        callee.send(call.calleeSendsTo(), callee.rtp(8, 160));
      }
      assertThat(victim.callee().media().drain()).isEmpty();
      call.talk(2);
      victim.talk(1);
      assertThat(victim.ends()).contains("caller-packets=2");
      call.ends();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c=IN IP4 224.2.3.4",
        "c=IN IP4 255.255.255.255",
        "c=IN IP4 0.1.2.3",
        "c=IN IP6 ff02::1",
        "c=IN IP4 host.invalid",
        "c=IN IP4 10.11.12.13"
      })
  void waitsForAPacketWhereTheAddressIsOfNoUse(String connection) {
    try (AnchoredCall call = fairlead.phones()) {
      call.begins(
          call.caller().sdp().replace("c=IN IP4 127.0.0.1", connection), call.callee().sdp());
      call.talk(3);
      call.ends();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"m=audio 1 ", "m=audio 65535 ", "m=audio 9 ", "m=audio 5060/2 "})
  void relaysWhateverPortADescriptionNames(String line) {
    try (AnchoredCall call = fairlead.phones()) {
      call.begins(call.caller().sdp().replaceFirst(OFFERED, line), call.callee().sdp());
      call.talk(3);
      call.ends();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"m=audio 65536 ", "m=audio -1 ", "m=audio port ", "m=audio "})
  void leavesWhatItCannotUnderstand(String line) {
    try (AnchoredCall call = fairlead.phones()) {
      String offer = call.caller().sdp().replaceFirst(OFFERED, line);
      call.caller().invites(call.user(), offer);
      String invite = call.callee().awaits("INVITE ");
      assertThat(invite).endsWith(offer);
      call.callee().answers(invite, 488, null);
      call.caller().acknowledges(call.caller().awaits("SIP/2.0 488"), null);
      assertThat(call.line()).contains("status=488", "media=bypass");
    }
  }

  @Test
  void passesALineThatIsSwitchedOff() {
    try (AnchoredCall call = fairlead.phones()) {
      String off = "m=video 0 RTP/AVP 31\r\n";
      call.begins(call.caller().sdp() + off, call.callee().sdp() + off);
      call.talk(2);
      call.ends();
    }
  }

  @Test
  void refusesTwoHundredLines() {
    try (AnchoredCall call = fairlead.phones()) {
      String lines = "m=audio 4000 RTP/AVP 8\r\n".repeat(200);
      call.caller().invites(call.user(), call.caller().sdp() + lines);
      call.caller().acknowledges(call.caller().awaits("SIP/2.0 488"), null);
      assertThat(call.line()).contains("status=488");
    }
  }

  @Test
  void takesOrRefusesABodyOfSixtyFourKibibytes() {
    for (int kibibytes : List.of(16, 60)) {
      try (AnchoredCall call = fairlead.phones()) {
        String lines = "a=x-filler:0123456789012345678901234567890123456789\r\n";
        String more = lines.repeat(kibibytes * 1024 / lines.length());
        call.caller().invites(call.user(), call.caller().sdp() + more);
        String invite = call.callee().polls("INVITE ", Duration.ofSeconds(2));
        if (invite.isEmpty()) {
          String refused = call.caller().awaits("SIP/2.0 4");
          assertThat(TextPeer.status(refused)).isIn(413, 488);
        } else {
          call.callee().answers(invite, 486, null);
          call.caller().acknowledges(call.caller().awaits("SIP/2.0 486"), null);
        }
      }
    }
  }
}
