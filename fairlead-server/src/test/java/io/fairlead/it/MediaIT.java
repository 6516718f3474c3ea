// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What offers and answers do to the media of a call that is relayed, checked byte for byte. */
@Timeout(120)
class MediaIT {
  static final String RELAY =
      """
      media:
        relay:
          ports: { four: 61000-62999, six: 63000-63999 }
          address: { four: 127.0.0.1, six: '::1' }
          kernel: off
          quarantine: 100ms
      """;
  private static final int EVENT = 101;
  private static final int NOISE = 13;
  private static final int MARKER = 0x80;

  private static RelayingFairlead fairlead;

  @BeforeAll
  static void starts() {
    fairlead = new RelayingFairlead(RELAY);
  }

  @AfterAll
  static void stops() {
    fairlead.close();
  }

  @AfterEach
  void noStepFailed() {
    assertThat(fairlead.process().log()).doesNotContain("Exception");
  }

  @Test
  void relaysBothWaysAndTellsWhatPassed() {
    try (AnchoredCall call = fairlead.phones().begins()) {
      call.talk(20);
      call.callerSays(EVENT | MARKER, 4);
      call.callerSays(EVENT, 4);
      call.calleeSays(NOISE, 1);

      assertThat(call.callerSendsTo().getPort()).isBetween(61000, 62999);
      assertThat(call.calleeSendsTo().getPort()).isBetween(61000, 62999);
      assertThat(call.ends())
          .contains("media=relay", "caller-packets=22", "callee-packets=21", "codec=PCMA/8000");
    }
  }

  @Test
  void relaysEarlyMediaAndGoesOnWithTheAnswer() {
    try (AnchoredCall call = fairlead.phones()) {
      call.caller().invites(call.user(), call.caller().sdp());
      String invite = call.callee().awaits("INVITE ");
      call.callee().answers(invite, 183, call.callee().sdp());
      String early = call.caller().awaits("SIP/2.0 183");
      call.ways(invite, early, "audio");
      call.calleeSays(8, 160);
      call.callerSays(8, 160);

      call.callee().answers(invite, 200, call.callee().sdp());
      String ok = call.caller().awaits("SIP/2.0 200");
      call.caller().acknowledges(ok, null);
      call.callee().awaits("ACK ");
      assertThat(MediaSocket.named(ok, "audio")).isEqualTo(call.callerSendsTo());
      call.talk(5);
      assertThat(call.ends()).contains("caller-packets=6", "callee-packets=6");
    }
  }

  @Test
  void relaysWhereTheOfferIsInTheAnswer() {
    try (AnchoredCall call = fairlead.phones()) {
      call.caller().invites(call.user(), null);
      String invite = call.callee().awaits("INVITE ");
      call.callee().answers(invite, 200, call.callee().sdp());
      String ok = call.caller().awaits("SIP/2.0 200");
      call.caller().acknowledges(ok, call.caller().sdp());
      String ack = call.callee().awaits("ACK ");
      call.ways(ack, ok, "audio");
      call.talk(5);
      call.ends();
    }
  }

