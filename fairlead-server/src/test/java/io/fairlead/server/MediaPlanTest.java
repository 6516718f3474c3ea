// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.media.MediaSettings;
import io.fairlead.media.relay.KernelMode;
import io.fairlead.media.relay.PortRange;
import io.fairlead.media.relay.RelaySettings;
import io.fairlead.net.IpAddresses;
import io.fairlead.route.MediaMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MediaPlanTest {
  @TempDir private Path folder;

  private FairleadSettings read(String yaml) throws IOException {
    Plan.Result result = Plan.read(Files.writeString(folder.resolve("node.yaml"), yaml));
    assertThat(result.errors()).isEmpty();
    assertThat(result.warnings()).isEmpty();
    return Objects.requireNonNull(result.plan()).settings();
  }

  @Test
  void aRelayNodeNeedsNeitherPoolsNorRoutes() throws IOException {
    MediaSettings media =
        read("""
        listeners: [ 'udp://127.0.0.1:5060' ]
        media:
          relay: { ports: 30000-39999, address: 127.0.0.1, kernel: off }
          ng: udp:127.0.0.1:2223
        """)
            .media();
    RelaySettings relay = Objects.requireNonNull(media.relay());
    assertThat(relay.portsOn("")).isEqualTo(new PortRange(30000, 39999));
    assertThat(relay.addressOn("")).isEqualTo(IpAddresses.literal("127.0.0.1"));
    assertThat(relay.advertisedOn("")).isEqualTo(IpAddresses.literal("127.0.0.1"));
    assertThat(relay.kernel().mode()).isEqualTo(KernelMode.OFF);
    assertThat(relay.timeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(relay.heldTimeout()).isEqualTo(Duration.ofMinutes(30));
    assertThat(Objects.requireNonNull(media.ng()).listen().address().getPort()).isEqualTo(2223);
  }

  @Test
  void eachNetworkHasItsOwn() throws IOException {
    FairleadSettings settings =
        read(
            """
            listeners:
              - { bind: "udp://203.0.113.10:5060", network: outside }
              - { bind: "udp://10.0.0.10:5060", network: inside }
            pools: { farm: { network: inside, backends: [ sip:10.0.0.11 ] } }
            routes: [ { to: farm, media: auto } ]
            media:
              relay:
                ports: { outside: 20000-29999, "*": 30000-39999 }
                address: { outside: 192.168.0.10, inside: 10.0.0.10 }
                advertise: { outside: 203.0.113.10 }
                send-first: { inside: [ 10.0.0.0/8 ] }
            """);
    RelaySettings relay = Objects.requireNonNull(settings.media().relay());
    assertThat(relay.portsOn("outside")).isEqualTo(new PortRange(20000, 29999));
    assertThat(relay.portsOn("inside")).isEqualTo(new PortRange(30000, 39999));
    assertThat(relay.addressOn("outside")).isEqualTo(IpAddresses.literal("192.168.0.10"));
    assertThat(relay.advertisedOn("outside")).isEqualTo(IpAddresses.literal("203.0.113.10"));
    assertThat(relay.advertisedOn("inside")).isEqualTo(IpAddresses.literal("10.0.0.10"));
    assertThat(relay.sendFirstOn("outside")).isEmpty();
    assertThat(relay.sendFirstOn("inside")).hasSize(1);
    assertThat(settings.routes().getFirst().media().mode()).isEqualTo(MediaMode.AUTO);
  }

  @Test
  void withoutAWordAboutMediaNothingIsRelayed() throws IOException {
    FairleadSettings settings =
        read(
            """
            listeners: [ udp://192.0.2.1:5060 ]
            pools: { farm: { backends: [ sip:10.0.0.11 ] } }
            routes: [ { to: farm } ]
            """);
    assertThat(settings.media().relays()).isFalse();
    assertThat(settings.routes().getFirst().media().mode()).isEqualTo(MediaMode.BYPASS);
  }
}
