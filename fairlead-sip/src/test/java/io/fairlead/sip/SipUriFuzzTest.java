// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text as a URI: its parts lie in order within its bounds. */
class SipUriFuzzTest {
  static Stream<byte[]> seeds() {
    return SipUriTest.VALUES.stream().map(Splices::bytes);
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "20s")
  void readsAnything(byte[] input) {
    SipUri uri = new SipUri();
    boolean good = uri.parse(input, 0, input.length);
    assertThat(uri.user() + uri.param(SipUri.LR) + uri.param(SipUri.TRANSPORT)).isNotNull();
    byte[] inside = Splices.bytes("@:" + Splices.text(input, 0, input.length) + "@x;lr");
    assertThat(new SipUri().parse(inside, 2, 2 + input.length)).isEqualTo(good);
    if (good && uri.isSip()) {
      assertThat(uri.userFrom()).isBetween(4, uri.userTo());
      assertThat(uri.hostFrom()).isBetween(uri.userTo(), uri.hostTo() - 1);
      assertThat(uri.paramsFrom()).isBetween(uri.hostTo(), uri.headersFrom());
      assertThat(uri.headersFrom()).isBetween(uri.paramsFrom(), input.length);
      assertThat(uri.port()).isBetween(-1, 65535).isNotZero();
      assertThat(uri.toString()).doesNotContain(" ", "\r", "\n", "\0", "<", ">");
      uri.hasParam(SipUri.MADDR);
      assertThat(uri.paramFrom()).isBetween(0, uri.paramTo());
      assertThat(uri.paramTo()).isLessThanOrEqualTo(input.length);
    }
  }
}
