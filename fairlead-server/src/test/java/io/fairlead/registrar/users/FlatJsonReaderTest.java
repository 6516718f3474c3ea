// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatJsonReaderTest {
  @Test
  void readsTextsAndPassesOverTheRest() {
    assertThat(
            FlatJsonReader.read(
                " {\"ha1\":\"00\", \"n\": -1.5e3, \"t\": true, \"z\":null, \"l\":[1,\"a\",{}],"
                    + "\"o\":{\"password\":\"inner\"}, \"password\" : \"a\\u00e9\\\"\\n\" }\n"))
        .isEqualTo(Map.of("ha1", "00", "password", "aé\"\n"));
    assertThat(FlatJsonReader.read("{}")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{",
        "{}x",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":\"b}",
        "{\"a\":\"b\",}",
        "{a:1}",
        "{\"a\":01}",
        "{\"a\":tru}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u00g0\"}",
        "{\"a\":\"\\",
        "{\"a\":[1,]}",
        "{\"a\":\"\n\"}"
      })
  void refusesWhatIsNoObject(String text) {
    assertThat(FlatJsonReader.read(text)).isNull();
  }

  @Test
  void boundsDepth() {
    assertThat(FlatJsonReader.read("{\"a\":" + "[".repeat(10_000))).isNull();
  }
}
