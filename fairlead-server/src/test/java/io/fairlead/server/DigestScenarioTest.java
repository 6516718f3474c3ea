// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Challenge and answer of a digest go to one backend, for only that one knows its nonce. */
class DigestScenarioTest {
  private final ServerRig rig = ServerRig.farm("balance: round-robin");
  private final FakePhone phone = rig.phone();

  private void challenging(FakeBackend backend) {
    backend.script =
        in -> {
          String nonce = "nonce-of-" + backend.address.getAddress().getHostAddress();
          boolean register = in.request.method().equals("REGISTER");
          String credentials = in.request.first(register ? "Authorization" : "Proxy-Authorization");
          if (credentials.contains(nonce)) {
            in.answer(200);
          } else if (register) {
            in.answer(401, "WWW-Authenticate: Digest realm=\"farm\", nonce=\"" + nonce + "\"");
          } else {
            in.answer(407, "Proxy-Authenticate: Digest realm=\"farm\", nonce=\"" + nonce + "\"");
          }
        };
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVITE", "REGISTER"})
  void answersTheChallengerThoughTheTurnsGoOn(String method) {
    rig.backends.forEach(this::challenging);
    boolean register = method.equals("REGISTER");
    for (int i = 0; i < 10; i++) {
      Leg leg = phone.begin(method);
      phone.begin("MESSAGE");
      rig.net.runMs(100 + i);
      String challenge =
          leg.last(method).first(register ? "WWW-Authenticate" : "Proxy-Authenticate");
      leg.cseq++;
      phone.request(
          leg,
          method,
          leg.cseq,
          (register ? "Authorization: " : "Proxy-Authorization: ") + challenge);
      rig.net.runMs(100);
      assertThat(leg.last(method).status()).isEqualTo(200);
      if (!register) {
        leg.bye();
      }
    }
    rig.assertEmpty();
    assertThat(rig.logs()).filteredOn(line -> line.startsWith(method)).hasSize(20);
  }

  @Test
  void asksAnotherWhenTheChallengerIsOutOfService() {
    rig.backend(1).says(407, "Proxy-Authenticate: Digest realm=\"farm\", nonce=\"1\"");
    Leg leg = phone.invite();
    rig.net.runMs(100);
    int challenged = rig.backend(1).received.isEmpty() ? 2 : 1;
    rig.house.pools().all().iterator().next().backends().get(challenged - 1).maintenance();
    rig.net.runMs(10);
    leg.cseq++;
    phone.request(
        leg, "INVITE", leg.cseq, "Proxy-Authorization: Digest realm=\"farm\", nonce=\"1\"");
    rig.net.runMs(100);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    leg.bye();
    rig.assertEmpty();
  }
}
