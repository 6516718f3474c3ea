// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fairlead.media.ng.NgValue.NgDictionary;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a datagram of the ng protocol: read or not read, and what is read is kept. */
class NgFuzzTest {
  static Stream<byte[]> seeds() {
    return Stream.of(
            "5_1 d7:command4:pinge",
            "5_2 d5:flagsl13:trust-addresse7:replacel6:origine3:TOSi184e3:sdp4:v=0\n7:call-id1:xe",
            "5_3 {\"command\":\"offer\",\"flags\":[\"fatal\"],\"n\":{\"a\":-1,\"b\":\"\\u20ac\"}}",
            "5_4 garbage")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10s")
  void readsAnything(byte[] input) {
    NgMessage message = NgMessage.read(input, 0, input.length);
    if (message == null) {
      return;
    }
    NgDictionary body = message.body();
    if (body == null) {
      return;
    }
    NgFlags.refusal(NgFlags.folded(body));
    byte[] bencoded = NgMessage.write("c", false, body);
    NgMessage again = NgMessage.read(bencoded, 0, bencoded.length);
    assertThat(again).isEqualTo(new NgMessage("c", false, body));
    if (message.json()) {
      byte[] json = NgMessage.write("c", true, body);
      NgMessage same = NgMessage.read(json, 0, json.length);
      assertThat(same).isEqualTo(new NgMessage("c", true, body));
    }
  }
}
