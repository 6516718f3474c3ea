// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers that come by a load balancer for TCP connections. */
@Timeout(180)
class ProxyProtocolIT {
  private static final String CALLER = "127.0.0.9";

  @ParameterizedTest
  @CsvSource({
    "send-proxy, caller-call, backend-call",
    "send-proxy-v2, caller-call, backend-call",
    "send-proxy, caller-is-hung-up-on, backend-hangs-up",
    "send-proxy-v2, caller-is-hung-up-on, backend-hangs-up"
  })
  void knowsTheCallerBehindTheBalancer(String send, String caller, String callee) {
    InetSocketAddress address = Loopback.free();
    InetSocketAddress balancer = Loopback.free();
    try (Sipp backend = Sipp.play(callee).at(Loopback.free()).start();
        FairleadProcess fairlead =
            FairleadProcess.run(config(address, balancer, backend.address()));
        HaproxyProcess haproxy = HaproxyProcess.forwarding(balancer, address, send);
        Sipp phone =
            Sipp.play(caller)
                .over(TestTransport.TCP)
                .at(Loopback.free(CALLER))
                .to(balancer)
                .start()) {
      assertThat(haproxy).isNotNull();
      try {
        phone.succeeds();
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "--- fairlead\n" + fairlead.log(), e);
      }
      backend.succeeds();
      assertThat(backend.message("INVITE")).contains(Loopback.text(balancer));
    }
  }

  // The route is for the caller's own address: the balancer's finds none.
  private static String config(
      InetSocketAddress address, InetSocketAddress balancer, InetSocketAddress backend) {
    return """
    listeners:
      - bind: tcp://%s
        advertise: %s
        proxy-protocol: { from: [127.0.0.1] }
      - udp://%s
    pools:
      farm:
        health: off
        backends:
          - "%s"
    routes:
      - match: { source: [%s] }
        to: farm
    """
        .formatted(
            Loopback.text(address),
            Loopback.text(balancer),
            Loopback.text(Loopback.free()),
            TestTransport.UDP.uri(backend),
            CALLER);
  }
}
