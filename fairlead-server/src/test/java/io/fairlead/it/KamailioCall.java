// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;

/** A call over a Kamailio that has it relayed, and RTP of its two sides. Owned by one test. */
final class KamailioCall implements AutoCloseable {
  private static final int PACKETS = 50;

  private final RtpEnd phone = new RtpEnd(1);
  private final RtpEnd backend = new RtpEnd(2);
  private final Sipp callee = Sipp.play("backend-call").sdp(backend.sdp(101)).start();
  private final KamailioProcess kamailio;
  private final Sipp caller;

  /**
   * Begins it.
   *
   * @param ng where Kamailio asks
   */
  KamailioCall(InetSocketAddress ng) {
    kamailio = KamailioProcess.relaying(callee.address(), ng);
    caller =
        Sipp.play("caller-call")
            .to(kamailio.address())
            .sdp(phone.sdp(101))
            .rate(1, Duration.ofSeconds(4))
            .start();
  }

  void isAnswered() {
    boolean answered = Loopback.await(Duration.ofSeconds(20), () -> callee.received("ACK") == 1);
    assertThat(answered).as("%s", kamailio.log()).isTrue();
  }

  /** Where the caller sends its RTP. */
  InetSocketAddress callerSendsTo() {
    return RtpEnd.place(caller.message("SIP/2.0 200"));
  }

  /** Where the callee sends its RTP. */
  InetSocketAddress calleeSendsTo() {
    return RtpEnd.place(callee.message("INVITE"));
  }

  /** Every packet of both sides arrives. */
  void talks() {
    assertThat(phone.sends(PACKETS, callerSendsTo(), backend)).isEqualTo(PACKETS);
    assertThat(backend.sends(PACKETS, calleeSendsTo(), phone)).isEqualTo(PACKETS);
  }

  void ends() {
    caller.succeeds();
    callee.succeeds();
  }

  @Override
  public void close() {
    caller.close();
    kamailio.close();
    callee.close();
    backend.close();
    phone.close();
  }
}
