// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sip.Edit;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipWriter;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class SessionEditTest {
  /** The message after the changes, read anew: its Content-Length must fit. */
  private static SipMessage edited(
      SipMessage m, BiConsumer<SessionEdit, SessionDescription> changes) {
    SessionBody body = new SessionBody();
    assertThat(body.find(m)).isEqualTo(SessionBody.Kind.FOUND);
    SessionDescription session = new SdpParser().parse(m.bytes(), body.from(), body.to());
    assertThat(session.problem()).isNull();
    Edit edit = new Edit().on(m);
    SessionEdit change = new SessionEdit(edit, session);
    changes.accept(change, session);
    change.partLength(body);
    SipWriter out = new SipWriter();
    edit.write(out);
    SipMessage again = Objects.requireNonNull(new SipParser().parse(out.copy(), 0, out.length()));
    assertThat(again.problem()).isNull();
    assertThat(again.end()).as("the body ends where Content-Length says").isEqualTo(out.length());
    return again;
  }

  private static String bodyOf(SipMessage m) {
    return m.toString().substring(m.bodyStart() - m.start());
  }

  private static String phone(BiConsumer<SessionEdit, SessionDescription> changes) {
    return bodyOf(edited(Sdp.message("Content-Type: application/sdp", Sdp.PHONE), changes));
  }

  @Test
  void changesNothingByItself() {
    assertThat(phone((edit, s) -> {})).isEqualTo(Sdp.PHONE);
  }

  @Test
  void anchorsAPhone() {
    String text =
        phone((edit, s) -> {
          edit.address(s.connection(), false, "198.51.100.9");
          edit.address(s.origin(), false, "198.51.100.9");
          edit.port(s.media(0), 30000);
          edit.rtcp(s.media(0), 30001);
        });
    assertThat(text)
        .isEqualTo(
            Sdp.PHONE
                .replace("203.0.113.1", "198.51.100.9")
                .replace("54400", "30000")
                .replace("a=sendrecv\r\n", "a=rtcp:30001\r\na=sendrecv\r\n"));
  }

  @Test
  void changesTheFamily() {
    assertThat(phone((edit, s) -> edit.address(s.connection(), true, "2001:db8::1")))
        .contains("c=IN IP6 2001:db8::1\r\n");
  }

  @Test
  void takesTheTailOfAMulticastAddressAway() {
    String text = Sdp.PHONE.replace("c=IN IP4 203.0.113.1", "c=IN IP4 224.2.1.1/127/3");
    SipMessage m = Sdp.message("Content-Type: application/sdp", text);
    assertThat(bodyOf(edited(m, (edit, s) -> edit.address(s.connection(), false, "198.51.100.9"))))
        .contains("c=IN IP4 198.51.100.9\r\n");
  }

  @Test
  void replacesARtcpLineWhole() {
    SipMessage m = Sdp.message("Content-Type: application/sdp", Sdp.BROWSER);
    String text =
        bodyOf(
            edited(
                m,
                (edit, s) -> {
                  edit.rtcp(s.media(0), 30001);
                  edit.cut(s.media(0), Attribute.CANDIDATE);
                  edit.cut(Attribute.FINGERPRINT);
                  edit.value(s.media(0).next(Attribute.SETUP, s.media(0).firstLine()))
                      .put("active");
                }));
    assertThat(text)
        .contains("a=rtcp:30001\r\n", "a=setup:active\r\n", "m=video 0")
        .doesNotContain("candidate", "fingerprint", "0.0.0.0 IN");
  }

  private static String changed(String text, BiConsumer<SessionEdit, SessionDescription> changes) {
    return bodyOf(edited(Sdp.message("Content-Type: application/sdp", text), changes));
  }

  @Test
  void leavesALineThatEndsInLfAsItIs() {
    assertThat(changed(Sdp.BARE_LF, (edit, s) -> edit.port(s.media(0), 4)))
        .isEqualTo(Sdp.BARE_LF.replace("30000", "4"));
  }

  @Test
  void hidesTheAddressOfOneMediaBehindABareLf() {
    assertThat(
            changed(
                Sdp.BARE_LF,
                (edit, s) -> {
                  edit.address(s.media(1).ownConnection(), false, "198.51.100.9");
                  edit.cut(s.media(1).connectionLine() + 2);
                }))
        .isEqualTo(
            Sdp.BARE_LF
                .replace("c=IN IP4 192.168.0.7", "c=IN IP4 198.51.100.9")
                .replace("a=path:msrp://192.168.0.7:2855/s;tcp\r\n", ""))
        .doesNotContain("192.168");
  }

  @Test
  void cutsALineThatEndsInLfAndNothingOfTheNext() {
    assertThat(changed(Sdp.BARE_LF, (edit, s) -> edit.cut(s.media(1).connectionLine())))
        .isEqualTo(Sdp.BARE_LF.replace("c=IN IP4 192.168.0.7\n", ""));
  }

  @Test
  void cutsBothFingerprintsOfOneMedia() {
    assertThat(changed(Sdp.TWO_OF_ALL, (edit, s) -> edit.cut(s.media(0), Attribute.FINGERPRINT)))
        .isEqualTo(Sdp.TWO_OF_ALL.replaceAll("a=fingerprint.*\r\n", ""))
        .contains("a=setup:actpass");
  }

  @Test
  void putsOnePortInThePlaceOfSeveral() {
    assertThat(
            changed(
                Sdp.TWO_OF_ALL,
                (edit, s) -> {
                  edit.port(s.media(0), 30000);
                  edit.port(s.media(1), 30002);
                }))
        .isEqualTo(Sdp.TWO_OF_ALL.replace("5000/2", "30000").replace("6000/2", "30002"));
  }

  @Test
  void saysTheDirection() {
    assertThat(phone((edit, s) -> edit.direction(s.media(0), Direction.INACTIVE)))
        .isEqualTo(Sdp.PHONE.replace("sendrecv", "inactive"));
    SipMessage m =
        Sdp.message("Content-Type: application/sdp", Sdp.PHONE.replace("a=sendrecv\r\n", ""));
    assertThat(bodyOf(edited(m, (edit, s) -> edit.direction(s.media(0), Direction.SENDONLY))))
        .endsWith("a=sendonly\r\na=ptime:20\r\n");
  }

  @Test
  void theDirectionOfTheSessionStays() {
    String text = Sdp.PHONE.replace("a=sendrecv\r\n", "").replace("t=0 0", "t=0 0\r\na=recvonly");
    SipMessage m = Sdp.message("Content-Type: application/sdp", text);
    assertThat(bodyOf(edited(m, (edit, s) -> edit.direction(s.media(0), Direction.SENDONLY))))
        .contains("a=recvonly\r\nm=audio")
        .endsWith("a=sendonly\r\na=ptime:20\r\n");
  }

  @Test
  void addsLinesWhereTheLastHasNoBreak() {
    String text = Sdp.PHONE.substring(0, Sdp.PHONE.length() - 2);
    SipMessage m = Sdp.message("Content-Type: application/sdp", text);
    assertThat(
            bodyOf(
                edited(
                    m,
                    (edit, s) -> {
                      edit.add(s.media(0)).put("a=x").line();
                      edit.add().put("a=y").line();
                    })))
        .contains("t=0 0\r\na=y\r\nm=audio")
        .endsWith("a=x\r\na=sendrecv");
  }

  @Test
  void addsLinesBehindAnMLineWithoutBreak() {
    String text = "v=0\r\nc=IN IP4 203.0.113.1\r\nm=audio 4 RTP/AVP 0";
    SipMessage m = Sdp.message("Content-Type: application/sdp", text);
    assertThat(bodyOf(edited(m, (edit, s) -> edit.rtcp(s.media(0), 5))))
        .isEqualTo(text + "\r\na=rtcp:5\r\n");
  }

  @Test
  void addsALineThoughTheLastIsCut() {
    String text = Sdp.PHONE + "a=candidate:1 1 udp 1 203.0.113.1 54400 typ host\r\n";
    SipMessage m = Sdp.message("Content-Type: application/sdp", text);
    assertThat(
            bodyOf(
                edited(
                    m,
                    (edit, s) -> {
                      edit.cut(s.media(0), Attribute.CANDIDATE);
                      edit.rtcp(s.media(0), 5);
                    })))
        .isEqualTo(Sdp.PHONE + "a=rtcp:5\r\n");
  }

  @Test
  void countsThePartOfAMultipartBodyToo() {
    String part = "Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s";
    String text = "--b\r\n" + part.formatted(Sdp.PHONE.length(), Sdp.PHONE) + "\r\n--b--\r\n";
    SipMessage m = Sdp.message("Content-Type: multipart/mixed;boundary=b", text);
    String changed = Sdp.PHONE.replace("54400", "4");
    assertThat(bodyOf(edited(m, (edit, s) -> edit.port(s.media(0), 4))))
        .isEqualTo("--b\r\n" + part.formatted(changed.length(), changed) + "\r\n--b--\r\n");
  }

  @Test
  void countsABodyThatWasNotCounted() {
    SipMessage m = Sdp.bare("Content-Type: application/sdp", Sdp.PHONE);
    SipMessage again = edited(m, (edit, s) -> edit.port(s.media(0), 4));
    String changed = Sdp.PHONE.replace("54400", "4");
    assertThat(again.toString()).contains("\r\nContent-Length: " + changed.length() + "\r\n");
    assertThat(bodyOf(again)).isEqualTo(changed);
  }
}
