// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.guard.identity.CertificateHost;
import io.fairlead.observe.Meter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that are verified and signed, through the whole house. */
class StirShakenScenarioTest {
  private static final String CALLER = "4930222";
  private static final String CALLED = "4930111";

  @TempDir Path folder;
  private CertificateHost host;
  private ServerRig rig;
  private FakePhone phone;

  @BeforeEach
  void open() throws Exception {
    host = new CertificateHost(folder);
    rig = house("numbers: { country-code: 49 }");
    phone = rig.phone();
  }

  @AfterEach
  void close() {
    host.close();
  }

  private ServerRig house(String stirShaken) {
    String yaml =
        """
        listeners:
          - { name: out, bind: "udp://203.0.113.10:5060", network: outside }
          - { name: in, bind: "udp://10.0.0.10:5060", network: inside }
        guard:
          stir-shaken:
            %s
        pools:
          farm:
            health: off
            balance: priority
            backends:
              - { name: b1, uri: "sip:10.0.0.1:5060", network: inside }
              - { name: b2, uri: "sip:10.0.0.2:5060", network: inside }
              - { name: b3, uri: "sip:10.0.0.3:5060", network: inside }
        routes:
          - { name: all, to: farm }
        """
            .formatted(stirShaken);
    rig = new ServerRig(new VirtualNet(1, 1), ServerRig.plan(yaml), ServerRig.KEYS);
    phone = rig.phone();
    return rig;
  }

  private Leg inviteFrom(String from, String... headers) {
    Leg leg = phone.leg("sip:+" + CALLED + "@example.com");
    leg.local = from;
    phone.request(leg, "INVITE", 1, headers);
    rig.net.runMs(200);
    return leg;
  }

  private Leg invite(String... headers) {
    return inviteFrom("sip:+" + CALLER + "@example.org;user=phone", headers);
  }

  private String identity(long offset) {
    long iat = rig.clockMs() / 1000 + offset;
    return "Identity: " + host.identity(CALLER, CALLED, iat);
  }

  private Seen sent() {
    return rig.backend(1).last("INVITE");
  }

  private void ends(Leg leg) {
    leg.bye();
    rig.assertEmpty();
  }

  // ---- verified ----

  @Test
  void aGoodCallIsMarkedAndItsCallerReadsHisOwnFrom() {
    house(host.verify(", attestation-header: X-Attestation, origid-header: X-Origination-ID"));
    Leg leg = invite(identity(0), "X-Attestation: C", "x-origination-id: forged");
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(sent().first("From"))
        .startsWith("<sip:+4930222;verstat=TN-Validation-Passed@example.org;user=phone>;tag=");
    assertThat(sent().all("X-Attestation")).containsExactly("A");
    assertThat(sent().all("X-Origination-ID")).containsExactly(CertificateHost.ID);
    assertThat(sent().all("Identity")).hasSize(1);
    assertThat(leg.responses)
        .allMatch(r -> r.first("From").startsWith("<sip:+4930222@example.org;user=phone>;tag="));
    Leg far = rig.backend(1).facing(leg);
    far.send("INFO");
    rig.net.runMs(50);
    assertThat(leg.requests).isNotEmpty();
    assertThat(leg.requests.getLast().first("To")).startsWith("<sip:+4930222@example.org;");
    assertThat(rig.meters.counter(Meter.IDENTITIES_VERIFIED, "passed").value()).isEqualTo(1);
    ends(leg);
  }

