// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionBodyTest {
  private static final String ISUP =
      "Content-Type: application/ISUP;version=nxv3\r\nContent-Disposition: signal\r\n\r\n01 02\r\n";

  private final SessionBody body = new SessionBody();

  private static String multipart(String... parts) {
    StringBuilder text = new StringBuilder("a preamble\r\n");
    for (String part : parts) {
      text.append("--b-1\r\n").append(part).append("\r\n");
    }
    return text.append("--b-1--\r\nan epilogue\r\n").toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/sdp", "Application/SDP ; x=y", "application/sdp;charset=utf-8"})
  void findsTheWholeBody(String type) {
    SipMessage m = Sdp.message("Content-Type: " + type, Sdp.PHONE);
    assertThat(body.find(m)).isEqualTo(SessionBody.Kind.FOUND);
    assertThat(Ascii.text(m.bytes(), body.from(), body.to())).isEqualTo(Sdp.PHONE);
    assertThat(body.lengthFrom()).isEqualTo(-1);
  }

  @Test
  void findsItWithoutContentLength() {
    SipMessage m = Sdp.bare("c: application/sdp", Sdp.PHONE);
    assertThat(body.find(m)).isEqualTo(SessionBody.Kind.FOUND);
    assertThat(Ascii.text(m.bytes(), body.from(), body.to())).isEqualTo(Sdp.PHONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/mixed;boundary=b-1",
        "multipart/mixed; charset=x ; Boundary=\"b-1\"",
        "multipart/alternative;x=\"a;boundary=no\";boundary=b-1",
      })
  void findsThePartOfAMultipartBody(String type) {
    String part = "Content-Type: application/sdp\r\nContent-Length: 7\r\n\r\n" + Sdp.PHONE;
    SipMessage m = Sdp.message("Content-Type: " + type, multipart(ISUP, part));
    assertThat(body.find(m)).isEqualTo(SessionBody.Kind.FOUND);
    assertThat(Ascii.text(m.bytes(), body.from(), body.to())).isEqualTo(Sdp.PHONE);
    assertThat(Ascii.text(m.bytes(), body.lengthFrom(), body.lengthTo())).isEqualTo("7");
  }

  @ParameterizedTest
  @CsvSource({
    "application/sdp,'',NONE",
    "application/sdp;x,v=0,FOUND",
    "text/plain,v=0,OTHER",
    "application/sdpfrag,v=0,OTHER",
    "multipart/mixed,--b--,UNREADABLE",
    "multipart/mixed;boundary=,--b--,UNREADABLE",
    "multipart/mixed;boundary=\"b,--b--,UNREADABLE",
    "multipart/mixed;boundary=b,nothing here,UNREADABLE",
    "multipart/mixed;boundary=b,--b--,OTHER",
    "multipart/mixed;boundary=b,--b,OTHER",
  })
  void saysWhatThereIs(String type, String text, SessionBody.Kind kind) {
    assertThat(body.find(Sdp.message("Content-Type: " + type, text))).isEqualTo(kind);
  }

  @Test
  void aBodyWithoutTypeIsNone() {
    assertThat(body.find(Sdp.message("X-A: b", "v=0\r\n"))).isEqualTo(SessionBody.Kind.OTHER);
  }

  @Test
  void doesNotReadWhatIsEncoded() {
    String coded = "Content-Type: application/sdp\nContent-Encoding: gzip";
    assertThat(body.find(Sdp.message(coded, "xyz"))).isEqualTo(SessionBody.Kind.UNREADABLE);
    String plain = "Content-Type: application/sdp\ne: identity";
    assertThat(body.find(Sdp.message(plain, "v=0"))).isEqualTo(SessionBody.Kind.FOUND);
    String part = "Content-Type: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\r\ndj0w";
    assertThat(
            body.find(Sdp.message("Content-Type: multipart/mixed;boundary=b-1", multipart(part))))
        .isEqualTo(SessionBody.Kind.UNREADABLE);
  }

  @Test
  void aMultipartBodyWithoutSdpHasNone() {
    SipMessage m = Sdp.message("Content-Type: multipart/mixed;boundary=b-1", multipart(ISUP, ISUP));
    assertThat(body.find(m)).isEqualTo(SessionBody.Kind.OTHER);
  }

  @Test
  void aPartThatDoesNotEndIsUnreadable() {
    String open = "--b-1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n";
    assertThat(body.find(Sdp.message("Content-Type: multipart/mixed;boundary=b-1", open)))
        .isEqualTo(SessionBody.Kind.UNREADABLE);
  }
}
