// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A node that only relays, as a process of its own: no pools, no routes. Debian's Kamailio asks it
 * by rtpengine's own module, and RTP passes both ways.
 */
@Timeout(180)
class RelayNodeIT {
  private static String config(InetSocketAddress listener, InetSocketAddress ng) {
    return """
    listeners: [ 'udp://127.0.0.1:%d' ]
    media:
      relay: { ports: 31000-31999, address: 127.0.0.1, kernel: off }
      ng: udp:127.0.0.1:%d
    """
        .formatted(listener.getPort(), ng.getPort());
  }

  @Test
  void relaysACallOfKamailio() {
    InetSocketAddress ng = Loopback.free();
    try (FairleadProcess node = FairleadProcess.run(config(Loopback.free(), ng));
        KamailioCall call = new KamailioCall(ng)) {
      call.isAnswered();
      assertThat(call.callerSendsTo().getPort()).isBetween(31_000, 31_999);
      assertThat(call.calleeSendsTo().getPort())
          .isBetween(31_000, 31_999)
          .isNotEqualTo(call.callerSendsTo().getPort());
      call.talks();
      call.ends();
      assertThat(node.stop()).isZero();
    }
  }
}
