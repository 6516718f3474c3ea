// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.YamlSource;
import io.fairlead.dialog.CookieKeys;
import io.fairlead.loop.ManualLoop;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meters;
import io.fairlead.registrar.auth.AuthResult.Challenge;
import io.fairlead.registrar.auth.AuthResult.Granted;
import io.fairlead.registrar.auth.AuthResult.Malformed;
import io.fairlead.registrar.auth.AuthResult.Pending;
import io.fairlead.registrar.auth.AuthResult.Refused;
import io.fairlead.registrar.auth.AuthResult.Unavailable;
import io.fairlead.registrar.users.UserCache;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.CapturedFlow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {
  private static final CookieKeys KEYS = CookieKeys.of(List.of("a key of some length"));

  private final ManualLoop loop = new ManualLoop();
  private final MapUsers users = new MapUsers();
  private final Meters meters = new Meters();
  private final Counter[] outcomes = AuthOutcome.counters(meters, "phones");
  private final Phone phone = new Phone();
  private final CapturedFlow flow = CapturedFlow.udp("192.0.2.1", 5060);
  private final SeenOffences offences = new SeenOffences();
  private long nowMs = 1_700_000_000_000L;

  private Authenticator authenticator(String settings, CookieKeys keys) {
    AuthSettings bound =
        ConfigBinder.bind(AuthSettings.class, YamlSource.of("test", settings)).orThrow();
    UserCache cache = new UserCache("phones", users, bound.cache(), meters, loop::nowNs);
    return new RegistrarAuthentication(bound, cache, keys.derived("nonce"), outcomes, () -> nowMs)
        .on(loop, offences);
  }

  private Authenticator authenticator() {
    return authenticator("", KEYS);
  }

  private long count(AuthOutcome outcome) {
    return outcomes[outcome.ordinal()].value();
  }

  @Test
  void challengesWithMd5AloneUnlessToldOtherwise() {
    assertThat(((Challenge) authenticator().now(flow, phone.register(""))).headers())
        .containsOnlyOnce("WWW-Authenticate")
        .contains(", algorithm=MD5,");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[sha-256, md5]", "[md5, sha-256]"})
  void challengesWithTheStrongestAlgorithmFirst(String algorithms) {
    Authenticator both = authenticator("algorithms: " + algorithms, KEYS);
    String headers = ((Challenge) both.now(flow, phone.register(""))).headers();

    String nonce = Phone.nonce(headers);
    assertThat(nonce).matches("[0-9a-f]{40}");
    assertThat(headers)
        .isEqualTo(
            "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"%1$s\", algorithm=SHA-256,"
                    .formatted(nonce)
                + " qop=\"auth\"\r\n"
                + "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"%1$s\", algorithm=MD5,"
                    .formatted(nonce)
                + " qop=\"auth\"\r\n");
  }

  @ParameterizedTest
  @EnumSource
  void grantsWhoKnowsThePassword(io.fairlead.registrar.users.DigestAlgorithm algorithm) {
    Authenticator a = authenticator("algorithms: [sha-256, md5]", KEYS);
    phone.algorithm = algorithm;

    phone.challenged(a.now(flow, phone.register("")));

    assertThat(a.now(flow, phone.register())).isEqualTo(new Granted("alice"));
    assertThat(count(AuthOutcome.GRANTED)).isEqualTo(1);
  }

  @Test
  void takesAnAnswerWithoutAlgorithmAsMd5() {
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));

    String answer = phone.answer().replace(", algorithm=MD5", "");

    assertThat(a.now(flow, phone.register("Authorization: " + answer + "\r\n")))
        .isInstanceOf(Granted.class);
  }

  @Test
  void answersUnknownUserAsWrongPassword() {
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));
    phone.password = "wrong";
    AuthResult wrong = a.now(flow, phone.register());
    phone.user = phone.username = "nobody";

    assertThat(a.now(flow, phone.register())).isEqualTo(wrong).isEqualTo(new Refused());
    assertThat(count(AuthOutcome.WRONG_PASSWORD)).isEqualTo(1);
    assertThat(count(AuthOutcome.UNKNOWN_USER)).isEqualTo(1);
  }

  @Test
  void tellsWhoGivesWrongAnswersAndWhoRightOnes() {
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));
    phone.password = "wrong";
    a.now(flow, phone.register());
    phone.user = phone.username = "nobody";
    a.now(flow, phone.register());
    phone.user = phone.username = "alice";
    phone.password = "secret";
    a.now(flow, phone.register());

    assertThat(offences.seen)
        .containsExactly(
            "192.0.2.1 WRONG_PASSWORD proven", "192.0.2.1 UNKNOWN_USER proven", "192.0.2.1 proved");
  }

  @Test
  void provesNothingOfWhomTheNonceWasNotSentTo() {
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));
    phone.password = "wrong";

    a.now(CapturedFlow.udp("198.51.100.7", 5060), phone.register());
    a.now(CapturedFlow.tcp("198.51.100.7", 5060), phone.register());

    assertThat(offences.seen)
        .containsExactly(
            "198.51.100.7 WRONG_PASSWORD unproven", "198.51.100.7 WRONG_PASSWORD proven");
  }

  @Test
  void chargesNothingForWhatIsNoWrongAnswer() {
    Authenticator a = authenticator();
    a.now(flow, phone.register(""));
    phone.nonce = "0123456789012345678901234567890123456789";
    a.now(flow, phone.register());
    phone.challenged(a.now(flow, phone.register("")));
    nowMs += 3_700_000;
    a.now(flow, phone.register());

    assertThat(offences.seen).isEmpty();
  }

  @Test
  void refusesAnothersAddressOfRecord() {
    users.passwords.put("bob", "bobs");
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));
    phone.username = "bob";
    phone.password = "bobs";

    assertThat(a.now(flow, phone.register())).isInstanceOf(Refused.class);
    assertThat(count(AuthOutcome.OTHER_USER)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "alice@example.com, Granted",
    "alice@other.com, Refused",
    "alice@, Refused",
    "alic, Refused",
    "Alice, Refused",
  })
  void takesAUserWithOrWithoutTheDomain(String name, String result) {
    Authenticator a = authenticator();
    phone.username = name;

    phone.challenged(a.now(flow, phone.register("")));

    assertThat(a.now(flow, phone.register()).getClass().getSimpleName()).isEqualTo(result);
  }

  @Test
  void takesACapitalDomainAsTheSameRealm() {
    Authenticator a = authenticator();
    phone.domain = "EXAMPLE.com";

    phone.challenged(a.now(flow, phone.register("")));

    assertThat(a.now(flow, phone.register())).isInstanceOf(Granted.class);
  }

  @Test
  void takesTheRealmOfTheSettings() {
    Authenticator a = authenticator("realm: the farm", KEYS);
    phone.realm = "the farm";

    phone.challenged(a.now(flow, phone.register("")));

    assertThat(a.now(flow, phone.register())).isInstanceOf(Granted.class);
  }

  @ParameterizedTest
  @CsvSource({
    "sip:example.com, Granted",
    "sip:example.com:5060;transport=udp, Granted",
    "sips:Example.com, Granted",
    "sip:other.com, Malformed",
    "tel:123, Malformed",
    "nonsense, Malformed",
  })
  void comparesTheDigestUriByItsHost(String uri, String result) {
    Authenticator a = authenticator();
    phone.uri = uri;

    phone.challenged(a.now(flow, phone.register("")));

    assertThat(a.now(flow, phone.register()).getClass().getSimpleName()).isEqualTo(result);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "username=\"alice\", |",
        "uri=\"sip:example.com\", |",
        "auth,|auth-int,",
        "nc=00000001|nc=0",
        "nc=00000001|nc=00000000",
        "nc=00000001|nc=0000000g",
        ", cnonce=\"0a4f113b\"|",
        "username=|username=\"x\", username=",
        "response=\"|response=\"00",
        "username=\"alice\"|username=\"\"",
        "Digest |Digest ,",
        "=\"sip:|=sip:",
      })
  void callsBrokenAnswersMalformed(String change) {
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));
    String[] swap = change.split("\\|", -1);

    String answer = phone.answer();
    assertThat(answer).contains(swap[0]);
    SipRequest request =
        phone.register("Authorization: " + answer.replace(swap[0], swap[1]) + "\r\n");

    assertThat(a.now(flow, request)).isInstanceOf(Malformed.class);
    assertThat(count(AuthOutcome.MALFORMED)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MD5-sess", "SHA-512-256", "x"})
  void challengesAlgorithmsThatWereNotOffered(String algorithm) {
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));

    String answer = phone.answer().replace("algorithm=MD5", "algorithm=" + algorithm);

    assertThat(a.now(flow, phone.register("Authorization: " + answer + "\r\n")))
        .isInstanceOf(Challenge.class);
  }

  @Test
  void offersAndTakesOnlyWhatIsConfigured() {
    Authenticator a = authenticator("algorithms: [sha-256]", KEYS);
    AuthResult challenge = a.now(flow, phone.register(""));
    assertThat(((Challenge) challenge).headers()).doesNotContain("MD5");

    phone.challenged(challenge);

    assertThat(a.now(flow, phone.register())).isInstanceOf(Challenge.class);
  }

  @Test
  void findsItsOwnAmongSeveralRealms() {
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));
    String other = "Authorization: Digest username=\"a\", realm=\"elsewhere\"\r\n";
    String basic = "Authorization: Basic YTpi\r\n";

    SipRequest request =
        phone.register(other + basic + "Authorization: " + phone.answer() + "\r\n");

    assertThat(a.now(flow, request)).isInstanceOf(Granted.class);
    assertThat(a.now(flow, phone.register(other))).isInstanceOf(Challenge.class);
    assertThat(a.now(flow, phone.register(other.repeat(9)))).isInstanceOf(Malformed.class);
  }

  @Test
  void callsAnExpiredNonceStale() {
    Authenticator a = authenticator("nonce-lifetime: 60s", KEYS);
    phone.challenged(a.now(flow, phone.register("")));
    nowMs += 61_000;

    Challenge challenge = (Challenge) a.now(flow, phone.register());

    assertThat(challenge.headers()).contains(", stale=true\r\n");
    phone.challenged(challenge);
    assertThat(a.now(flow, phone.register())).isInstanceOf(Granted.class);
    assertThat(count(AuthOutcome.STALE)).isEqualTo(1);
  }

  @Test
  void countsForgedNoncesAndDoesNotCallThemStale() {
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));
    phone.nonce = (phone.nonce.charAt(0) == '0' ? '1' : '0') + phone.nonce.substring(1);

    Challenge challenge = (Challenge) a.now(flow, phone.register());

    assertThat(challenge.headers()).doesNotContain("stale");
    assertThat(count(AuthOutcome.FORGED)).isEqualTo(1);
  }

  @Test
  void takesNoncesOfNodesWithTheSameKeys() {
    Authenticator a = authenticator();
    CookieKeys both = CookieKeys.of(List.of("another key of length", "a key of some length"));
    Authenticator b = authenticator("", both);
    Authenticator stranger = authenticator("", CookieKeys.of(List.of("another key of length")));
    phone.challenged(a.now(flow, phone.register("")));
    SipRequest request = phone.register();

    assertThat(b.now(flow, request)).isInstanceOf(Granted.class);
    assertThat(stranger.now(flow, request)).isInstanceOf(Challenge.class);
  }

  @Test
  void acceptsEachCountOnce() {
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));
    assertThat(a.now(flow, phone.register())).isInstanceOf(Granted.class);

    assertThat(((Challenge) a.now(flow, phone.register())).headers()).contains("stale=true");
    phone.count = 3;
    assertThat(a.now(flow, phone.register())).isInstanceOf(Granted.class);
    phone.count = 2;
    assertThat(a.now(flow, phone.register())).isInstanceOf(Challenge.class);
    assertThat(count(AuthOutcome.REPLAYED)).isEqualTo(2);
  }

  @Test
  void takesARetransmissionAndNoLateOne() {
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));
    SipRequest request = phone.register();

    assertThat(a.now(flow, request)).isInstanceOf(Granted.class);
    nowMs += 32_000;
    assertThat(a.now(flow, request)).isInstanceOf(Granted.class);
    nowMs += 1000;
    assertThat(a.now(flow, request)).isInstanceOf(Challenge.class);
  }

  @Test
  void doesNotCountAWrongPassword() {
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));
    phone.password = "wrong";
    phone.count = 77;
    a.now(flow, phone.register());

    phone.password = "secret";
    phone.count = 1;
    assertThat(a.now(flow, phone.register())).isInstanceOf(Granted.class);
  }

  @Test
  void refusesAnswersWithoutQop() {
    Authenticator a = authenticator();
    phone.qop = "";
    phone.challenged(a.now(flow, phone.register("")));

    assertThat(a.now(flow, phone.register())).isInstanceOf(Refused.class);
    assertThat(count(AuthOutcome.NO_QOP)).isEqualTo(1);
  }

  @Test
  void takesEachNonceOnceWithoutQopWhereThatIsAllowed() {
    Authenticator a = authenticator("require-qop: off", KEYS);
    phone.qop = "";
    phone.challenged(a.now(flow, phone.register("")));

    assertThat(a.now(flow, phone.register())).isInstanceOf(Granted.class);
    assertThat(((Challenge) a.now(flow, phone.register())).headers()).contains("stale=true");
  }

  @Test
  void asksForUsersAndComesHome() {
    users.immediate = false;
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));
    SipRequest first = phone.register();
    assertThat(a.now(flow, first)).isInstanceOf(Pending.class);

    assertThat(asked(a, first)).containsExactly(new Granted("alice"));
    phone.count = 2;
    assertThat(a.now(flow, phone.register())).isInstanceOf(Granted.class);
  }

  @Test
  void isUnavailableToNewUsersWhileTheSourceIsDead() {
    users.immediate = false;
    users.dead = true;
    Authenticator a = authenticator();
    phone.challenged(a.now(flow, phone.register("")));

    List<AuthResult> results = asked(a, phone.register());

    assertThat(results).singleElement().isInstanceOf(Unavailable.class);
    assertThat(((Unavailable) results.getFirst()).retryAfterSeconds()).isBetween(30, 60);
    assertThat(a.now(flow, phone.register())).isInstanceOf(Unavailable.class);
  }

  private List<AuthResult> asked(Authenticator a, SipRequest request) {
    List<AuthResult> results = new ArrayList<>();
    Consumer<AuthResult> home = results::add;
    a.later(flow, request.keep(), home);
    while (results.isEmpty()) {
      LockSupport.parkNanos(100_000);
      loop.runCommands();
    }
    return results;
  }
}
