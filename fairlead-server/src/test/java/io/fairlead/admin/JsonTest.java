// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void writesAndReadsEveryKind() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("text", "a \"quoted\" \\ line\n\u00e4 \ud83d\ude00");
    map.put("number", -42L);
    map.put("share", 0.125);
    map.put("truth", true);
    map.put("nothing", null);
    map.put("list", List.of("a", 1L, List.of()));
    map.put("object", Map.of("k", "v"));
    String text = Json.text(map);
    assertThat(text).doesNotContain("\n").contains("\"nothing\":null");

    JsonObject read = Objects.requireNonNull(Json.read(text));
    assertThat(read.text("text")).isEqualTo(map.get("text"));
    assertThat(read.number("number", 0)).isEqualTo(-42);
    assertThat(read.decimal("share", 0)).isEqualTo(0.125);
    assertThat(read.truth("truth")).isTrue();
    assertThat(read.has("nothing")).isFalse();
    assertThat(read.list("list")).hasSize(3);
    assertThat(read.fields("object").text("k")).isEqualTo("v");
    assertThat(Json.text(read)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "status",
        "[]",
        "1",
        "null",
        "{",
        "{}}",
        "{} {}",
        "{a:1}",
        "{'a':1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":[1,]}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":NaN}",
        "{\"a\":1e9999}",
        "{\"a\":12345678901234567890}",
        "{\"a\":truth}",
        "{\"a\":\"b}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"tab\there\"}",
        "{\"a\":\"zero\u0000\"}"
      })
  void refusesWhatIsNoObject(String text) {
    assertThat(Json.read(text)).isNull();
  }

  @Test
  void refusesWhatIsTooDeep() {
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThat(Json.read(deep)).isNull();
    assertThat(Json.read("{\"a\":" + "[".repeat(10) + "]".repeat(10) + "}")).isNotNull();
  }

  @Test
  void standsAnyMutation() {
    SplittableRandom random = new SplittableRandom(7);
    byte[] good =
        "{\"version\":1,\"do\":\"drain\",\"backends\":[\"a/b\",\"\\u00e4\"],\"x\":null}"
            .getBytes(StandardCharsets.US_ASCII);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = Arrays.copyOf(good, random.nextInt(1, good.length + 1));
      bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      JsonObject fields = Json.read(new String(bad, StandardCharsets.ISO_8859_1));
      read += fields == null ? 0 : 1;
      assertThat(fields == null || Json.read(Json.text(fields)) != null).isTrue();
    }
    assertThat(read).isBetween(1, 10_000);
  }

  @Test
  void asksForWhatIsNotThereWithoutSurprise() {
    JsonObject fields = Objects.requireNonNull(Json.read("{\"a\":1}"));
    assertThat(fields.text("a")).isEmpty();
    assertThat(fields.number("b", 7)).isEqualTo(7);
    assertThat(fields.list("a")).isEmpty();
    assertThat(fields.fields("a").text("x")).isEmpty();
    assertThat(fields.each("b")).isEmpty();
  }
}
