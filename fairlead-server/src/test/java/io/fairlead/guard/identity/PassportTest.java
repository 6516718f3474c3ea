// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shape of PASSporTs and of the Identity header. */
class PassportTest {
  private static final String X5U = "https://cert.example.org/passport.cer";
  private static final String HEADER =
      "{\"alg\":\"ES256\",\"ppt\":\"shaken\",\"typ\":\"passport\",\"x5u\":\"" + X5U + "\"}";
  private static final String CLAIMS =
      "{\"attest\":\"A\",\"dest\":{\"tn\":[\"12125551213\"]},\"iat\":1443208345,"
          + "\"orig\":{\"tn\":\"12155551212\"},\"origid\":\"123e4567-e89b-12d3-a456-426655440000\"}";

  static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(String base64) {
    return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private static @Nullable Passport read(String header, String claims) {
    return Passport.read(base64(header), base64(claims));
  }

  @Test
  void isWrittenInTheOrderOfRfc8225WithoutWhiteSpace() {
    Passport passport =
        new Passport(
            X5U,
            Attestation.FULL,
            List.of("12125551213"),
            1443208345,
            "12155551212",
            CertificateHost.ID);
    String[] parts = passport.signingInput().split("\\.");
    assertThat(text(parts[0])).isEqualTo(HEADER);
    assertThat(text(parts[1])).isEqualTo(CLAIMS);
    assertThat(read(HEADER, CLAIMS)).isEqualTo(passport);
  }

  @Test
  void readsWhatOthersWriteInOtherOrderWithMoreClaims() {
    Passport passport =
        read(
            " { \"x5u\" : \""
                + X5U
                + "\", \"typ\":\"passport\", \"ppt\":\"shaken\","
                + " \"alg\":\"ES256\" } ",
            "{\"iat\":1,\"mky\":[{\"alg\":\"sha-256\"}],\"orig\":{\"tn\":\"1\"},\"origid\":\"x\","
                + "\"dest\":{\"tn\":[\"2\",\"3\"],\"uri\":[\"sip:a@b\"]},\"attest\":\"C\",\"z\":1.5}");
    assertThat(passport)
        .isEqualTo(new Passport(X5U, Attestation.GATEWAY, List.of("2", "3"), 1, "1", "x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"alg\":\"ES256\"|\"alg\":\"none\"",
        "\"alg\":\"ES256\"|\"alg\":\"HS256\"",
        "\"alg\":\"ES256\"|\"alg\":\"ES256\",\"alg\":\"ES256\"",
        "\"ppt\":\"shaken\"|\"ppt\":\"div\"",
        "\"ppt\":\"shaken\",|",
        "\"typ\":\"passport\"|\"typ\":\"JWT\"",
        ",\"x5u\":\"https://cert.example.org/passport.cer\"|",
        "\"x5u\":\"|\"x5u\":[\"",
        "\"attest\":\"A\"|\"attest\":\"D\"",
        "\"attest\":\"A\",|",
        "[\"12125551213\"]|[]",
        "[\"12125551213\"]|\"12125551213\"",
        "[\"12125551213\"]|[12125551213]",
        "1443208345|\"1443208345\"",
        "1443208345|1443208345.5",
        "1443208345|99999999999999999999",
        "\"tn\":\"12155551212\"|\"uri\":\"sip:a@b\"",
        "{\"tn\":\"12155551212\"}|{\"tn\":[\"12155551212\"]}",
        "\"origid\":\"123e4567-e89b-12d3-a456-426655440000\"|\"origid\":7",
        "426655440000\"}|426655440000\"} x",
        "426655440000\"}|426655440000\"",
        "\"iat\"|\"a\":[[[[[[[[1]]]]]]]],\"iat\"",
      })
  void refusesWhatIsNone(String change) {
    String[] parts = change.split("\\|", -1);
    String header = HEADER.replace(parts[0], parts[1]);
    String claims = CLAIMS.replace(parts[0], parts[1]);
    assertThat(header + claims).as("the change changes something").isNotEqualTo(HEADER + CLAIMS);
    assertThat(read(header, claims)).isNull();
  }

  @Test
  void readsTheHeaderInFullAndInCompactForm() {
    IdentityHeader full =
        IdentityHeader.read("aGVhZA.Y2xhaW1z.c2ln;info=<" + X5U + ">;alg=ES256;ppt=\"shaken\"");
    assertThat(full)
        .isEqualTo(new IdentityHeader("aGVhZA", "Y2xhaW1z", "c2ln", X5U, "ES256", "shaken"));
    assertThat(full).isNotNull().returns(false, IdentityHeader::isCompact);
    IdentityHeader compact = IdentityHeader.read("..c2ln ; info=<" + X5U + ">");
    assertThat(compact).isEqualTo(new IdentityHeader("", "", "c2ln", X5U, "ES256", ""));
    assertThat(compact).isNotNull().returns(true, IdentityHeader::isCompact);
    assertThat(IdentityHeader.read("a.b.c;INFO=<" + X5U + ">;ppt=shaken;x"))
        .isNotNull()
        .returns(true, IdentityHeader::isShaken);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a.b",
        "a.b.;info=<https://a/>",
        "a..c;info=<https://a/>",
        ".b.c;info=<https://a/>",
        "a.b.c",
        "a.b.c;alg=ES256",
        "a.b.c;info=<>",
        "a.b.c;info=<https://a/",
        "a.b.c;info=<https://a/>;info=<https://b/>",
        "a.b.c;info=<https://a/>,d.e.f;info=<https://a/>",
        "a.b!.c;info=<https://a/>",
      })
  void refusesHeadersThatBreakTheGrammar(String value) {
    assertThat(IdentityHeader.read(value)).isNull();
  }

  @Test
  void refusesEndlessHeaders() {
    assertThat(IdentityHeader.read("a.b." + "c".repeat(9000) + ";info=<https://a/>")).isNull();
  }
}