  @Test
  void whereTheCallerIsAssertedThatIsVerifiedAndMarked() {
    house(host.verify(""));
    Leg leg =
        inviteFrom(
            "sip:anonymous@anonymous.invalid",
            identity(0),
            "P-Asserted-Identity: \"A;verstat=x\" <sip:+49-30222@example.org>, <tel:+4930222>");
    assertThat(sent().first("P-Asserted-Identity"))
        .isEqualTo(
            "\"A;verstat=x\" <sip:+49-30222;verstat=TN-Validation-Passed@example.org>,"
                + " <tel:+4930222;verstat=TN-Validation-Passed>");
    assertThat(sent().first("From")).startsWith("<sip:anonymous@anonymous.invalid>");
    ends(leg);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-61 | 4930222 | TN-Validation-Failed",
        "0 | 4930333 | TN-Validation-Failed",
        "0 | 4930222 | TN-Validation-Passed"
      })
  void whatIsFoundIsTold(long offset, String from, String verstat) {
    house(host.verify(""));
    Leg leg = inviteFrom("sip:+" + from + "@example.org", identity(offset));
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(sent().first("From")).startsWith("<sip:+" + from + ";verstat=" + verstat + "@");
    ends(leg);
  }

  @Test
  void withoutIdentityItSaysSoAndTakesOffWhatOthersSay() {
    house(host.verify(""));
    Leg leg =
        inviteFrom(
            "sip:+4930222;verstat=TN-Validation-Passed@example.org;verstat=TN-Validation-Passed",
            "P-Asserted-Identity: <tel:+4930222;verstat=TN-Validation-Passed>",
            "P-Asserted-Identity: sip:+4930222;Verstat=TN-Validation-Passed@example.org");
    assertThat(sent().first("From")).startsWith("<sip:+4930222@example.org>");
    assertThat(sent().all("P-Asserted-Identity"))
        .containsExactly("<tel:+4930222;verstat=No-TN-Validation>", "sip:+4930222@example.org");
    assertThat(rig.meters.counter(Meter.IDENTITIES_VERIFIED, "absent").value()).isEqualTo(1);
    ends(leg);
  }

  @Test
  void whoIsNoNumberIsNotMarked() {
    house(host.verify(""));
    Leg leg = inviteFrom("sip:alice@example.org");
    assertThat(sent().first("From")).startsWith("<sip:alice@example.org>");
    ends(leg);
  }

  @Test
  void refusesAsRfc8224Says() {
    house(host.verify(", on-failed: refuse, on-missing: refuse"));
    assertThat(invite().last("INVITE").status()).isEqualTo(428);
    assertThat(invite("Identity: nonsense").last("INVITE").status()).isEqualTo(438);
    Seen stale = invite(identity(-61)).last("INVITE");
    assertThat(stale.text()).startsWith("SIP/2.0 403 Stale Date\r\n");
    assertThat(inviteFrom("sip:+4930333@example.org", identity(0)).last("INVITE").status())
        .isEqualTo(438);
    String elsewhere = identity(0).replace("https://localhost:" + host.port(), "https://localhost");
    assertThat(invite(elsewhere).last("INVITE").status()).as("x5u is another").isEqualTo(438);
    assertThat(rig.logs().toString()).contains("flag=UI", "flag=II", "flag=ST");
    assertThat(rig.backends).allMatch(backend -> backend.requests("INVITE") == 0);
    rig.records.clear();
    Leg good = invite(identity(0));
    assertThat(good.last("INVITE").status()).isEqualTo(200);
    ends(good);
  }

  @Test
  void aForeignCertificateIsRefusedWith437AndAForbiddenPlaceWith436() throws Exception {
    Files.writeString(host.anchors(), Files.readString(host.webAuthority()));
    house(host.verify(", on-failed: refuse"));
    assertThat(invite(identity(0)).last("INVITE").status()).isEqualTo(437);
    house(host.verify(", on-failed: refuse").replace("private-addresses: yes", "max-kept: 9"));
    assertThat(invite(identity(0)).last("INVITE").status()).isEqualTo(436);
  }

  @Test
  void theNextBackendReadsTheSame() {
    house(host.verify(""));
    rig.backend(1).says(503);
    Leg leg = invite(identity(0));
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(rig.backend(2).last("INVITE").first("From")).contains("TN-Validation-Passed");
    assertThat(rig.meters.counter(Meter.IDENTITIES_VERIFIED, "passed").value()).isEqualTo(1);
    ends(leg);
  }

  // ---- what takes its time ----

  @Test
  void anInviteWaitsForItsCertificateAndTheLoopDoesNot() {
    house(host.verify(", deadline: 2s"));
    List<Runnable> later = new ArrayList<>();
    rig.walker = later::add;
    Leg leg = invite(identity(0));
    assertThat(rig.backend(1).requests("INVITE")).isZero();
    assertThat(leg.statuses("INVITE")).containsExactly(100);
    Leg other = invite();
    assertThat(other.last("INVITE").status()).as("others pass").isEqualTo(200);
    other.bye();
    later.forEach(Runnable::run);
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(sent().first("From")).contains("TN-Validation-Passed");
    leg.bye();
    rig.assertEmpty();
  }

  @Test
  void behindTheDeadlineItGoesOnUnverified() {
    house(host.verify(", deadline: 2s, on-failed: refuse, on-missing: refuse"));
    List<Runnable> later = new ArrayList<>();
    rig.walker = later::add;
    Leg leg = invite(identity(0));
    rig.net.runMs(1_700);
    assertThat(rig.backend(1).requests("INVITE")).isZero();
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(sent().first("From")).contains(";verstat=No-TN-Validation@");
    assertThat(rig.meters.counter(Meter.IDENTITIES_VERIFIED, "late").value()).isEqualTo(1);
    later.forEach(Runnable::run);
    rig.net.runMs(100);
    assertThat(rig.backend(1).requests("INVITE")).isEqualTo(1);
    ends(leg);
  }

  @Test
  void whoGivesUpMeanwhileIsForgotten() {
    house(host.verify(""));
    List<Runnable> later = new ArrayList<>();
    rig.walker = later::add;
    Leg leg = invite(identity(0));
    phone.cancel(leg);
    rig.net.runMs(100);
    assertThat(leg.last("INVITE").status()).isEqualTo(487);
    later.forEach(Runnable::run);
    rig.assertEmpty();
    assertThat(rig.backend(1).requests("INVITE")).isZero();
  }

  @Test
  void moreThanSoManyGoOnUnverified() {
    house(host.verify(", max-waiting: 1"));
    List<Runnable> later = new ArrayList<>();
    rig.walker = later::add;
    Leg first = invite(identity(0));
    Leg second = invite(identity(0));
    assertThat(second.last("INVITE").status()).isEqualTo(200);
    assertThat(sent().first("From")).contains("No-TN-Validation");
    later.forEach(Runnable::run);
    rig.net.runMs(100);
    assertThat(first.last("INVITE").status()).isEqualTo(200);
    first.bye();
    ends(second);
  }

  // ---- off, and elsewhere ----

  @Test
  void otherNetworksPassUntouched() {
    house(host.verify(", networks: [ inside ]"));
    String pai = "<tel:+4930222;verstat=TN-Validation-Passed>";
    Leg leg = invite("Identity: nonsense", "P-Asserted-Identity: " + pai);
    assertThat(sent().first("Identity")).isEqualTo("nonsense");
    assertThat(sent().first("P-Asserted-Identity")).isEqualTo(pai);
    ends(leg);
  }

  @Test
  void verifiedBehindABoundaryThatIsHiddenAndNotTrusted() {
    house(
        host.verify("")
            + "\n  topology-hiding: outside\n  trust: { networks: { outside: identified } }");
    Leg leg =
        inviteFrom(
            "sip:+4930222@203.0.113.10",
            identity(0),
            "P-Asserted-Identity: <sip:+49999@invented.example>");
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(sent().all("P-Asserted-Identity"))
        .containsExactly("<sip:+4930222;verstat=TN-Validation-Passed@203.0.113.10>");
    assertThat(sent().first("From")).startsWith("<sip:+4930222@203.0.113.10>;tag=");
    assertThat(sent().all("Identity")).hasSize(1);
    for (Seen seen : leg.responses) {
      assertThat(seen.text()).doesNotContain("10.0.0.").doesNotContain("verstat");
      assertThat(seen.first("From")).startsWith("<sip:+4930222@203.0.113.10>;tag=");
    }
    Leg far = rig.backend(1).facing(leg);
    far.send("INFO");
    rig.net.runMs(50);
    assertThat(leg.requests.getLast().text()).doesNotContain("10.0.0.").doesNotContain("verstat");
    ends(leg);
  }

  // ---- signed ----

  @Test
  void aCallIsSignedWithWhatIsKnownOfItsCaller() {
    house(
        host.sign(
            ", pools: [ farm ], attest: [ { level: full, networks: [ outside ], numbers: [ '4930'"
                + " ], origid: "
                + CertificateHost.ID
                + " } ]"));
    Leg leg = invite();
    String identity = sent().first("Identity");
    assertThat(sent().all("Date")).hasSize(1);
    assertThat(identity).endsWith(";info=<" + host.x5u() + ">;alg=ES256;ppt=\"shaken\"");
    String claims = claims(identity);
    assertThat(claims)
        .isEqualTo(
            "{\"attest\":\"A\",\"dest\":{\"tn\":[\"4930111\"]},\"iat\":"
                + rig.clockMs() / 1000
                + ",\"orig\":{\"tn\":\"4930222\"},\"origid\":\""
                + CertificateHost.ID
                + "\"}");
    leg.bye();
    Leg other = inviteFrom("sip:+1555@example.org", "Date: Fri, 15 Jan 2027 08:00:00 GMT");
    assertThat(claims(sent().first("Identity"))).startsWith("{\"attest\":\"C\"");
    assertThat(sent().all("Date")).containsExactly("Fri, 15 Jan 2027 08:00:00 GMT");
    ends(other);
  }

  private static String claims(String identity) {
    byte[] text = Base64.getUrlDecoder().decode(identity.split("\\.")[1]);
    return new String(text, StandardCharsets.UTF_8);
  }

  @Test
  void whatIsSignedOrHasNoNumberPassesUntouched() {
    house(host.sign(", routes: [ all ]"));
    Leg signed = invite("Identity: theirs");
    assertThat(sent().all("Identity")).containsExactly("theirs");
    assertThat(sent().all("Date")).isEmpty();
    signed.bye();
    Leg name = inviteFrom("sip:alice@example.org");
    assertThat(sent().all("Identity")).isEmpty();
    assertThat(rig.meters.counter(Meter.IDENTITIES_SIGNED, "present").value()).isEqualTo(1);
    assertThat(rig.meters.counter(Meter.IDENTITIES_SIGNED, "no-number").value()).isEqualTo(1);
    ends(name);
  }

  @Test
  void eachAttemptHasTheSameSignature() {
    house(host.sign(", pools: [ farm ]"));
    rig.backend(1).says(503);
    Leg leg = invite();
    assertThat(rig.backend(2).last("INVITE").all("Identity"))
        .hasSize(1)
        .containsExactly(sent().first("Identity"));
    ends(leg);
  }

  @Test
  void whatWeSignWeVerify() {
    house(host.sign(", pools: [ farm ]"));
    Leg leg = invite();
    String identity = "Identity: " + sent().first("Identity");
    ends(leg);
    house(host.verify(", on-failed: refuse"));
    Leg other = invite(identity);
    assertThat(sent().first("From")).contains("TN-Validation-Passed");
    ends(other);
  }

  // ---- what is configured wrongly ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "verify: {} | trust-anchors",
        "verify: { trust-anchors: /none.pem } | no such file",
        "verify: { trust-anchors: KEY } | no certificate in it",
        "sign: { key: KEY, x5u: 'https://a/', pools: [ fram ] } | no pool is called `fram`",
        "sign: { key: KEY, x5u: 'https://a/', routes: [ x ] } | no route is called `x`",
        "sign: { key: KEY, x5u: 'https://a/' } | expected pools or routes",
        "sign: { key: KEY, x5u: 'http://a/', pools: [ farm ] } | expected a URL",
        "sign: { key: ANCHORS, x5u: 'https://a/', pools: [ farm ] } | no private key in it",
        "sign: { key: KEY, x5u: 'https://a/', pools: [ farm ], attest: [ { level: full,"
            + " networks: [ x ] } ] } | no listener is on network `x`",
      })
  void mistakesAreNamed(String block, String words) {
    String given =
        block.replace("KEY", host.key().toString()).replace("ANCHORS", host.anchors().toString());
    assertThatThrownBy(() -> house(given)).hasMessageContaining(words);
  }
}
