// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Starting and stopping. */
@Timeout(120)
class LifecycleIT {

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void answersOptionsForItself(TestTransport over) throws IOException {
    try (LoopbackFarm farm = LoopbackFarm.over(over).uri(over.uri(Loopback.free())).start();
        TextPeer caller = new TextPeer(over, farm.address())) {
      caller.send(
          "OPTIONS sip:" + Loopback.text(farm.address()) + " SIP/2.0",
          "Via: " + caller.via("e1"),
          "From: <sip:probe@example.com>;tag=probe",
          "To: <sip:" + Loopback.text(farm.address()) + ">",
          "Call-ID: probe",
          "CSeq: 1 OPTIONS",
          "Max-Forwards: 5");
      assertThat(TextPeer.status(caller.receiveFinal())).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void endsOnSigterm(TestTransport over) {
    try (LoopbackFarm farm = LoopbackFarm.over(over).uri(over.uri(Loopback.free())).start()) {
      assertThat(farm.fairlead().stop()).isIn(0, 143);
    }
  }
}
