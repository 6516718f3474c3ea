// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.registrar.auth.Authorization.Field;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationFuzzTest {
  private static final String[] PIECES = {
    "Digest",
    " ",
    "username",
    "=",
    "\"",
    ",",
    "\\",
    "\\\"",
    "realm",
    "nonce",
    "a b",
    "uri",
    "sip:",
    "nc",
    "00000001",
    "qop",
    "auth",
    "cnonce",
    "response",
    "\t",
    "\r\n ",
    "\u0000",
    "\u00ff",
    ";",
    "algorithm=MD5",
    "x=y",
    "username=\"alice\"",
    "opaque=\"\"",
    "é"
  };

  private final Authorization header = new Authorization();

  /** Whatever comes: no exception, and every field lies within the header. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void staysWithinTheHeaderWhateverComes(long seed) {
    Random random = new Random(seed);
    int good = 0;
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "" : "Digest ");
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      good += read("\"" + text + "\"", 1, 1) ? 1 : 0;
    }
    assertThat(good).isBetween(100, 50_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  void staysWithinAChangedHeader(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder(new Phone().answer());
      for (int i = random.nextInt(3); i >= 0; i--) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
      }
      read(text.substring(0, random.nextInt(text.length() + 1)), 0, 0);
    }
  }

  private boolean read(String text, int before, int behind) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    int to = bytes.length - behind;
    if (header.parse(bytes, before, to) != null || !header.isDigest()) {
      return false;
    }
    for (Field field : Field.values()) {
      if (header.has(field)) {
        assertThat(header.from(field)).isBetween(before, to);
        assertThat(header.to(field)).isBetween(header.from(field), to);
        assertThat(header.text(field)).doesNotContain("\u0000", "\r", "\n");
      }
    }
    assertThat(header.count()).isBetween(-1L, 0xffffffffL);
    return true;
  }

  @Test
  void resolvesEscapes() {
    String text = "Digest username=\"a\\\"b\\\\c\"";

    assertThat(read(text, 0, 0)).isTrue();
    assertThat(header.text(Field.USERNAME)).isEqualTo("a\"b\\c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Digest",
        "Digest ",
        "Digest a",
        "Digest a=",
        "Digest =b",
        "Digest a=\"b",
        "Digest a=\"b\\",
        "Digest a=b,",
        "Digest a=b,,c=d",
        "Digest a=b c=d",
        "Digest a=b;c=d",
        "Digest realm=\"a\", REALM=\"a\"",
        "Digest username=\"a\u0000\"",
        "Digest username=\"a\\\u0000\"",
      })
  void refusesWhatTwoReadersCouldReadInTwoWays(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);

    assertThat(header.parse(bytes, 0, bytes.length)).isNotNull();
  }

  @Test
  void boundsLengths() {
    byte[] longField = ("Digest realm=\"" + "a".repeat(1025) + "\"").getBytes(ISO_8859_1);
    byte[] longHeader = ("Digest x=y" + " ".repeat(5000)).getBytes(ISO_8859_1);
    byte[] manyFields = ("Digest x=y" + ",x=y".repeat(32)).getBytes(ISO_8859_1);

    assertThat(header.parse(longField, 0, longField.length)).contains("Too Long");
    assertThat(header.parse(longHeader, 0, longHeader.length)).contains("Too Long");
    assertThat(header.parse(manyFields, 0, manyFields.length)).contains("Too Long");
  }
}