  @Test
  void followsTheCallerToAnotherAddress() {
    try (AnchoredCall call = fairlead.phones().begins();
        MediaSocket elsewhere = new MediaSocket("127.0.0.1")) {
      call.talk(3);
      String moved = call.caller().sdp(elsewhere);
      List<String> read = call.renegotiates(call.caller(), moved, call.callee().sdp());

      assertThat(MediaSocket.named(read.getFirst(), "audio")).isEqualTo(call.calleeSendsTo());
      assertThat(MediaSocket.named(read.getLast(), "audio")).isEqualTo(call.callerSendsTo());
      MediaSocket callee = call.callee().media();
      elsewhere.delivers(elsewhere.rtp(8, 160), call.callerSendsTo(), callee, call.calleeSendsTo());
      callee.delivers(callee.rtp(8, 160), call.calleeSendsTo(), elsewhere, call.callerSendsTo());
      assertThat(call.caller().media().drain()).isEmpty();
      call.ends();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sendonly", "inactive", "zeroes"})
  void holdsAndResumes(String how) {
    try (AnchoredCall call = fairlead.phones().begins()) {
      call.talk(3);
      String held =
          how.equals("zeroes")
              ? call.caller().sdp().replaceFirst("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0")
              : call.caller().sdp("a=" + how);
      String answer = call.callee().sdp(how.equals("inactive") ? "a=inactive" : "a=recvonly");
      String offered = call.renegotiates(call.caller(), held, answer).getFirst();
      if (how.equals("zeroes")) {
        assertThat(offered).contains("c=IN IP4 0.0.0.0");
      } else {
        assertThat(offered).contains("a=" + how);
      }
      MediaSocket callee = call.callee().media();
      callee.send(call.calleeSendsTo(), callee.rtp(8, 160));
      assertThat(call.caller().media().drain()).as("what the held one hears").isEmpty();
      if (how.equals("sendonly")) {
        call.callerSays(8, 160);
      }

      List<String> read =
          call.renegotiates(call.caller(), call.caller().sdp(), call.callee().sdp());
      call.ways(read.getFirst(), read.getLast(), "audio");
      call.talk(3);
      assertThat(call.ends()).doesNotContain("one-way");
    }
  }

  @Test
  void goesOnAfterARefusedReinvite() {
    try (AnchoredCall call = fairlead.phones().begins();
        MediaSocket elsewhere = new MediaSocket("127.0.0.1")) {
      call.talk(3);
      call.caller().reinvites(call.caller().sdp(elsewhere));
      call.callee().answers(call.callee().awaits("INVITE "), 488, null);
      call.caller().acknowledges(call.caller().awaits("SIP/2.0 488"), null);
      call.callee().awaits("ACK ");
      call.talk(3);
      assertThat(elsewhere.drain()).isEmpty();
      assertThat(call.ends()).contains("caller-packets=6", "callee-packets=6");
    }
  }

  @Test
  void translatesFromOneFamilyToTheOther() {
    try (AnchoredCall call = fairlead.phonesOfBothFamilies().begins()) {
      assertThat(Loopback.host(call.callerSendsTo())).isEqualTo("127.0.0.1");
      assertThat(Loopback.host(call.calleeSendsTo())).isEqualTo("[::1]");
      call.talk(5);
      assertThat(call.ends()).contains("caller-packets=5", "callee-packets=5");
    }
  }

  @Test
  void relaysAFaxWithoutReadingIt() {
    try (AnchoredCall call = fairlead.phones().begins()) {
      call.talk(2);
      String fax =
          "m=image %d udptl t38\r\na=T38FaxVersion:0\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n";
      ScriptedPhone caller = call.caller();
      ScriptedPhone callee = call.callee();
      String offer = callee.session("127.0.0.1") + fax.formatted(callee.media().port());
      String answer = caller.session("127.0.0.1") + fax.formatted(caller.media().port());
      List<String> read = call.renegotiates(callee, offer, answer);

      call.ways(read.getLast(), read.getFirst(), "image");
      byte[] page = {0, 0, 6, (byte) 0xc0, 1, (byte) 0x80, 0, 0, (byte) 0xff};
      call.calleeSays(page);
      call.callerSays(new byte[] {0, 0, 1, 0, 0});
      call.callerSays(new byte[] {7});
      call.calleeSays(new byte[1400]);

      read = call.renegotiates(caller, caller.sdp(), callee.sdp());
      call.ways(read.getFirst(), read.getLast(), "audio");
      call.talk(2);
      call.ends();
    }
  }

  @Test
  void relaysRtcpBesideRtpOnPortsOfItsOwn() {
    try (AnchoredCall call = fairlead.phones();
        MediaSocket callerRtcp = new MediaSocket("127.0.0.1");
        MediaSocket calleeRtcp = new MediaSocket("127.0.0.1")) {
      String offer = call.caller().sdp("a=rtcp:" + callerRtcp.port());
      call.begins(offer, call.callee().sdp("a=rtcp:" + calleeRtcp.port()));
      call.talk(2);
      callerRtcp.delivers(
          report(1), next(call.callerSendsTo()), calleeRtcp, next(call.calleeSendsTo()));
      calleeRtcp.delivers(
          report(2), next(call.calleeSendsTo()), callerRtcp, next(call.callerSendsTo()));
      call.ends();
    }
  }

  @Test
  void relaysRtcpOfOneWhoHasItOnThePortOfRtp() {
    try (AnchoredCall call = fairlead.phones();
        MediaSocket calleeRtcp = new MediaSocket("127.0.0.1")) {
      String answer = call.callee().sdp("a=rtcp:" + calleeRtcp.port());
      call.begins(call.caller().sdp("a=rtcp-mux"), answer);
      call.talk(2);
      MediaSocket caller = call.caller().media();
      caller.delivers(report(1), call.callerSendsTo(), calleeRtcp, next(call.calleeSendsTo()));
      calleeRtcp.delivers(report(2), next(call.calleeSendsTo()), caller, call.callerSendsTo());
      call.talk(2);
      call.ends();
    }
  }

  /** A receiver report without blocks (RFC 3550 §6.4.2). */
  private static byte[] report(int ssrc) {
    return ByteBuffer.allocate(8).putInt(0x80c90001).putInt(ssrc).array();
  }

  private static InetSocketAddress next(InetSocketAddress address) {
    return new InetSocketAddress(address.getAddress(), address.getPort() + 1);
  }
}
