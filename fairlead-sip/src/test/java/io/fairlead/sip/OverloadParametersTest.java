// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parameters of overload control in a Via. */
class OverloadParametersTest {
  private static @Nullable OverloadParameters read(String parameters) {
    byte[] bytes = parameters.getBytes(StandardCharsets.ISO_8859_1);
    return OverloadParameters.read(bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ";branch=z9hG4bKa;oc | -1, true, false, 500, 0",
        ";oc;oc-algo=\"loss,rate\";branch=z9hG4bKa | -1, true, true, 500, 0",
        ";oc;oc-algo=\"rate\" | -1, false, true, 500, 0",
        ";oc=20;oc-algo=\"loss\";oc-validity=1000;oc-seq=1282321615.782"
            + " | 20, true, false, 1000, 1282321615782000",
        "; OC = 20 ; Oc-Algo = \"A, LOSS\" | 20, true, false, 500, 0",
        ";oc=0;oc-validity=0;oc-seq=5 | 0, true, false, 0, 5000000",
        ";oc=150;oc-algo=\"rate\";oc-seq=1.5 | 150, false, true, 500, 1500000",
        ";oc=99999999999;oc-validity=x;oc-seq=a.b | -1, true, false, 500, 0",
        ";oc;oc-algo=\"lossy,rated,win\" | -1, false, false, 500, 0",
        ";x=\";oc=7\";oc=3 | 3, true, false, 500, 0",
      })
  void reads(String parameters, String expected) {
    String[] of = expected.split(", ");
    assertThat(read(parameters))
        .isEqualTo(
            new OverloadParameters(
                Integer.parseInt(of[0]),
                Boolean.parseBoolean(of[1]),
                Boolean.parseBoolean(of[2]),
                Long.parseLong(of[3]),
                Long.parseLong(of[4])));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ";branch=z9hG4bKa;rport | ;branch=z9hG4bKa;rport",
        ";oc;oc-algo=\"loss,rate\";branch=z9hG4bKa | ;branch=z9hG4bKa",
        ";branch=z9hG4bKa;oc=3;oc-seq=1.2;x;oc-validity=4 | ;branch=z9hG4bKa;x",
        ";ocean=blue;oc | ;ocean=blue",
      })
  void takesThemOff(String parameters, String rest) {
    byte[] bytes = parameters.getBytes(StandardCharsets.ISO_8859_1);
    SipWriter out = new SipWriter();
    OverloadParameters.without(out, bytes, 0, bytes.length);
    assertThat(out).hasToString(rest);
  }

  @Test
  void otherViasHaveNone() {
    assertThat(read(";branch=z9hG4bKa;rport=5060;received=1.2.3.4")).isNull();
    assertThat(read(";ocean=3;oc-algo=\"loss\"")).isNull();
    assertThat(read("")).isNull();
  }

  @Test
  void anyBytesAreReadWithoutHarm() {
    SplittableRandom random = new SplittableRandom(3);
    String letters = ";oc=-algo\"\\ ,validtyseq.09 \r\n\0";
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder(";oc");
      for (int k = random.nextInt(30); k > 0; k--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      OverloadParameters found = read(text.toString());
      if (found != null) {
        assertThat(found.oc()).isBetween(-1, 1_000_000);
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
      OverloadParameters.without(new SipWriter(), bytes, 0, bytes.length);
    }
  }
}
