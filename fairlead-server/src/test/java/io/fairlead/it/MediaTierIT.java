// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A first tier redirects calls to a second one, which relays their media. */
@Timeout(120)
class MediaTierIT {

  @Test
  void relaysACallThatTheFirstTierRedirected() {
    InetSocketAddress first = Loopback.free();
    try (RelayingFairlead second = new RelayingFairlead(MediaIT.RELAY);
        FairleadProcess process =
            FairleadProcess.run(
                """
                listeners: [ 'udp://%s' ]
                pools:
                  media: { health: off, backends: [ 'sip:%s' ] }
                routes:
                  - { to: media, mode: redirect }
                """
                    .formatted(Loopback.text(first), Loopback.text(second.address())));
        AnchoredCall call = second.phones(first)) {
      ScriptedPhone caller = call.caller();
      caller.invites(call.user(), caller.sdp());
      String moved = caller.awaits("SIP/2.0 302");
      caller.acknowledges(moved, null);
      caller.follows(moved, caller.sdp());
      call.isAnswered();
      call.talk(10);

      assertThat(call.ends()).contains("media=relay", "caller-packets=10", "callee-packets=10");
      assertThat(process.log()).doesNotContain("Exception");
    }
  }
}
