// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import java.util.List;

/** What a fuzzed house is told to be: its configuration, and others that a reload may bring. */
enum FuzzScene {
  SERIAL("balance: priority", "", "{ name: all, to: farm }"),
  FANOUT("balance: fanout", "", "{ name: all, to: farm }"),
  PACED("balance: least-calls, cps-queue: 2s", "", "{ name: all, to: farm }"),
  ROOMS(
      "balance: p2c",
      "",
      "{ name: all, to: farm, affinity: { key: 'user:([a-z]+)', mode: sticky } }"),
  EDITED(
      "balance: round-robin, x-auth-ip: yes",
      "",
      "{ match: { user: 'a.*' }, to: farm, rewrite: { host: 'farm.test', user: { regex: '(a).*', "
          + "replace: '$1$1' } }, headers: { set: { X-Set: '1' }, "
          + "remove: [ Supported, Session-Expires ] } }, "
          + "{ match: { method: OPTIONS }, to: farm, mode: redirect }, "
          + "{ name: all, to: farm, affinity: { key: 'header:Call-ID', mode: rendezvous } }"),
  CHECKED("balance: latency, panic-threshold: 34%, slow-start: 20s", "", "{ name: all, to: farm }"),
  LIMITED("balance: p2c", Limited.GUARD, "{ name: all, to: farm }, { name: sorry, reject: 480 }"),
  STATELESS("balance: hash", "", "{ name: all, to: farm, mode: stateless }"),
  LOCAL(
      "balance: round-robin",
      "registrars: { phones: { domains: [ example.com ], users: off } }",
      "{ match: { method: REGISTER }, registrar: phones }, "
          + "{ match: { location: phones }, to-location: phones, ring-time: 5s }, "
          + "{ name: rest, to: farm }"),
  FORWARD(
      "balance: round-robin",
      "registrars: { phones: { domains: [ example.com ], pool: farm, mode: forward } }",
      "{ match: { method: REGISTER }, registrar: phones }, "
          + "{ match: { location: phones }, to-location: phones, fork: serial }, "
          + "{ name: rest, to: farm }"),
  MID(
      "balance: round-robin",
      "registrars: { phones: { domains: [ example.com ], pool: farm, mode: mid } }",
      "{ match: { method: REGISTER }, registrar: phones }, "
          + "{ match: { location: phones }, to-location: phones }, "
          + "{ name: rest, to: farm }"),
  // Everybody is outside, so that each is hidden from each.
  HIDDEN(
      "balance: round-robin",
      "registrars: { phones: { domains: [ example.com ], users: off } }\n"
          + "guard: { topology-hiding: { network: outside, inside: [ 10.0.0.0/8, example.org ] }, "
          + "trust: { networks: { outside: identified }, headers: { in: { strip: ['X-*'] } } } }",
      "{ match: { method: REGISTER }, registrar: phones }, "
          + "{ match: { location: phones }, to-location: phones, ring-time: 5s }, "
          + "{ name: rest, to: farm }"),
  PROVEN(
      "balance: round-robin, overload-control: yes",
      "guard: { stir-shaken: { verify: { trust-anchors: "
          + Certified.certificate()
          + " }, sign: { pools: [ farm ], x5u: 'https://localhost:1/', key: "
          + Certified.key()
          + " } } }",
      "{ name: all, to: farm }");

  /** What the scene LIMITED says: an enum's constants cannot read its own. */
  private static final class Limited {
    static final String GUARD =
        """
        guard:
          emergency: [ 112 ]
          limits:
            - { name: users, key: from-user, max-calls: 2, over: { route: sorry } }
            - { name: callees, key: [ to-user, pool ], max-calls: 3 }
            - { name: trunks, key: gateway, max-calls: 4, over: { status: 503 } }
            - { name: sources, key: source-ip, rate: 40/2s }
            - { name: numbers, key: from-user, new-destinations: 3/1h, over: alarm }
            - { name: minutes, key: [ from-user, destination ], max-minutes: 3/1h, max-keys: 20 }
        """;
  }

  private final String pool;
  private final String registrars;
  private final String routes;

  FuzzScene(String pool, String registrars, String routes) {
    this.pool = pool;
    this.registrars = registrars;
    this.routes = routes;
  }

  /** The configuration to begin with, and two that differ in pools and routes. */
  List<String> configurations() {
    return List.of(yaml("", routes), yaml(", weight: 3", routes), fewer());
  }

  private String fewer() {
    return yaml("", "{ match: { user: '9.*' }, reject: 403 }, " + routes)
        .replace("      - { name: b3, uri: \"sip:10.0.0.3:5060\" }\n", "");
  }

  private String listener() {
    return this == HIDDEN
        ? "- { bind: \"$1://203.0.113.10:5060\", network: outside }"
        : "- $1://203.0.113.10:5060";
  }

  private String yaml(String ofTheSecond, String routed) {
    return """
    listeners:
      - udp://203.0.113.10:5060
      - tcp://203.0.113.10:5060
    calls: { max-duration: 2m, session-grace: 5s }
    pools:
      farm:
        %s
        health: off
        backends:
          - { name: b1, uri: "sip:10.0.0.1:5060" }
          - { name: b2, uri: "sip:10.0.0.2:5060"%s }
          - { name: b3, uri: "sip:10.0.0.3:5060" }
    %s
    routes: [ %s ]
    """
        .formatted(pool.replace(", ", "\n    "), ofTheSecond, registrars, routed)
        .replace("health: off", this == CHECKED ? "health: { interval: 3s }" : "health: off")
        .replaceAll("- (udp|tcp)://203.0.113.10:5060", listener());
  }
}
