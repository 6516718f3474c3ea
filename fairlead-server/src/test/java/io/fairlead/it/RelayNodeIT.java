// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A node that only relays, as a process of its own: no pools, no routes. Debian's Kamailio asks it
 * by rtpengine's own module, and RTP passes both ways.
 */
@Timeout(180)
class RelayNodeIT {
  private static final int PACKETS = 50;

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
        RtpEnd phone = new RtpEnd(1);
        RtpEnd backend = new RtpEnd(2);
        Sipp callee = Sipp.play("backend-call").sdp(backend.sdp(101)).start();
        KamailioProcess kamailio = KamailioProcess.relaying(callee.address(), ng);
        Sipp caller =
            Sipp.play("caller-call")
                .to(kamailio.address())
                .sdp(phone.sdp(101))
                .rate(1, Duration.ofSeconds(4))
                .start()) {
      boolean answered = Loopback.await(Duration.ofSeconds(20), () -> callee.received("ACK") == 1);
      assertThat(answered).as("%s%s", kamailio.log(), node.log()).isTrue();
      InetSocketAddress toCallee = RtpEnd.place(caller.message("SIP/2.0 200"));
      InetSocketAddress toCaller = RtpEnd.place(callee.message("INVITE"));
      assertThat(toCallee.getPort()).isBetween(31_000, 31_999);
      assertThat(toCaller.getPort()).isBetween(31_000, 31_999).isNotEqualTo(toCallee.getPort());
      assertThat(phone.sends(PACKETS, toCallee, backend)).isEqualTo(PACKETS);
      assertThat(backend.sends(PACKETS, toCaller, phone)).isEqualTo(PACKETS);

      caller.succeeds();
      callee.succeeds();
      assertThat(node.stop()).isZero();
    }
  }
}
