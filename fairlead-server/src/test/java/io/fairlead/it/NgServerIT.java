// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.SelectorLoop;
import io.fairlead.media.engine.UdpAddress;
import io.fairlead.media.ng.NgServer;
import io.fairlead.media.ng.NgSettings;
import io.fairlead.observe.Meters;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Debian's Kamailio has its calls relayed by us: rtpengine's own module asks, and RTP passes. */
@Timeout(120)
class NgServerIT {
  private final AtomicInteger failures = new AtomicInteger();
  private final SelectorLoop loop = new SelectorLoop(0, failures::incrementAndGet);

  @Test
  void relaysACallOfKamailio() {
    InetSocketAddress ng = Loopback.free();
    loop.start();
    try (SocketRelay relay = new SocketRelay();
        NgServer server = server(relay, ng);
        KamailioCall call = new KamailioCall(ng)) {
      call.isAnswered();
      assertThat(List.of(call.callerSendsTo().getPort(), call.calleeSendsTo().getPort()))
          .containsExactlyElementsOf(relay.ports());
      call.talks();
      assertThat(server.calls()).isEqualTo(1);
      call.ends();
      assertThat(Loopback.await(Duration.ofSeconds(10), () -> server.calls() == 0)).isTrue();
      assertThat(relay.ports()).isEmpty();
    }
    assertThat(loop.stop(Duration.ofSeconds(5))).isTrue();
    assertThat(failures).hasValue(0);
  }

  private NgServer server(SocketRelay relay, InetSocketAddress ng) {
    NgSettings settings = NgSettings.at(new UdpAddress(ng));
    return NgServer.open(
        new NgServer.Parts(settings, relay, List.of("default"), List.of(loop), new Meters()), loop);
  }
}
