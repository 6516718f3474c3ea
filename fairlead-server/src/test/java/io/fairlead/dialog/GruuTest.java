// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GruuTest {
  private static final String FIRST = "a key for tests, long enough";
  private static final String SECOND = "another key for tests, as long";
  private static final byte[] INSTANCE =
      "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6".getBytes(StandardCharsets.US_ASCII);

  private final AddressOfRecord alice = AddressOfRecord.of("alice@example.com");
  private final Gruu gruu = new Gruu(CookieKeys.of(List.of(FIRST)));

  private static Gruu.@Nullable Owner read(Gruu reader, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    SipUri uri = new SipUri();
    assertThat(uri.parse(bytes, 0, bytes.length)).as(text).isTrue();
    return reader.read(uri);
  }

  private String temporary(long atMs) {
    SipWriter out = new SipWriter();
    assertThat(gruu.writeTemporary(out, alice, INSTANCE, atMs)).isTrue();
    return out.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "alice@example.com, sip:alice@example.com;gr=",
    "a b@c@example.com, sip:a%20b%40c@example.com;gr=",
    "@example.com, sip:example.com;gr=",
  })
  void namesUserAndDevice(String aor, String text) {
    SipWriter out = new SipWriter();
    gruu.writePublic(out, AddressOfRecord.of(aor), INSTANCE);
    assertThat(out.toString())
        .startsWith(text)
        .endsWith("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6");

    Gruu.Owner owner = Objects.requireNonNull(read(gruu, out.toString()));
    assertThat(owner.aor()).isEqualTo(AddressOfRecord.of(aor));
    assertThat(owner.instance()).isEqualTo(INSTANCE);
  }

  @Test
  void hidesUserAndDeviceAndFindsThemAgain() {
    String text = temporary(1_800_000_000_000L);
    assertThat(text).doesNotContain("alice", "uuid");
    Gruu.Owner owner = Objects.requireNonNull(read(gruu, text));
    assertThat(owner.aor()).isEqualTo(alice);
    assertThat(owner.instance()).isEqualTo(INSTANCE);
    assertThat(temporary(1_800_000_001_000L)).isNotEqualTo(text);
  }

  @Test
  void readsWhatAnEarlierKeySealed() {
    String text = temporary(1);
    assertThat(read(new Gruu(CookieKeys.of(List.of(SECOND, FIRST))), text)).isNotNull();
    assertThat(read(new Gruu(CookieKeys.of(List.of(SECOND))), text)).isNull();
  }

  @Test
  void refusesWhatWasChanged() {
    String text = temporary(1);
    int from = "sip:tgr.".length();
    for (int i = from; i < text.indexOf('@') - 1; i++) {
      String other = text.charAt(i) == 'A' ? "B" : "A";
      assertThat(read(gruu, text.substring(0, i) + other + text.substring(i + 1))).isNull();
    }
    assertThat(read(gruu, "sip:tgr.@example.com;gr")).isNull();
    assertThat(read(gruu, "sip:tgr.AAAA@example.com;gr")).isNull();
    assertThat(read(gruu, "sip:tgr." + "A".repeat(5000) + "@example.com;gr")).isNull();
    assertThat(read(gruu, "sip:alice@example.com;gr")).isNull();
    assertThat(read(gruu, "sip:alice@example.com")).isNull();
  }

  @Test
  void givesNoneWhereItWouldBeTooLong() {
    SipWriter out = new SipWriter();
    assertThat(gruu.writeTemporary(out, alice, new byte[600], 1)).isFalse();
    assertThat(out.length()).isZero();
  }
}
