// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.guard.identity.certificate.IdentityVerdict;
import io.fairlead.guard.identity.certificate.SigningCredential;
import io.fairlead.transport.tls.CertificateMaker;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The steps of verification: what is found in what is wrong. */
class PassportVerifierTest {
  private static final long NOW = 1_800_000_000;
  private static final String URL = "https://certs.example.org/sti.pem";
  private static final CertificateMaker.Pair SIGNER = new CertificateMaker("signer").make();
  private static final CertificateMaker.Pair OTHER = new CertificateMaker("other").make();
  private static final Passport GOOD =
      new Passport(URL, Attestation.FULL, List.of("4930111"), NOW, "4930222", CertificateHost.ID);
  private static final CallNumbers CALL = new CallNumbers(List.of("4930222"), "4930111", null);

  private final List<String> asked = new ArrayList<>();
  private SigningCredential credential =
      new SigningCredential.Trusted((ECPublicKey) SIGNER.certificate().getPublicKey(), 0);
  private final PassportVerifier verifier =
      new PassportVerifier(
          Duration.ofSeconds(60),
          url -> {
            asked.add(url);
            return credential;
          },
          () -> NOW * 1000);

  private static String signed(Passport passport) {
    String input = passport.signingInput();
    return IdentityHeader.write(input, Es256.sign(input, SIGNER.key()), passport.x5u());
  }

  private IdentityVerdict verdict(String identity) {
    return verdict(List.of(identity), CALL, null);
  }

  private IdentityVerdict verdict(
      List<String> identities, CallNumbers numbers, @Nullable String date) {
    return verifier.verify(new VerificationRequest(identities, numbers, date)).verdict();
  }

  @Test
  void aRightOnePassesAndTellsWhatItSays() {
    IdentityFinding found =
        verifier.verify(new VerificationRequest(List.of(signed(GOOD)), CALL, null));
    assertThat(found).isEqualTo(new IdentityFinding(IdentityVerdict.PASSED, GOOD));
    assertThat(asked).containsExactly(URL);
  }

  @ParameterizedTest
  @CsvSource({"0, PASSED", "-60, PASSED", "60, PASSED", "-61, STALE", "61, STALE"})
  void itsTimeMayBeAMinuteFromNow(long offset, IdentityVerdict expected) {
    Passport other =
        new Passport(URL, Attestation.FULL, List.of("4930111"), NOW + offset, "4930222", "x");
    assertThat(verdict(signed(other))).isEqualTo(expected);
    assertThat(asked).hasSize(expected == IdentityVerdict.PASSED ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Fri, 15 Jan 2027 08:00:00 GMT | PASSED",
        "Fri, 15 Jan 2027 08:00:59 GMT | PASSED",
        "Fri, 15 Jan 2027 08:01:01 GMT | STALE",
        "Fri, 15 Jan 2027 07:58:59 GMT | STALE",
        "yesterday | STALE"
      })
  void soMayDate(String date, IdentityVerdict expected) {
    assertThat(verdict(List.of(signed(GOOD)), CALL, date)).isEqualTo(expected);
  }

