// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trust of networks (RFC 3325) and privacy (RFC 3323): who is believed, and who learns what. */
class TrustScenarioTest {
  private static final String UNTRUSTED = "trust: { networks: { outside: untrusted } }";
  private static final String[] IDENTITY = {
    "P-Asserted-Identity: \"PBX\" <sip:+4930@example.com>",
    "Remote-Party-ID: <sip:+4930@example.com>;party=calling"
  };

  private HidingRig house = new HidingRig(1, UNTRUSTED);

  private Seen came(String... headers) {
    house.phone.invite(headers);
    house.run(300);
    return house.rig.backend(1).last("INVITE");
  }

  private Seen left(String... headers) {
    Leg call = house.inside.leg("sip:+4930@example.net");
    house.inside.request(call, "INVITE", 1, headers);
    house.run(300);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(call.last("INVITE").first("From")).startsWith("<sip:alice@example.org>;tag=");
    return house.carrier.last("INVITE");
  }

  private static String[] with(String... more) {
    String[] all = new String[IDENTITY.length + more.length];
    System.arraycopy(IDENTITY, 0, all, 0, IDENTITY.length);
    System.arraycopy(more, 0, all, IDENTITY.length, more.length);
    return all;
  }

  // ---- in ----

  @Test
  void believesNobodyOutsideWhoHeIs() {
    Seen invite = came(with("P-Preferred-Identity: <sip:+49@example.com>", "X-Tenant: 1"));
    assertThat(invite.text())
        .doesNotContain("P-Asserted")
        .doesNotContain("P-Preferred")
        .doesNotContain("Remote-Party");
    assertThat(invite.first("X-Tenant")).isEqualTo("1");
  }

  @Test
  void believesNoAnswerFromOutside() {
    house.carrier.script = in -> in.answer(200, IDENTITY);
    Leg call = house.inside.leg("sip:+4930@example.net");
    house.inside.request(call, "INVITE", 1);
    house.run(300);
    assertThat(call.last("INVITE").text()).doesNotContain("P-Asserted").doesNotContain("Remote-P");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "P-Preferred-Identity: \"A\" <sip:+49@example.com> | \"A\" <sip:+49@example.com>",
        "X-Any: 1 | <sip:alice@example.org>"
      })
  void assertsWhoIsKnownByOtherMeans(String header, String asserted) {
    house = new HidingRig(1, "trust: { networks: { outside: identified } }");
    Seen invite = came(with(header));
    assertThat(invite.all("P-Asserted-Identity")).containsExactly(asserted);
    assertThat(invite.first("P-Preferred-Identity")).isEmpty();
  }

  @Test
  void stripsWhatTheOperatorNames() {
    house =
        new HidingRig(
            1,
            "trust: { networks: { outside: untrusted }, headers: { in: { strip: ['X-*'] }, out: {"
                + " strip: [X-Internal, 'P-*'] } } }");
    assertThat(came("X-Tenant: 1", "Subject: x").text())
        .doesNotContain("X-Tenant")
        .contains("Subject");
    assertThat(left("X-Internal: 1", "X-Other: 2", "P-Some: 3").text())
        .doesNotContain("X-Internal")
        .doesNotContain("P-Some")
        .contains("X-Other");
  }

  @Test
  void leavesAloneWhatComesFromTrustedSides() {
    house = new HidingRig(1, "trust: { networks: { inside: untrusted } }");
    Seen invite = came(IDENTITY);
    assertThat(invite.text()).contains("P-Asserted-Identity: \"PBX\"").contains("Remote-Party-ID");
  }

  // ---- out ----

  @Test
  void tellsWhoCallsUnlessHeMinds() {
    assertThat(left(IDENTITY).text()).contains("P-Asserted-Identity").contains("Remote-Party");
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "ID;critical", "user", "header;id"})
  void keepsTheIdentityOfWhoMinds(String privacy) {
    Seen invite = left(with("Privacy: " + privacy));
    assertThat(invite.text()).doesNotContain("P-Asserted").doesNotContain("Remote-Party");
  }

  @Test
  void keepsEveryIdentityWhereToldSo() {
    house =
        new HidingRig(1, "trust: { networks: { outside: untrusted }, asserted-identity: never }");
    assertThat(left(IDENTITY).text()).doesNotContain("P-Asserted").doesNotContain("Remote-Party");
  }

  @Test
  void makesAnonymousWhoAsksForItWhereTheInsideIsHidden() {
    house = new HidingRig(1, "topology-hiding: outside, " + UNTRUSTED);
    Seen invite =
        left(
            with(
                "Privacy: user;header;critical",
                "Subject: secret",
                "Organization: ours",
                "Diversion: <sip:x@example.com>"));
    assertThat(invite.first("From"))
        .startsWith("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=");
    assertThat(invite.text())
        .doesNotContain("Subject")
        .doesNotContain("Organization")
        .doesNotContain("Privacy")
        .doesNotContain("Diversion");
  }

  @ParameterizedTest
  @ValueSource(strings = {"session;critical", "header;critical", "critical;user"})
  void refusesToDoLessThanIsCritical(String privacy) {
    Leg call = house.phone.invite("Privacy: " + privacy);
    house.run(300);
    assertThat(call.last("INVITE").status()).isEqualTo(500);
    assertThat(house.rig.backend(1).copies("INVITE")).isZero();
  }
}
