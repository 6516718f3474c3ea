// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainTest {
  private static final String INVITE =
      """
      INVITE sip:+4930123@10.0.0.10 SIP/2.0
      Via: SIP/2.0/UDP 10.0.0.11:5060;branch=z9hG4bKabc
      From: <sip:1000@10.0.0.11>;tag=1
      To: <sip:+4930123@10.0.0.10>
      Call-ID: abc
      CSeq: 1 INVITE
      Max-Forwards: 70
      Content-Length: 0

      """
          .replace("\n", "\r\n");

  private static List<String> explain(String message, String listener) {
    Plan.Result read = Plan.read(Path.of("../examples/trunk-and-farm.yaml"));
    return Explain.explain(
        Objects.requireNonNull(read.plan()),
        message.getBytes(StandardCharsets.UTF_8),
        "10.0.0.11:5060",
        listener);
  }

  @Test
  void namesTheLimitsThatWouldCountIt() {
    Plan plan =
        ServerRig.plan(
            """
            guard:
              emergency: [ 112 ]
              limits:
                - { name: per-user, key: from-user, max-calls: 2 }
                - { name: oceania, key: [ from-user, 'prefix:61' ], max-calls: 1 }
                - { name: texts, key: from-user, rate: 5/1s, methods: [ MESSAGE ] }
                - { name: trunks, key: [ gateway, pool ], max-calls: 9, over: alarm }
            """
                + ServerRig.farmYaml("balance: priority"));
    byte[] invite = INVITE.getBytes(StandardCharsets.UTF_8);
    assertThat(Explain.explain(plan, invite, "192.0.2.1:5060", null))
        .filteredOn(line -> line.startsWith("limit"))
        .containsExactly(
            "limit    per-user: counts it by 1000, max-calls 2; over it 486 Busy Here",
            "limit    oceania: does not look at it: it has no from-user and prefix:61",
            "limit    texts: does not look at it: `methods` or `match` says no",
            "limit    trunks: counts it by (each backend), farm, max-calls 9; over it an alarm");
    assertThat(Explain.explain(plan, invite, "10.0.0.1:5080", null))
        .contains(
            "limit    per-user: does not look at it: it comes from a backend, and `from-backends`"
                + " is off");
    byte[] help =
        INVITE.replace("+4930123@10.0.0.10 SIP", "112@h SIP").getBytes(StandardCharsets.UTF_8);
    assertThat(Explain.explain(plan, help, "192.0.2.1:5060", null))
        .contains("limit    it calls for help: passes all of them");
  }

  @Test
  void namesWhatEachPartOfTheGuardWouldDo() {
    Plan plan =
        ServerRig.plan(
            """
            listeners:
              - { name: out, bind: "udp://203.0.113.10:5060", network: outside }
              - { name: in, bind: "udp://10.0.0.10:5060", network: inside }
            guard:
              allow: [ 198.51.100.0/24 ]
              deny: [ 192.0.2.0/24 ]
              flood: 30/2s
              rates: { INVITE: 400/s }
              emergency: [ 112 ]
              topology-hiding: outside
              trust: { networks: { outside: untrusted } }
            pools: { farm: { network: inside, backends: [ "sip:10.0.0.1" ] } }
            routes: [ { to: farm } ]
            """);
    byte[] invite = INVITE.getBytes(StandardCharsets.UTF_8);
    assertThat(guard(plan, invite, "203.0.113.5:5060"))
        .containsExactly(
            "ban: not heard while its source is banned; `fairlead bans --why 203.0.113.5` tells",
            "flood 30/2s: dropped when its source sent more, unless it has a registration or a"
                + " call",
            "rate 400/s of all INVITE: 503 when there are more",
            "trust: network outside is untrusted: P-Asserted-Identity and Remote-Party-ID are"
                + " taken off",
            "hiding: the inside is hidden from network outside in all it is sent",
            "overload: some get 503 when there has been a queue for 200ms",
            "passes");
    assertThat(guard(plan, invite, "192.0.2.5:5060")).endsWith("deny: not heard");
    assertThat(guard(plan, invite, "198.51.100.5:5060")).startsWith("allow: never counted");
    assertThat(guard(plan, invite, "10.0.0.1:5080"))
        .startsWith("ours: a backend or a node of the cluster, never counted and never banned");
    byte[] help =
        INVITE.replace("+4930123@10.0.0.10 SIP", "112@h SIP").getBytes(StandardCharsets.UTF_8);
    assertThat(guard(plan, help, "203.0.113.5:5060"))
        .contains("rate: a call for help, not counted", "overload: a call for help, never refused");
  }

  private static List<String> guard(Plan plan, byte[] message, String source) {
    return Explain.explain(plan, message, source, null).stream()
        .filter(line -> line.startsWith("guard    "))
        .map(line -> line.substring(9))
        .toList();
  }

  @Test
  void showsRoutesRewritePoolAndBackends() {
    assertThat(explain(INVITE, "inside"))
        .containsExactly(
            "from     10.0.0.11:5060 to listener inside",
            "message  INVITE sip:+4930123@10.0.0.10",
            "guard    ours: a backend or a node of the cluster, never counted and never banned",
            "guard    overload: some get 503 when there has been a queue for 200ms",
            "guard    passes",
            "route    from-provider: no, listener inside is not outside",
            "route    to-provider: TAKEN, method, listener, user match",
            "route    others: too late, has no conditions",
            "rewrite  - INVITE sip:+4930123@10.0.0.10 SIP/2.0",
            "rewrite  + INVITE sip:004930123@10.0.0.10 SIP/2.0",
            "pool     trunk: priority, mode proxy",
            "pick     The first one that can take the call, by priority and then in the order"
                + " written.",
            "backend  198.51.100.1:5060: sip:198.51.100.1, weight 1, priority 1",
            "backend  198.51.100.2:5060: sip:198.51.100.2, weight 1, priority 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rendezvous | where calls with the key live, else by hash: b2 while all are healthy
          sticky     | where calls with the key live, else as the pool balances
          """)
  void showsWhereAKeyLives(String mode, String home) {
    String with = "to: farm, affinity: { key: 'user:conf-([0-9]+)', mode: " + mode + " } }";
    Plan plan = ServerRig.plan(ServerRig.farmYaml().replace("to: farm }", with));
    byte[] room = INVITE.replace("+4930123@", "conf-7@").getBytes(StandardCharsets.UTF_8);

    assertThat(Explain.explain(plan, room, null, null))
        .contains("affinity key 7, scope farm, mode " + mode, "home     " + home);
    assertThat(Explain.explain(plan, INVITE.getBytes(StandardCharsets.UTF_8), null, null))
        .endsWith("affinity the request has no user:conf-([0-9]+): balanced as usual");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bypass | bypass: from one side to the other, past us
          relay  | relay: over our relay, WAY
          auto   | auto: over our relay, WAY, since the networks differ
          """)
  void showsWhichWayMediaGoes(String mode, String way) {
    String yaml =
        """
        listeners:
          - { bind: 'udp://192.0.2.10:5060', advertise: 203.0.113.10, network: outside }
          - { bind: 'udp://10.0.0.10:5060', network: inside }
        media:
          relay:
            address: { outside: 192.0.2.10, inside: 10.0.0.10 }
            advertise: { outside: 203.0.113.10 }
        pools:
          farm: { network: inside, backends: [ 'sip:10.0.0.11' ] }
        routes:
          - { to: farm, media: %s }
        """
            .formatted(mode);
    Plan plan = ServerRig.plan(yaml);
    String ways = "the caller sends to 203.0.113.10, the callee to 10.0.0.10";

    assertThat(Explain.explain(plan, INVITE.getBytes(StandardCharsets.UTF_8), null, null))
        .endsWith("media    " + way.replace("WAY", ways));
    byte[] message = INVITE.replace("INVITE", "MESSAGE").getBytes(StandardCharsets.UTF_8);
    assertThat(Explain.explain(plan, message, null, null))
        .noneMatch(line -> line.startsWith("media"));
  }

  @Test
  void showsHowEachSideIsSecured() {
    String yaml =
        """
        listeners:
          - { bind: 'udp://192.0.2.10:5060', network: outside }
          - { bind: 'udp://10.0.0.10:5060', network: inside }
        media:
          relay: { address: { outside: 192.0.2.10, inside: 10.0.0.10 } }
          profiles: { secure: { outside: trunk-srtp } }
        pools:
          farm: { network: inside, backends: [ 'sip:10.0.0.11' ] }
        routes:
          - { to: farm, media: secure }
        """;
    assertThat(
            Explain.explain(
                ServerRig.plan(yaml), INVITE.getBytes(StandardCharsets.UTF_8), null, null))
        .endsWith(
            "media    secure: caller SRTP only, AES_CM_128_HMAC_SHA1_80 or AES_CM_128_HMAC_SHA1_32,"
                + " callee plain RTP; over our relay, the caller sends to 192.0.2.10, the callee to"
                + " 10.0.0.10");
  }

  @Test
  void showsWhichEnginesRelayACallToADevice() {
    String yaml =
        RegisterRig.yaml()
            + """
            media:
              engines: { rtp2: { rtpproxy: 'udp:10.0.0.8:7722' }, rtp1: { rtpengine: 'udp:10.0.0.7:2223' } }
            """;
    String calls = "routes:\n  - { match: { method: INVITE }, to-location: phones, media: auto }\n";
    Plan plan = ServerRig.plan(yaml.replace("routes:\n", calls));

    assertThat(Explain.explain(plan, INVITE.getBytes(StandardCharsets.UTF_8), null, null))
        .endsWith(
            "media    auto: over the engines rtp1, rtp2, where networks or IP versions differ or a"
                + " side is behind NAT");
  }

  @Test
  void showsWhatIsAnsweredBeforeAnyRoute() {
    assertThat(explain(INVITE.replace(": 70", ": 0"), "outside"))
        .endsWith("answer   483 Too Many Hops: Max-Forwards reached zero");
    assertThat(explain(INVITE.replace("CSeq: 1", "Proxy-Require: gin\r\nCSeq: 1"), "outside"))
        .last()
        .asString()
        .startsWith("answer   420 Bad Extension");
    assertThat(explain(INVITE.replace("CSeq: 1", "CSeq: x"), "outside"))
        .endsWith("message  answered 400: Bad CSeq");
    assertThat(explain("GET / HTTP/1.1\r\n\r\n", "outside"))
        .endsWith("message  dropped and counted: Bad Request-Line");
    assertThat(explain("anything else", "outside"))
        .endsWith("message  is not SIP: dropped and counted");
  }

  @Test
  void showsTheRegistrarThatTakesARegister() {
    String register =
        INVITE.replace("INVITE", "REGISTER").replace("+4930123@10.0.0.10", "a@example.com");
    byte[] bytes = register.getBytes(StandardCharsets.UTF_8);
    Plan plan = ServerRig.plan(RegisterRig.yaml());

    assertThat(Explain.explain(plan, bytes, null, null))
        .contains(
            "route    phones: TAKEN, method, to match",
            "registrar phones: local, domains Example.com")
        .endsWith("answer   as RFC 3261 section 10.3 says; nobody is asked for a password");
    byte[] other = register.replace("example.com", "example.net").getBytes(StandardCharsets.UTF_8);
    assertThat(Explain.explain(plan, other, null, null))
        .endsWith("answer   404 Not Found: the registrar does not serve the domain in To");
  }

  @Test
  void showsWhatBackendsHaveOfTheResource() {
    String yaml =
        """
        listeners: [ udp://203.0.113.10:5060 ]
        pools:
          farm:
            balance: least-load
            backends:
              - { uri: sip:10.0.0.1, max-cps: 30, resources: { conference: 50 } }
              - sip:10.0.0.2
        routes:
          - { to: farm, resource: conference }
        """;
    byte[] invite = INVITE.getBytes(StandardCharsets.UTF_8);
    assertThat(Explain.explain(ServerRig.plan(yaml), invite, null, null))
        .containsSequence(
            "pool     farm: least-load, mode proxy",
            "pick     The one with the smallest share in use, where Max-Sessions or max-calls is"
                + " known of all; else the one with the fewest live calls for its weight.",
            "resource conference: a call takes one of it until it ends",
            "backend  10.0.0.1:5060: sip:10.0.0.1, weight 1, priority 1, max-cps 30, conference 50",
            "backend  10.0.0.2:5060: sip:10.0.0.2, weight 1, priority 1, no conference: never gets"
                + " it");
  }

  @Test
  void showsTheAnswerOfARouteThatRejects() {
    assertThat(explain(INVITE, "outside")).endsWith("answer   403 Not From Here");
  }

  @Test
  void showsARouteToRegisteredUsers() {
    Plan plan =
        ServerRig.plan(
            """
            listeners: [ udp://192.0.2.1:5060 ]
            registrars: { phones: { domains: [ 10.0.0.10 ], users: off } }
            routes:
              - { name: here, match: { location: phones }, to-location: phones }
              - { name: users, to-location: phones, fork: serial, ring-time: 15s }
            """);
    assertThat(Explain.explain(plan, INVITE.getBytes(StandardCharsets.UTF_8), null, null))
        .endsWith(
            "route    here: no, location sip:+4930123@10.0.0.10 is not known before it runs",
            "route    users: TAKEN, has no conditions",
            "location phones: to each device of the user over its flow, serial, ring-time 15s",
            "answer   480 when the user has none");
  }

  @Test
  void saysWhichListenersThereAre() {
    assertThatThrownBy(() -> explain(INVITE, "nowhere"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there are outside, inside");
  }
}
