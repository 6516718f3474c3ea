// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.CapturedFlow;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A house between two networks, the inside of which is hidden from the outside; whoever is outside
 * notes what it sees. Owned by the test's thread.
 */
final class HidingRig {
  static final InetSocketAddress OUTSIDE = VirtualNet.at("203.0.113.10", 5060);
  static final InetSocketAddress INSIDE = VirtualNet.at("10.0.0.10", 5060);

  /** What nobody outside may read. */
  private static final List<String> SECRETS =
      List.of("10.0.0.", "farm.internal", "x-fs-", "freeswitch", "asterisk-secret", "fl-o.");

  final ServerRig rig;
  final FakePhone phone;
  final FakeBackend carrier;
  final FakePhone inside;
  private final List<FakeAgent> outsiders = new ArrayList<>();

  HidingRig(int loops, String guard) {
    this(new VirtualNet(1, loops), guard);
  }

  HidingRig(VirtualNet net, String guard) {
    rig = new ServerRig(net, ServerRig.plan(yaml(guard)), ServerRig.KEYS);
    phone = outside("198.51.100.7");
    carrier = new FakeBackend(rig.net, VirtualNet.at("198.51.100.9", 5060));
    outsiders.add(carrier);
    inside = new FakePhone(rig.net, VirtualNet.at("10.0.0.77", 5060), INSIDE, CapturedFlow.UDP);
    inside.user = "pbx";
  }

  static String yaml(String guard) {
    return """
    listeners:
      - { name: out, bind: "udp://203.0.113.10:5060", network: outside }
      - { name: in, bind: "udp://10.0.0.10:5060", network: inside }
    guard: { %s }
    pools:
      farm:
        balance: priority
        network: inside
        health: off
        backends:
          - { name: b1, uri: "sip:10.0.0.1:5060" }
          - { name: b2, uri: "sip:10.0.0.2:5060" }
          - { name: b3, uri: "sip:10.0.0.3:5060" }
      carriers:
        network: outside
        health: off
        backends: [ { name: c1, uri: "sip:198.51.100.9:5060" } ]
    routes:
      - { name: out, match: { network: inside }, to: carriers }
      - { name: in, to: farm }
    """
        .formatted(guard);
  }

  /** Another phone outside. */
  FakePhone outside(String host) {
    FakePhone more = new FakePhone(rig.net, VirtualNet.at(host, 5060), OUTSIDE, CapturedFlow.UDP);
    outsiders.add(more);
    return more;
  }

  /** Time passes. */
  HidingRig run(long ms) {
    rig.net.runMs(ms);
    return this;
  }

  /** Nothing that anybody outside has seen tells of the inside. */
  void assertHidden() {
    int seen = 0;
    for (FakeAgent agent : outsiders) {
      for (Seen message : agent.received) {
        seen++;
        String text = message.text().toLowerCase(Locale.ROOT);
        for (String secret : SECRETS) {
          assertThat(text).as(secret + " outside").doesNotContain(secret);
        }
        if (message.isRequest()) {
          assertThat(message.all("Via")).as(message.text()).hasSize(1);
        }
        assertThat(message.first("Server")).isEmpty();
        assertThat(message.first("User-Agent")).isEmpty();
      }
    }
    assertThat(seen).as("messages seen outside").isPositive();
  }
}
