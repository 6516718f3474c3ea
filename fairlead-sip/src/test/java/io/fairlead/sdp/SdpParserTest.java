// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SdpParserTest {
  @Test
  void readsAPhone() {
    SessionDescription s = Sdp.parse(Sdp.PHONE);
    assertThat(s.problem()).isNull();
    assertThat(s.origin().text()).isEqualTo("203.0.113.1");
    assertThat(s.connection().text()).isEqualTo("203.0.113.1");
    assertThat(s.media()).isEqualTo(1);
    MediaDescription m = s.media(0);
    assertThat(m.audio()).isTrue();
    assertThat(m.port()).isEqualTo(54400);
    assertThat(m.rtcpPort()).isEqualTo(54401);
    assertThat(m.protocol()).isEqualTo(Protocol.RTP_AVP);
    assertThat(m.formats()).isEqualTo("0 8 101");
    assertThat(m.connection().text()).isEqualTo("203.0.113.1");
    assertThat(m.ownConnection().present()).isFalse();
    assertThat(m.direction()).isEqualTo(Direction.SENDRECV);
    assertThat(m.holds()).isFalse();
    assertThat(m.toString()).startsWith("m=audio").endsWith("a=sendrecv\r\n");
  }

  @Test
  void readsABrowser() {
    SessionDescription s = Sdp.parse(Sdp.BROWSER);
    assertThat(s.problem()).isNull();
    assertThat(s.has(Attribute.FINGERPRINT)).isTrue();
    MediaDescription audio = s.media(0);
    assertThat(audio.protocol()).isEqualTo(Protocol.UDP_TLS_RTP_SAVPF);
    assertThat(audio.protocol().secure()).isTrue();
    assertThat(audio.muxed()).isTrue();
    assertThat(audio.rtcpPort()).isEqualTo(9);
    assertThat(audio.rtcpAddress().unspecified()).isTrue();
    int candidate = audio.next(Attribute.CANDIDATE, audio.firstLine());
    assertThat(s.value(candidate)).startsWith("1 1 udp");
    int second = audio.next(Attribute.CANDIDATE, candidate);
    assertThat(s.value(second)).startsWith("2 1 tcp");
    assertThat(audio.next(Attribute.CANDIDATE, second)).isEqualTo(-1);
    MediaDescription video = s.media(1);
    assertThat(video.video()).isTrue();
    assertThat(video.port()).isZero();
    assertThat(video.refused()).as("it goes over the port of the first").isFalse();
    assertThat(video.holds()).isFalse();
  }

  @Test
  void readsAFax() {
    MediaDescription m = Sdp.parse(Sdp.FAX).media(0);
    assertThat(m.kind()).isEqualTo("image");
    assertThat(m.protocol()).isEqualTo(Protocol.UDPTL);
    assertThat(m.protocol().rtp()).isFalse();
    assertThat(m.connection().six()).isTrue();
    assertThat(m.connection().text()).isEqualTo("2001:db8::9");
  }

  @Test
  void readsALineThatEndsInLfAmongThoseThatEndInCrLf() {
    SessionDescription s = Sdp.parse(Sdp.BARE_LF);
    assertThat(s.problem()).isNull();
    assertThat(s.lines()).isEqualTo(11);
    MediaDescription chat = s.media(1);
    assertThat(chat.kind()).isEqualTo("message");
    assertThat(s.value(chat.connectionLine())).isEqualTo("IN IP4 192.168.0.7");
    assertThat(s.value(chat.connectionLine() + 1)).isEqualTo("text/plain");
  }

  @Test
  void readsTheAddressOfOneMediaBesideThatOfTheSession() {
    SessionDescription s = Sdp.parse(Sdp.BARE_LF);
    assertThat(s.connection().text()).isEqualTo("198.51.100.9");
    assertThat(s.media(0).ownConnection().present()).isFalse();
    assertThat(s.media(0).connection().text()).isEqualTo("198.51.100.9");
    assertThat(s.media(1).ownConnection().text()).isEqualTo("192.168.0.7");
    assertThat(s.media(1).connection().text()).isEqualTo("192.168.0.7");
  }

  @Test
  void readsBothFingerprintsOfOneMedia() {
    SessionDescription s = Sdp.parse(Sdp.TWO_OF_ALL);
    MediaDescription m = s.media(0);
    int first = m.next(Attribute.FINGERPRINT, m.firstLine());
    int second = m.next(Attribute.FINGERPRINT, first);
    assertThat(m.next(Attribute.FINGERPRINT, second)).isEqualTo(-1);
    assertThat(Fingerprint.read(s.bytes(), s.valueStart(first), s.valueEnd(first)))
        .isEqualTo(new Fingerprint("sha-256", "19:E2:1C:3B"));
    assertThat(Fingerprint.read(s.bytes(), s.valueStart(second), s.valueEnd(second)))
        .isEqualTo(new Fingerprint("sha-1", "4A:AD:B9:B1"));
  }

  @Test
  void readsTheFirstOfSeveralPorts() {
    SessionDescription s = Sdp.parse(Sdp.TWO_OF_ALL);
    assertThat(s.problem()).isNull();
    assertThat(s.media(0).port()).isEqualTo(5000);
    assertThat(s.media(0).rtcpPort()).isEqualTo(5001);
    assertThat(s.media(0).protocol()).isEqualTo(Protocol.UDP_TLS_RTP_SAVP);
    assertThat(s.media(1).port()).isEqualTo(6000);
    assertThat(s.media(1).formats()).isEqualTo("96");
  }

  /** What devices write that RFC 8866 does not allow, and that nobody can misunderstand. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "v=0\nc=IN IP4 1.2.3.4\nm=audio 4000 RTP/AVP 0\n",
        "c=IN IP4 1.2.3.4\r\nm=audio 4000 RTP/AVP 0",
        "v=0\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 1.2.3.4\r\n\r\n\r\n",
        "v=0\r\nc= IN IP4  1.2.3.4 \r\nm=audio 4000  RTP/AVP 0 \r\n",
        "v=0\r\nc=IN IP4 1.2.3.4/127\r\nm=audio 4000/1 RTP/AVP 0\r\na=rtpmap: 0 PCMU/8000\r\n",
        "v=0\r\nc=in ip4 1.2.3.4\r\nm=AUDIO 4000 rtp/avp 0\r\nX=what\r\nz=0\r\n",
        "v=0\r\no=a b c 1 1 IN IP4 9.9.9.9\r\nc=IN IP4 1.2.3.4\r\nm=audio 4000 RTP/AVP 0\r\n",
        "v=0\r\no=broken\r\nc=IN IP4 1.2.3.4\r\nm=audio 4000 RTP/AVP 0\r\n",
      })
  void isLenient(String text) {
    SessionDescription s = Sdp.parse(text);
    assertThat(s.problem()).isNull();
    assertThat(s.media(0).port()).isEqualTo(4000);
    assertThat(s.media(0).audio()).isTrue();
    assertThat(s.media(0).protocol()).isEqualTo(Protocol.RTP_AVP);
    assertThat(s.media(0).connection().text()).isEqualTo("1.2.3.4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v=1~c=IN IP4 1.2.3.4~m=audio 4 RTP/AVP 0~ | a version other than 0 in line 1",
        "v=0~c=IN IP4 1.2.3.4~m=audio 65536 RTP/AVP 0~ | a port in m= that is not 0 to 65535 in"
            + " line 3",
        "v=0~c=IN IP4 1.2.3.4~m=audio -1 RTP/AVP 0~ | a port in m= that is not 0 to 65535 in line"
            + " 3",
        "v=0~c=IN IP4 1.2.3.4~m=audio 4/0 RTP/AVP 0~ | a number of ports in m= that is none in line"
            + " 3",
        "v=0~c=IN IP4 1.2.3.4~m=audio 4~ | m= without a protocol in line 3",
        "v=0~c=IN IP4 1.2.3.4~m=audio 4 RTP/AVP~ | m= without a format in line 3",
        "v=0~m=audio 4 RTP/AVP 0~ | media without a c= of its own or of the session in line 2",
        "v=0~c=IN IP4~m=audio 4 RTP/AVP 0~ | c= without `IN IP4` or `IN IP6` and an address in line"
            + " 2",
        "v=0~c=IN IP4 /3~m=audio 4 RTP/AVP 0~ | c= without `IN IP4` or `IN IP6` and an address in"
            + " line 2",
        "v=0~c=IN IP4 1.2.3.4 5.6.7.8~m=audio 4 RTP/AVP 0~ | more than an address in c= in line 2",
        "v=0~c=IN IP4 2001:db8::1~m=audio 4 RTP/AVP 0~ | an address in c= that is not of its type"
            + " in line 2",
        "v=0~c=IN IP4 1.2.3.4~c=IN IP4 5.6.7.8~m=audio 4 RTP/AVP 0~ | a second c= for the same"
            + " media in line 3",
        "v=0~o=- 1 1 IN IP4 1.2.3.4~o=- 1 1 IN IP4 1.2.3.4~ | a second o= in line 3",
        "v=0~c=IN IP4 1.2.3.4~m=audio 4 RTP/AVP 0~a=rtcp:70000~ | a port in a=rtcp that is not 0 to"
            + " 65535 in line 4",
        "v=0~c=IN IP4 1.2.3.4~m=audio 4 RTP/AVP 0~a=rtcp:5 IN IP6 1.2.3.4~ | an address in a=rtcp"
            + " that is none in line 4",
        "v=0~c=IN IP4 1.2.3.4~m=audio 4 RTP/AVP 0~a=rtcp:5~a=rtcp:6~ | a second a=rtcp for the same"
            + " media in line 5",
        "nonsense~ | no `letter=value` in line 1",
        "v=0~c=IN IP4 1.2.3.4^m=audio 4 RTP/AVP 0~ | no `letter=value` in line 2",
        "~~ | no session description",
      })
  void saysWhatIsWrong(String text, String problem) {
    SessionDescription s = Sdp.parse(text.strip().replace("~", "\r\n").replace('^', '\r'));
    assertThat(s.problem()).hasToString(problem.strip());
  }

  @Test
  void readsNothingAsAProblem() {
    assertThat(Sdp.parse("").problem()).isEqualTo(SdpProblem.EMPTY);
  }

  @Test
  void boundsWhatItTakes() {
    String media = "m=audio 4 RTP/AVP 0\r\n";
    String begin = "v=0\r\nc=IN IP4 1.2.3.4\r\n";
    assertThat(Sdp.parse(begin + media.repeat(SdpParser.MAX_MEDIA)).problem()).isNull();
    assertThat(Sdp.parse(begin + media.repeat(SdpParser.MAX_MEDIA + 1)).problem())
        .isEqualTo(SdpProblem.TOO_MANY_MEDIA);
    assertThat(Sdp.parse("a=x\n".repeat(SdpParser.MAX_LINES)).problem()).isNull();
    assertThat(Sdp.parse("a=x\n".repeat(SdpParser.MAX_LINES + 1)).problem())
        .isEqualTo(SdpProblem.TOO_MANY_LINES);
    assertThat(Sdp.parse("a=" + "x".repeat(SdpParser.MAX_LENGTH)).problem())
        .isEqualTo(SdpProblem.TOO_LONG);
    assertThat(Sdp.parse("a=" + "x".repeat(SdpParser.MAX_LENGTH - 2)).problem()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "a=sendonly,'',SENDONLY",
    "'',a=inactive,INACTIVE",
    "a=sendonly,a=recvonly,RECVONLY",
    "'','',SENDRECV",
    "'',a=sendonly~a=recvonly,RECVONLY",
  })
  void takesTheDirectionOfTheMediaBeforeTheSessions(
      String session, String media, Direction expected) {
    String text =
        "v=0~c=IN IP4 1.2.3.4~" + session + "~m=audio 4 RTP/AVP 0~" + media.replace("~", "\r\n");
    assertThat(Sdp.parse(text.replace("~", "\r\n")).media(0).direction()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.3.4,a=sendonly,true",
    "1.2.3.4,a=inactive,true",
    "1.2.3.4,a=recvonly,false",
    "0.0.0.0,a=sendrecv,true",
    "0.0.0.0,a=ice-ufrag:abcd,false",
    "1.2.3.4,a=sendrecv,false",
  })
  void knowsHold(String address, String line, boolean holds) {
    String text = "v=0\r\nc=IN IP4 " + address + "\r\nm=audio 4 RTP/AVP 0\r\n" + line + "\r\n";
    assertThat(Sdp.parse(text).media(0).holds()).isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource({
    "4000,'',4001",
    "4000,a=rtcp:5000,5000",
    "4000,a=rtcp-mux,4000",
    "4000,a=rtcp:5000 IN IP4 9.9.9.9,5000",
    "65535,'',65535",
    "0,'',0",
  })
  void knowsWhereRtcpGoes(int port, String line, int rtcp) {
    String text = "v=0\r\nc=IN IP4 1.2.3.4\r\nm=audio " + port + " RTP/AVP 0\r\n" + line + "\r\n";
    assertThat(Sdp.parse(text).media(0).rtcpPort()).isEqualTo(rtcp);
  }

  @Test
  void refusedIsPortZeroOutsideABundle() {
    String refused = Sdp.BROWSER.replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0");
    assertThat(Sdp.parse(refused).media(1).refused()).isTrue();
    assertThat(Sdp.parse(refused).media(0).refused()).isFalse();
  }

  @Test
  void keepsACompactCopyThatReadsTheSame() {
    byte[] bytes = ("before" + Sdp.BROWSER + "behind").getBytes(StandardCharsets.UTF_8);
    SdpParser parser = new SdpParser();
    SessionDescription kept = parser.parse(bytes, 6, bytes.length - 6).keep();
    Arrays.fill(bytes, (byte) 0);
    parser.parse(bytes, 0, bytes.length);
    SessionDescription again = Sdp.parse(Sdp.BROWSER);
    assertThat(kept).hasToString(Sdp.BROWSER);
    assertThat(kept.lines()).isEqualTo(again.lines());
    assertThat(kept.media()).isEqualTo(again.media());
    for (int i = 0; i < kept.media(); i++) {
      assertThat(kept.media(i)).hasToString(again.media(i).toString());
      assertThat(kept.media(i).port()).isEqualTo(again.media(i).port());
      assertThat(kept.media(i).formats()).isEqualTo(again.media(i).formats());
      assertThat(kept.media(i).connection().text()).isEqualTo(again.media(i).connection().text());
      assertThat(kept.media(i).rtcpPort()).isEqualTo(again.media(i).rtcpPort());
    }
  }

  @Test
  void forgetsTheDescriptionBefore() {
    SdpParser parser = new SdpParser();
    byte[] browser = Sdp.BROWSER.getBytes(StandardCharsets.UTF_8);
    parser.parse(browser, 0, browser.length);
    byte[] bare = "m=audio 4 RTP/AVP 0\r\nc=IN IP4 1.2.3.4\r\n".getBytes(StandardCharsets.UTF_8);
    SessionDescription s = parser.parse(bare, 0, bare.length);
    assertThat(s.originLine()).isEqualTo(-1);
    assertThat(s.origin().present()).isFalse();
    assertThat(s.connection().present()).isFalse();
    assertThat(s.has(Attribute.FINGERPRINT)).isFalse();
    assertThat(s.media()).isEqualTo(1);
    assertThat(s.media(0).muxed()).isFalse();
    assertThat(s.media(0).rtcpLine()).isEqualTo(-1);
    assertThat(s.media(0).rtcpAddress().present()).isFalse();
    assertThat(s.media(0).directionLine()).isEqualTo(-1);
  }
}
