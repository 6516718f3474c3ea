// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any header value as a Via: read within its bounds, the same wherever it stands. */
class ViaFuzzTest {
  static Stream<byte[]> seeds() {
    return ViaTest.VALUES.stream().map(Splices::bytes);
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "20s")
  void readsAnything(byte[] input) {
    Via via = new Via();
    boolean good = via.parse(input, 0, input.length);
    Via moved = new Via();
    byte[] inside = Splices.bytes("\"a" + Splices.text(input, 0, input.length) + ";branch=b");
    assertThat(moved.parse(inside, 2, 2 + input.length)).isEqualTo(good);
    if (!good) {
      return;
    }
    assertThat(via.hostFrom()).isBetween(1, via.hostTo() - 1);
    assertThat(via.sentByTo()).isBetween(via.hostTo(), via.end());
    assertThat(via.end()).isBetween(via.sentByTo(), input.length);
    assertThat(via.port()).isBetween(-1, 65535).isNotZero();
    assertThat(moved.end()).isEqualTo(via.end() + 2);
    assertThat(moved.host()).isEqualTo(via.host());
    assertThat(moved.received()).isEqualTo(via.received());
    assertThat(moved.maddr()).isEqualTo(via.maddr());
    assertThat(moved.rport()).isEqualTo(via.rport());
    assertThat(moved.hasUniqueBranch()).isEqualTo(via.hasUniqueBranch());
    Responses.sameHost(input, via.hostFrom(), via.hostTo(), Splices.address("2001:db8::1"));
    Responses.sameHost(input, via.hostFrom(), via.hostTo(), Splices.address("192.0.2.1"));
    int next = via.nextElement(input.length);
    assertThat(next == -1 || (next > via.end() && next < input.length)).isTrue();
    assertThat(new Via().parse(input, 0, via.end())).as("up to its end").isTrue();
  }
}
