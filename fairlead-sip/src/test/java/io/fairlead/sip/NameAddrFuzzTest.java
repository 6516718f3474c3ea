// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any header value as a list of name-addr: each element read within its bounds, and the list ends.
 */
class NameAddrFuzzTest {
  static Stream<byte[]> seeds() {
    return NameAddrTest.VALUES.stream().map(Splices::bytes);
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "20s")
  void readsAnything(byte[] input) {
    int at = 0;
    while (at >= 0) {
      NameAddr element = new NameAddr();
      if (!element.parse(input, at, input.length)) {
        return;
      }
      assertThat(element.uriFrom()).isBetween(at, element.uriTo() - 1);
      assertThat(element.end()).isBetween(element.uriTo(), input.length);
      assertThat(element.uri()).contains(":").doesNotContain("<", ">", " ", "\t", "\r", "\n", "\0");
      String tag = element.tag();
      assertThat(tag == null || !tag.isEmpty()).isTrue();
      assertThat(new NameAddr().parse(input, at, element.end())).as("up to its end").isTrue();
      new SipUri().parse(input, element.uriFrom(), element.uriTo());
      int next = element.nextElement(input.length);
      assertThat(next)
          .satisfiesAnyOf(
              n -> assertThat(n).isEqualTo(-1), n -> assertThat(n).isGreaterThan(element.end()));
      at = next;
    }
  }
}
