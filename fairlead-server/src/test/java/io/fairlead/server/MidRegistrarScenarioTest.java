// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Renewals are answered here while the registrar behind us need not know of them. */
class MidRegistrarScenarioTest {
  private final UpstreamRig farm =
      new UpstreamRig(
          "mode: mid, expires: { min: 60s, max: 5m, spread: 0% }",
          "balance: round-robin\n    health: { interval: 1s, timeout: 500ms }");
  private final ServerRig rig = farm.rig;

  @Test
  void asksForLongAndGrantsShort() {
    RegisteringPhone phone = farm.phone("1001").register();

    assertThat(farm.held(phone).expires()).isEqualTo(3600);
    assertThat(phone.granted()).isEqualTo(300);
  }

  @Test
  void answersTheRenewalsItself() {
    RegisteringPhone phone = farm.phone("1001");
    phone.params = ";+sip.instance=\"<urn:uuid:1>\";reg-id=1";
    phone.register();
    long asked = farm.asked();
    for (int i = 0; i < 5; i++) {
      rig.net.run(Duration.ofMinutes(4));
      phone.register();
      assertThat(phone.last().status()).isEqualTo(200);
      assertThat(phone.granted()).isEqualTo(300);
      assertThat(phone.last().first("Contact")).contains("+sip.instance=\"<urn:uuid:1>\"");
    }
    assertThat(farm.asked()).isEqualTo(asked);
    assertThat(farm.verdict("absorbed")).isEqualTo(5);
  }

  @Test
  void aRenewalThatWritesItsInstanceInCapitalsIsOne() {
    RegisteringPhone phone = farm.phone("1001");
    phone.params = ";+sip.instance=\"<urn:uuid:a>\";reg-id=1";
    phone.register();
    phone.params = ";+sip.instance=\"<urn:UUID:A>\";reg-id=1";
    assertThat(asks(phone)).isFalse();
    phone.contact = "sip:1001@192.168.77.9:40000;ob";
    phone.register();
    assertThat(farm.bindings(phone)).as("replaced, not another device").hasSize(1);
  }

  @Test
  void absorbsNineOutOfTenOfTheLoad() {
    List<RegisteringPhone> phones = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      phones.add(farm.phone("2" + i));
    }
    long registers = 0;
    for (int minute = 0; minute < 300; minute += 4) {
      for (RegisteringPhone phone : phones) {
        int before = phone.cseq;
        phone.register();
        assertThat(phone.last().status()).isEqualTo(200);
        registers += phone.cseq - before;
      }
      rig.net.run(Duration.ofSeconds(230));
    }
    double share = 1 - (double) farm.asked() / registers;
    // 75 REGISTERs of each phone in five hours; one in fourteen goes upstream, each with a
    // challenge.
    assertThat(registers).isGreaterThan(3750);
    assertThat(farm.verdict("absorbed") / (double) phones.size()).isGreaterThan(68);
    assertThat(1 - (double) upstreamOnce() / (75 * phones.size()))
        .as("renewals absorbed")
        .isGreaterThan(0.9);
    assertThat(share).as("all REGISTERs, answers to challenges included").isGreaterThan(0.85);
  }

  private long upstreamOnce() {
    return farm.verdict("first") / 2 + farm.verdict("due") / 2;
  }

  @Test
  void passesOnWhatChanges() {
    RegisteringPhone phone = farm.phone("1001").register();
    phone.contact = "sip:1001@192.168.77.9:40000;ob";
    assertThat(asks(phone)).as("another Contact").isTrue();
    phone.callId = "another";
    assertThat(asks(phone)).as("another Call-ID").isTrue();
    phone.params = ";q=0.5";
    assertThat(asks(phone)).as("another q").isTrue();
    assertThat(asks(phone)).as("the same again").isFalse();

    RegisteringPhone elsewhere = farm.phone("1001");
    elsewhere.contact = phone.contact;
    elsewhere.params = phone.params;
    elsewhere.callId = phone.callId;
    elsewhere.cseq = phone.cseq;
    assertThat(asks(elsewhere)).as("another source").isTrue();

    phone.unregister();
    assertThat(farm.bindings(phone)).as("that of the first Contact").hasSize(1);
    assertThat(asks(phone)).as("the first again").isTrue();
  }

  private boolean asks(RegisteringPhone phone) {
    long before = farm.asked();
    phone.register();
    return farm.asked() > before;
  }

  @Test
  void believesARefusalAtOnce() {
    RegisteringPhone phone = farm.phone("1001").register();
    farm.switches.forEach(each -> each.password = "changed");
    rig.net.run(Duration.ofSeconds(200));
    phone.register();
    assertThat(phone.last().status()).as("absorbed").isEqualTo(200);

    phone.unregister();
    assertThat(phone.last().status()).isEqualTo(403);
    phone.register();
    assertThat(phone.last().status()).as("not absorbed any more").isEqualTo(403);
  }

  @Test
  void tellsADeviceThatAsksForTooLittle() {
    RegisteringPhone phone = farm.phone("1001");
    phone.expires = "30";
    phone.register();

    assertThat(phone.last().status()).isEqualTo(423);
    assertThat(phone.last().first("Min-Expires")).isEqualTo("60");
  }

  @Test
  void grantsNoMoreThanTheBackendDoes() {
    farm.switches.forEach(each -> each.most = 120);
    RegisteringPhone phone = farm.phone("1001").register();

    assertThat(phone.granted()).isEqualTo(120);
    assertThat(asks(phone)).as("absorbed").isTrue();
  }

  @Test
  void sendsTheNextRenewalToAnotherBackendWhenItsOwnIsDown() {
    RegisteringPhone phone = farm.phone("1001").register();
    String first = farm.holder(phone);
    FakeBackend dead = farm.backend(phone);
    farm.holding(phone).empty();
    rig.net.close(dead.address);
    rig.net.run(Duration.ofSeconds(5));
    phone.register();

    assertThat(phone.last().status()).isEqualTo(200);
    assertThat(farm.holder(phone)).isNotEqualTo(first);
    assertThat(farm.verdict("lost")).isPositive();
    assertThat(asks(phone)).as("absorbed again").isFalse();
  }

  @Test
  void absorbsNothingWhoseAnswerItCannotRepeat() {
    farm.switches.forEach(each -> each.more = "\r\nService-Route: <sip:farm.test;lr>");
    RegisteringPhone phone = farm.phone("1001").register();

    assertThat(phone.last().first("Service-Route")).isEqualTo("<sip:farm.test;lr>");
    assertThat(asks(phone)).isTrue();
  }
}