  @Test
  void timesBeyondAllBoundsAreStale() {
    for (long iat : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, 0, -1}) {
      Passport other = new Passport(URL, Attestation.FULL, List.of("4930111"), iat, "4930222", "x");
      assertThat(verdict(signed(other))).isIn(IdentityVerdict.STALE, IdentityVerdict.MALFORMED);
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "4930222, 4930111, -, PASSED",
        "4930222, -, 4930111, PASSED",
        "4930222, 4930999, 4930111, PASSED",
        "4930222, 4930999, -, OTHER_NUMBERS",
        "4930222, -, -, OTHER_NUMBERS",
        "4930333, 4930111, -, OTHER_NUMBERS",
        "-, 4930111, -, OTHER_NUMBERS",
        "4930222 4930333, 4930111, -, OTHER_NUMBERS",
        "4930222 4930222, 4930111, -, PASSED",
      })
  void itIsForThisCallerAndThisCalled(
      @Nullable String orig,
      @Nullable String to,
      @Nullable String target,
      IdentityVerdict expected) {
    List<String> callers = orig == null ? List.of() : List.of(orig.split(" "));
    assertThat(verdict(List.of(signed(GOOD)), new CallNumbers(callers, to, target), null))
        .isEqualTo(expected);
  }

  @Test
  void aPlusInItsNumbersIsPassedOver() {
    Passport plus =
        new Passport(URL, Attestation.PARTIAL, List.of("+4930111"), NOW, "+4930222", "x");
    assertThat(verdict(signed(plus))).isEqualTo(IdentityVerdict.PASSED);
  }

  @Test
  void anotherKeyOrAChangedByteIsNoSignature() {
    String input = GOOD.signingInput();
    String other = IdentityHeader.write(input, Es256.sign(input, OTHER.key()), URL);
    assertThat(verdict(other)).isEqualTo(IdentityVerdict.BAD_SIGNATURE);
    String changed =
        new Passport(URL, Attestation.FULL, List.of("4930111"), NOW, "4930222", "another")
                .signingInput()
            + signed(GOOD).substring(input.length());
    assertThat(verdict(changed)).isEqualTo(IdentityVerdict.BAD_SIGNATURE);
    for (String signature : List.of("AAAA", "c2ln", "A".repeat(86), "A".repeat(600))) {
      assertThat(verdict(IdentityHeader.write(input, signature, URL)))
          .as(signature)
          .isEqualTo(IdentityVerdict.BAD_SIGNATURE);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = IdentityVerdict.class,
      names = {"BAD_INFO", "UNREACHABLE", "UNTRUSTED", "BUSY"})
  void whatIsSaidOfTheCertificateIsSaidOfTheCall(IdentityVerdict why) {
    credential = new SigningCredential.Useless(why, "", 0);
    assertThat(verdict(signed(GOOD))).isEqualTo(why);
  }

  @Test
  void theHeaderNamesTheCertificateThatWasSigned() {
    String input = GOOD.signingInput();
    String elsewhere =
        IdentityHeader.write(input, Es256.sign(input, SIGNER.key()), "https://evil.example/");
    assertThat(verdict(elsewhere)).isEqualTo(IdentityVerdict.MALFORMED);
    assertThat(asked).isEmpty();
  }

  @Test
  void theCompactFormHasNotWhatShakenNeeds() {
    assertThat(verdict("..c2ln;info=<" + URL + ">;ppt=shaken"))
        .isEqualTo(IdentityVerdict.MALFORMED);
    assertThat(verdict("a.b.c;info=<" + URL + ">;alg=RS256;ppt=shaken"))
        .isEqualTo(IdentityVerdict.MALFORMED);
  }

  @Test
  void otherExtensionsAreNotJudged() {
    String div = "a.b.c;info=<" + URL + ">;alg=ES256;ppt=\"div\"";
    assertThat(verdict(div)).isEqualTo(IdentityVerdict.ABSENT);
    assertThat(verdict("..c;info=<" + URL + ">")).isEqualTo(IdentityVerdict.ABSENT);
    assertThat(verdict(List.of(div, signed(GOOD)), CALL, null)).isEqualTo(IdentityVerdict.PASSED);
    assertThat(verdict("nonsense")).isEqualTo(IdentityVerdict.MALFORMED);
    assertThat(verdict(List.of("nonsense", signed(GOOD)), CALL, null))
        .isEqualTo(IdentityVerdict.PASSED);
  }

  @Test
  void neverThrowsAndNeverPassesWhatWasChanged() {
    String good = signed(GOOD);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(good);
      int changes = 1 + random.nextInt(3);
      for (int k = 0; k < changes && !text.isEmpty(); k++) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(4)) {
          case 0 -> text.setCharAt(at, (char) random.nextInt(256));
          case 1 -> text.deleteCharAt(at);
          case 2 -> text.insert(at, "{}[]\",:.;<>=\\".charAt(random.nextInt(13)));
          default -> text.setLength(at);
        }
      }
      int end = good.indexOf(';');
      boolean same = text.length() > end && text.substring(0, end).equals(good.substring(0, end));
      if (!same && verdict(text.toString()) == IdentityVerdict.PASSED) {
        // The last character of a signature has bits that mean nothing.
        assertThat(text.substring(0, end - 1)).isEqualTo(good.substring(0, end - 1));
      }
    }
  }

  @Test
  void neverThrowsForAnyJson() {
    String letters = "{}[]\",:\\u0tnx5 orig-1eE.falsenul";
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder("{");
      for (int k = random.nextInt(40); k > 0; k--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      String base64 = PassportTest.base64(text.toString());
      assertThat(Passport.read(base64, base64)).isNull();
    }
    PassportJson.object("[".repeat(100_000));
    assertThat(PassportJson.object("{\"a\":".repeat(100_000))).isNull();
  }
}
