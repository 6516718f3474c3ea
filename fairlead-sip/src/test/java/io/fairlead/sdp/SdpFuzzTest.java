// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fairlead.sip.Edit;
import io.fairlead.sip.SipWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a session description: read within bounds, and changed where it was read. */
class SdpFuzzTest {
  static Stream<byte[]> seeds() {
    return Stream.of(Sdp.PHONE, Sdp.BROWSER, Sdp.FAX).map(s -> s.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "20s")
  void readsAnything(byte[] input) {
    SessionDescription s = new SdpParser().parse(input, 0, input.length);
    int at = 0;
    for (int i = 0; i < s.lines() && s.problem() == null; i++) {
      assertThat(s.lineStart(i)).isEqualTo(at);
      assertThat(s.valueStart(i)).isBetween(at, s.valueEnd(i));
      assertThat(s.valueEnd(i)).isLessThanOrEqualTo(s.lineEnd(i));
      at = s.lineEnd(i);
    }
    if (s.problem() != null) {
      return;
    }
    assertThat(at).isEqualTo(input.length);
    for (int i = 0; i < s.media(); i++) {
      attributes(s, s.media(i));
    }
    anchor(input, s);
  }

  private static void attributes(SessionDescription s, MediaDescription m) {
    assertThat(m.port()).isBetween(0, NetPort.MAX);
    assertThat(m.rtcpPort()).isBetween(0, NetPort.MAX);
    assertThat(m.port() == 0 || m.connection().present()).isTrue();
    for (int line = m.firstLine() + 1; line < m.endLine(); line++) {
      RtpMap.read(s.bytes(), s.valueStart(line), s.valueEnd(line));
      Candidate.read(s.bytes(), s.valueStart(line), s.valueEnd(line));
      CryptoLine.read(s.bytes(), s.valueStart(line), s.valueEnd(line));
      Fingerprint.read(s.bytes(), s.valueStart(line), s.valueEnd(line));
    }
  }

  // What a relay does; the result must say what was written, and only that.
  private static void anchor(byte[] input, SessionDescription s) {
    Edit edit = new Edit().on(input, 0, input.length);
    SessionEdit change = new SessionEdit(edit, s);
    if (s.connection().present()) {
      change.address(s.connection(), false, "198.51.100.1");
    }
    for (int i = 0; i < s.media(); i++) {
      MediaDescription m = s.media(i);
      if (m.ownConnection().present()) {
        change.address(m.ownConnection(), false, "198.51.100.1");
      }
      if (m.port() != 0) {
        change.port(m, 30000 + 2 * i);
        change.rtcp(m, 30001 + 2 * i);
        change.cut(m, Attribute.CANDIDATE);
      }
    }
    int growth = edit.growth(0, input.length);
    SipWriter out = new SipWriter();
    assertThat(edit.write(out)).isEqualTo(input.length + growth);
    SessionDescription again = new SdpParser().parse(out.copy(), 0, out.length());
    if (out.length() > SdpParser.MAX_LENGTH || s.lines() + s.media() > SdpParser.MAX_LINES) {
      return;
    }
    assertThat(again.problem()).isNull();
    assertThat(again.media()).isEqualTo(s.media());
    for (int i = 0; i < again.media(); i++) {
      MediaDescription m = again.media(i);
      if (s.media(i).port() != 0) {
        assertThat(m.port()).isEqualTo(30000 + 2 * i);
        assertThat(m.rtcpPort()).isEqualTo(30001 + 2 * i);
        assertThat(m.connection().text()).isEqualTo("198.51.100.1");
        assertThat(m.has(Attribute.CANDIDATE)).isFalse();
      }
    }
  }

  @FuzzTest(maxDuration = "10s")
  void findsTheDescriptionInAnyBody(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    int half = text.length() / 2;
    String type = text.substring(0, half).replaceAll("[\\r\\n\\x00]", "");
    io.fairlead.sip.SipMessage m;
    try {
      m = Sdp.message("Content-Type: multipart/mixed;boundary=" + type, text.substring(half));
    } catch (IllegalArgumentException notAMessage) {
      return;
    }
    SessionBody body = new SessionBody();
    if (body.find(m) == SessionBody.Kind.FOUND) {
      assertThat(body.from()).isBetween(m.bodyStart(), body.to());
      assertThat(body.to()).isLessThanOrEqualTo(m.end());
    }
  }
}
