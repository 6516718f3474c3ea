// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dns.FakeDns;
import io.fairlead.media.anchor.FakeStreams;
import io.fairlead.media.anchor.RelayEngine;
import io.fairlead.media.profile.MediaProfiles;
import io.fairlead.observe.Meters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A house between two networks whose calls are relayed, with our own engine over a relay without
 * sockets. Its backends are inside, its phones outside. Owned by the test's thread.
 */
final class MediaRig {
  static final String OUTSIDE = "198.51.100.9";
  static final String INSIDE = "10.0.0.10";

  final FakeStreams streams = new FakeStreams();
  final SlowEngine engine;
  final VirtualNet net;
  final ServerRig rig;
  final FakePhone phone;

  MediaRig(String media, String... pool) {
    this(new VirtualNet(1, 1), yaml(media, "bye", pool));
  }

  MediaRig(VirtualNet net, String yaml) {
    this(net, yaml, null);
  }

  /**
   * A house.
   *
   * @param known the phone of another house; null for a new one
   */
  MediaRig(VirtualNet net, String yaml, @Nullable FakePhone known) {
    this.net = net;
    engine = new SlowEngine(new RelayEngine("relay", FakeStreams.SETTINGS, streams, 3));
    Plan plan = ServerRig.plan(yaml);
    rig =
        new ServerRig(
            net,
            plan,
            ServerRig.KEYS,
            new FakeDns(),
            InstalledFilters.ofMedia(
                engine,
                new MediaProfiles(plan.settings().media().profiles()),
                plan.settings().media(),
                1,
                new Meters()));
    phone = known == null ? rig.phone() : known;
    for (int i = 1; i <= 3; i++) {
      takes(i);
    }
  }

  static String yaml(String media, String onSilence, String... pool) {
    return """
    listeners:
      - { name: out, bind: "udp://203.0.113.10:5060", network: outside }
      - { name: in, bind: "udp://10.0.0.10:5060", network: inside }
    media:
      relay: { address: { outside: 203.0.113.10, inside: 10.0.0.10 }, on-silence: %s }
    pools:
      farm:
        health: off
        balance: priority
    %s    backends:
          - { name: b1, uri: "sip:10.0.0.1:5060", network: inside }
          - { name: b2, uri: "sip:10.0.0.2:5060", network: outside }
          - { name: b3, uri: "sip:10.0.0.3:5060", network: inside }
    routes:
      - { name: all, to: farm, media: %s }
    """
        .formatted(
            onSilence,
            String.join("", List.of(pool).stream().map(l -> "    " + l + "\n").toList()),
            media);
  }

  /** A description of one audio stream. */
  static String sdp(String address, int port, String... more) {
    StringBuilder text = new StringBuilder("v=0\r\no=- 1 1 IN IP4 ").append(address);
    text.append("\r\ns=-\r\nc=IN IP4 ").append(address);
    text.append("\r\nt=0 0\r\nm=audio ").append(port).append(" RTP/AVP 8 101\r\n");
    for (String line : more) {
      text.append(line).append("\r\n");
    }
    return text.toString();
  }

  static String callers() {
    return sdp("192.0.2.1", 4000);
  }

  static String callees() {
    return sdp("10.0.0.1", 6000);
  }

  /** A backend answers with its description. */
  void takes(int number) {
    rig.backend(number).script =
        in -> {
          if (in.request.method().equals("INVITE")) {
            in.answer(100).answerAfter(10, 180).answerWithAfter(50, callees(), 200);
          } else {
            in.answer(200);
          }
        };
    rig.backend(number).inDialog =
        in -> {
          boolean answers = List.of("INVITE", "UPDATE").contains(in.request.method());
          in.answerWith(answers && in.request.text().contains("v=0") ? callees() : "", 200);
        };
  }

  Leg invite(String sdp, String... headers) {
    Leg leg = phone.leg("sip:bob@example.com");
    leg.body = sdp;
    phone.request(leg, "INVITE", 1, headers);
    return leg;
  }

  /** A call that is answered. */
  Leg call() {
    Leg leg = invite(callers());
    net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    return leg;
  }

  static String body(Seen message) {
    return message.text().substring(message.text().indexOf("\r\n\r\n") + 4);
  }

  /** The address of a message's description and its first port. */
  static String at(Seen message) {
    String body = body(message);
    String address =
        body.lines().filter(line -> line.startsWith("c=")).findFirst().orElse("c=IN IP4 none");
    String port =
        body.lines().filter(line -> line.startsWith("m=")).findFirst().orElse("m=audio 0 x");
    return address.split(" ")[2] + ":" + port.split(" ")[1];
  }

  void assertEmpty() {
    rig.assertEmpty();
    assertThat(streams.open()).as("open streams").isZero();
    assertThat(engine.open).as("calls at the engine").isZero();
  }
}
