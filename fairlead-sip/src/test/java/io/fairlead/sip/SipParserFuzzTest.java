// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes at all: read without harm, kept alike, answered or forwarded to something that reads
 * the same.
 */
class SipParserFuzzTest {
  static Stream<byte[]> seeds() {
    return TortureTest.verdicts().stream().map(row -> TortureTest.message(row.name()));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "25s")
  void readsAnything(byte[] input) {
    checkWithin(input, 0, input.length);
    // Bytes before and behind belong to other messages.
    byte[] inside = new byte[input.length + 40];
    Arrays.fill(inside, (byte) '"');
    System.arraycopy(input, 0, inside, 20, input.length);
    checkWithin(inside, 20, 20 + input.length);
  }

  private static void checkWithin(byte[] bytes, int from, int to) {
    byte[] untouched = bytes.clone();
    SipMessage m = new SipParser().parse(bytes, from, to);
    assertThat(bytes).isEqualTo(untouched);
    if (m == null) {
      return;
    }
    checkOffsets(m, from, to);
    checkKept(m, m.keep());
    if (m instanceof SipRequest r && r.hasVia()) {
      ResponsesTest.assertAnswerIsGrammatical(r);
      if (r.problem() == null && r.maxForwards() != 0) {
        checkForwarded(r);
      }
    }
    if (m instanceof SipResponse r && r.hasVia() && r.problem() == null) {
      checkPopped(r);
    }
  }

  private static void checkOffsets(SipMessage m, int from, int to) {
    assertThat(m.start()).isBetween(from, to);
    assertThat(m.headersEnd()).isBetween(m.start(), m.bodyStart());
    assertThat(m.bodyStart()).isBetween(m.headersEnd(), m.end());
    assertThat(m.end()).isBetween(m.start(), to);
    int at = m.start();
    for (int i = 0; i < m.headers(); i++) {
      assertThat(m.lineStart(i)).isGreaterThanOrEqualTo(at);
      assertThat(m.valueStart(i)).isBetween(m.lineStart(i) + 1, m.valueEnd(i));
      assertThat(m.valueEnd(i)).isLessThan(m.lineEnd(i));
      assertThat(m.name(i)).isNotNull();
      at = m.valueEnd(i);
    }
    assertThat(at).isLessThanOrEqualTo(m.headersEnd());
    assertThat(m.first("no-such-header")).isLessThan(m.headers());
    assertThat(m.toString()).isNotNull();
    if (m.hasVia()) {
      assertThat(m.via().end()).isBetween(m.via().hostTo(), m.valueEnd(m.via().header()));
      assertThat(m.via().host()).isNotEmpty();
      assertThat(m.via().transport()).isNotEmpty();
      assertThat(m.via().port()).isBetween(-1, 65535);
      assertThat(m.via().rport()).isBetween(-1, 65535);
      assertThat(m.via().received() + m.via().maddr()).isNotNull();
    }
  }

  private static void checkKept(SipMessage m, SipMessage kept) {
    int shift = m.start();
    assertThat(kept.toString()).isEqualTo(m.toString());
    assertThat(Splices.rawLines(kept)).isEqualTo(Splices.rawLines(m));
    assertThat(kept.bodyStart()).isEqualTo(m.bodyStart() - shift);
    assertThat(kept.problem()).isEqualTo(m.problem());
    assertThat(kept.hasVia()).isEqualTo(m.hasVia());
    assertThat(kept.callId()).isEqualTo(m.callId());
    assertThat(tag(kept, kept.fromTagFrom(), kept.fromTagTo()))
        .isEqualTo(tag(m, m.fromTagFrom(), m.fromTagTo()));
    assertThat(tag(kept, kept.toTagFrom(), kept.toTagTo()))
        .isEqualTo(tag(m, m.toTagFrom(), m.toTagTo()));
    assertThat(kept.cseq()).isEqualTo(m.cseq());
    if (m.hasVia()) {
      assertThat(kept.via().host()).isEqualTo(m.via().host());
      assertThat(kept.via().end()).isEqualTo(m.via().end() - shift);
      assertThat(kept.via().hasUniqueBranch()).isEqualTo(m.via().hasUniqueBranch());
    }
    if (m instanceof SipRequest r && kept instanceof SipRequest k) {
      assertThat(k.methodText()).isEqualTo(r.methodText());
      assertThat(k.maxForwards()).isEqualTo(r.maxForwards());
      assertThat(k.uri().toString()).isEqualTo(r.uri().toString());
      assertThat(k.uri().user() + '@' + k.uri().host() + ':' + k.uri().port())
          .isEqualTo(r.uri().user() + '@' + r.uri().host() + ':' + r.uri().port());
    }
    if (m instanceof SipResponse r && kept instanceof SipResponse k) {
      assertThat(k.status() + k.reason()).isEqualTo(r.status() + r.reason());
    }
  }

  private static @Nullable String tag(SipMessage m, int from, int to) {
    return from == to ? null : Splices.text(m.bytes(), from, to);
  }

  private static void checkForwarded(SipRequest before) {
    byte[] forwarded = Splices.forward(before);
    SipMessage m = Splices.tryParse(forwarded);
    if (before.headers() >= 254 || forwarded.length > SipParser.MAX_LENGTH) {
      return;
    }
    SipRequest after = (SipRequest) Objects.requireNonNull(m);
    assertThat(after.problem()).isNull();
    assertThat(after.end()).isEqualTo(forwarded.length);
    assertThat(after.methodText()).isEqualTo(before.methodText());
    assertThat(after.callId()).isEqualTo(before.callId());
    assertThat(after.cseq()).isEqualTo(before.cseq());
    assertThat(Splices.text(after.bytes(), after.bodyStart(), after.end()))
        .isEqualTo(Splices.text(before.bytes(), before.bodyStart(), before.end()));
    int marked = after.next(HeaderName.VIA, after.first(HeaderName.VIA));
    Via via = new Via();
    assertThat(via.parse(after.bytes(), after.valueStart(marked), after.valueEnd(marked))).isTrue();
    assertThat(via.isDoubtful()).isFalse();
    assertThat(via.host()).isEqualTo(before.via().host());
    assertThat(via.hasRport()).isEqualTo(before.via().hasRport());
  }

  private static void checkPopped(SipResponse before) {
    Edit edit = new Edit().on(before);
    Responses.popVia(edit, before);
    SipWriter out = new SipWriter();
    edit.write(out);
    SipMessage after = Objects.requireNonNull(Splices.tryParse(out.copy()));
    assertThat(out.length()).isLessThan(before.length());
    assertThat(after.callId()).isEqualTo(before.callId());
    assertThat(Splices.text(after.bytes(), after.bodyStart(), after.end()))
        .isEqualTo(Splices.text(before.bytes(), before.bodyStart(), before.end()));
  }
}
