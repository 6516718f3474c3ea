// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate.sanity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.config.ByteSize;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule: what breaks it, and what does not. */
class SanityChecksTest {
  private static final String GOOD =
      """
      INVITE sip:bob@example.com SIP/2.0
      Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1
      Max-Forwards: 70
      From: <sip:alice@example.org>;tag=1
      To: <sip:bob@example.com>
      Call-ID: 1
      CSeq: 1 INVITE
      Contact: <sip:alice@203.0.113.9:5060>
      Content-Type: application/sdp
      Content-Length: 3

      v=0
      """;

  private static SanityChecks checks(List<SanityRule> on, List<SanityRule> off) {
    return new SanityChecks(new SanitySettings(on, off, 32, 128, ByteSize.parse("32k")));
  }

  private static @Nullable SanityRule broken(SanityChecks checks, String text) {
    byte[] bytes = text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    SipRequest request =
        (SipRequest) Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length));
    assertThat(request.problem()).as(text).isNull();
    return checks.broken(request, InetAddress.ofLiteral("198.51.100.7"));
  }

  private static String with(String what, String instead) {
    assertThat(GOOD).contains(what);
    return GOOD.replace(what, instead);
  }

  private static String breaking(SanityRule rule) {
    return switch (rule) {
      case METHOD -> GOOD.replace("INVITE", "invite");
      case URI_SCHEME -> with("<sip:alice@example.org>", "<http://example.org>");
      case HEADER_COUNT -> with("Call-ID", "X-A: 1\n".repeat(130) + "Call-ID");
      case HEADER_SIZE -> with("Call-ID", "X-A: " + "a".repeat(33_000) + "\nCall-ID");
      case USER -> with("To: <sip:bob@", "To: <sip:a'%20or%20'1'='1@");
      case MAX_FORWARDS -> with("Max-Forwards: 70\n", "");
      case FROM_TAG -> with(";tag=1", "");
      case TO_TAG ->
          GOOD.replace("INVITE", "REGISTER")
              .replace("bob@example.com>\nCall", "bob@x>;tag=2\nCall");
      case CONTACT -> with("Contact: <sip:alice@203.0.113.9:5060>\n", "");
      case CONTENT_TYPE -> with("Content-Type: application/sdp\n", "");
      case PRIVATE_ADDRESS -> with("alice@203.0.113.9", "alice@192.168.1.9");
    };
  }

  @ParameterizedTest
  @EnumSource
  void theRuleIsBrokenByWhatItNamesAndByNothingElse(SanityRule rule) {
    List<SanityRule> on = rule.isShipped() ? List.of() : List.of(rule);

    assertThat(broken(checks(on, List.of()), breaking(rule))).isEqualTo(rule);
    assertThat(broken(checks(on, List.of()), GOOD)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void aRuleThatIsOffIsNotAsked(SanityRule rule) {
    List<SanityRule> off = rule.isShipped() ? List.of(rule) : List.of();

    assertThat(broken(checks(List.of(), off), breaking(rule))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100'--",
        "a%27%20OR%201=1",
        "x';drop",
        "1%20UNION%20SELECT%20password",
        "%22=%22",
      })
  void findsSignsOfSql(String user) {
    byte[] bytes = user.getBytes(StandardCharsets.UTF_8);

    assertThat(UserSigns.in(bytes, 0, bytes.length)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"%n%n", "a%s", "100%", "%5"})
  void findsSignsOfFormatStrings(String user) {
    byte[] bytes = user.getBytes(StandardCharsets.UTF_8);

    assertThat(UserSigns.in(bytes, 0, bytes.length)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "o'brien",
        "%23%2A21",
        "+49-30-123;ext=5",
        "user=phone",
        "j%C3%B6rg",
        "select",
        "union.station",
        "bob--home",
        "*97",
        "a/b",
        "first+last",
      })
  void passesGoodNames(String user) {
    byte[] bytes = user.getBytes(StandardCharsets.UTF_8);

    assertThat(UserSigns.in(bytes, 0, bytes.length)).isFalse();
  }

  @Test
  void refusesARuleThatIsOnAndOff() {
    assertThatThrownBy(() -> checks(List.of(SanityRule.CONTACT), List.of(SanityRule.CONTACT)))
        .hasMessageContaining("contact");
  }
}
