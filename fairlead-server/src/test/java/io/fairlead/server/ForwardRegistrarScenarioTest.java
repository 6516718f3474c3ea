// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.pool.health.HealthState;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** REGISTERs go to the registrars behind us, each user's to one of them. */
class ForwardRegistrarScenarioTest {
  private final UpstreamRig farm = new UpstreamRig("mode: forward", "balance: round-robin");
  private final ServerRig rig = farm.rig;

  @Test
  void challengeAnswerAndRenewalsMeetOneBackendWhateverTheBalance() {
    Map<String, Integer> users = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      RegisteringPhone phone = farm.phone("10" + i);
      for (int renewal = 0; renewal < 3; renewal++) {
        phone.register();
        assertThat(phone.last().status()).isEqualTo(200);
      }
      users.merge(farm.holder(phone), 1, Integer::sum);
    }
    assertThat(users).as("users of each backend").hasSize(3);
    assertThat(farm.stale()).as("answers that met another backend").isZero();
    rig.assertEmpty();
  }

  @Test
  void addsAPathThatNamesTheFlowAndLeavesTheContactAsItIs() {
    RegisteringPhone phone = farm.phone("1001").register();
    FakeFreeSwitch.Held held = farm.held(phone);

    assertThat(held.path()).matches("<sip:fl\\.[A-Za-z0-9_-]+@203\\.0\\.113\\.10:5060;lr>");
    assertThat(held.contact()).isEqualTo("<sip:1001@192.168.77.5:40000;ob>");
    assertThat(held.expires()).isEqualTo(300);
    Seen sent = farm.backend(phone).last("REGISTER");
    assertThat(sent.first("Supported")).isEqualTo("path");
    assertThat(sent.first("Max-Forwards")).isEqualTo("69");
    assertThat(phone.granted()).isEqualTo(300);
    assertThat(phone.last().all("Path")).isEmpty();
  }

  @Test
  void saysOutboundInThePathOfADeviceThatDoesIt() {
    RegisteringPhone phone = farm.phone("1001");
    phone.params = ";+sip.instance=\"<urn:uuid:1>\";reg-id=1";
    phone.more = "Supported: gruu, outbound , path\r\nPath: <sip:edge.example;lr>\r\n";
    phone.register();

    Seen sent = farm.backend(phone).last("REGISTER");
    assertThat(sent.all("Path")).hasSize(2);
    assertThat(sent.all("Path").getFirst()).endsWith(";lr;ob>");
    assertThat(sent.all("Path").getLast()).isEqualTo("<sip:edge.example;lr>");
    assertThat(sent.all("Supported")).containsExactly("gruu, outbound , path");
  }

  @Test
  void givesEachViaOfAListALineOfItsOwn() {
    RegisteringPhone phone = farm.phone("1001");
    phone.more =
        "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKx, SIP/2.0/UDP 192.0.2.3;branch=z9hG4bKy\r\n";
    phone.register();

    assertThat(phone.last().status()).isEqualTo(200);
    assertThat(farm.backend(phone).last("REGISTER").text().lines())
        .filteredOn(line -> line.startsWith("Via:"))
        .hasSize(4)
        .noneMatch(line -> line.contains(","));
  }

  @Test
  void learnsFromTheAnswerWhichBackendHasTheBinding() {
    RegisteringPhone phone = farm.phone("1001");
    phone.params = ";+sip.instance=\"<urn:uuid:1>\";q=0.7";
    phone.register();

    Binding binding = farm.only(phone);
    assertThat(binding.upstream().backend()).isEqualTo(farm.holder(phone));
    assertThat(new String(binding.contact(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("sip:1001@192.168.77.5:40000;ob");
    assertThat(binding.q()).isEqualTo(700);
    assertThat(binding.device().instance()).asString().isEqualTo("urn:uuid:1");
    assertThat(binding.origin().remote()).isEqualTo(phone.address);
    assertThat(binding.origin().nat()).isTrue();

    phone.contact = "sip:1001@192.168.77.6:40000;ob";
    phone.register();
    assertThat(new String(farm.only(phone).contact(), java.nio.charset.StandardCharsets.UTF_8))
        .as("the same device")
        .isEqualTo("sip:1001@192.168.77.6:40000;ob");

    phone.unregister();
    assertThat(farm.bindings(phone)).isEmpty();
  }

  @Test
  void keepsNothingThatTheBackendRefuses() {
    RegisteringPhone phone = farm.phone("1001");
    phone.password = "wrong";
    phone.register();

    assertThat(phone.last().status()).isEqualTo(403);
    assertThat(farm.bindings(phone)).isEmpty();
  }

  @Test
  void goesToAnotherBackendWhenTheUsersOneIsSilent() {
    RegisteringPhone phone = farm.phone("1001").register();
    String first = farm.holder(phone);
    farm.backend(phone).silent();
    farm.forget();
    phone.register();
    rig.net.runMs(5000);

    assertThat(phone.last().status()).isEqualTo(200);
    assertThat(farm.only(phone).upstream().backend()).isNotEqualTo(first);
    assertThat(farm.stale()).isZero();
    rig.assertEmpty();
  }

  private void allSay(int status, String... headers) {
    rig.backends.forEach(backend -> backend.says(status, headers));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "503 | Retry-After: 300 | 3 | 1",
        "503 | X: y | 3 | 0",
        "503 | Reason: SIP;cause=809 | 3 | 0",
        "503 | Reason: Q.850;cause=41 | 1 | 0",
        "500 | Reason: Q.850;cause=41 | 1 | 0",
        "500 | X: y | 3 | 0",
      })
  void asksTheDeviceToRestOnlyWhereNoRegistrarHasRoom(
      int status, String header, int asked, int rests) {
    allSay(status, header);
    RegisteringPhone phone = farm.phone("1001").register();

    assertThat(phone.last().status()).isEqualTo(status);
    assertThat(phone.last().all("Retry-After")).hasSize(rests).doesNotContain("300");
    assertThat(phone.last().all("Reason")).hasSize(header.startsWith("Reason") ? 1 : 0);
    assertThat(rig.backends.stream().mapToLong(each -> each.requests("REGISTER")).sum())
        .isEqualTo(asked);
  }

  @Test
  void oneUserWhomAllRefuseTakesNoRegistrarFromTheOthers() {
    for (FakeBackend backend : rig.backends) {
      FakeAgent.Script good = backend.script;
      backend.script =
          in -> {
            if (in.request.first("To").contains("1066")) {
              in.answer(503);
            } else {
              good.on(in);
            }
          };
    }
    for (int i = 0; i < 10; i++) {
      farm.phone("1066").register();
      RegisteringPhone phone = farm.phone("1001").register();
      assertThat(phone.last().status()).isEqualTo(200);
    }
    rig.house
        .pools()
        .all()
        .iterator()
        .next()
        .backends()
        .forEach(each -> assertThat(each.health().state()).isEqualTo(HealthState.HEALTHY));
  }

  @Test
  void answersARetransmissionWithoutAskingAgain() {
    RegisteringPhone phone = farm.phone("1001").register();
    long asked = farm.asked();
    phone.again();
    rig.net.runMs(100);

    assertThat(phone.last().status()).isEqualTo(200);
    assertThat(farm.asked()).isEqualTo(asked);
  }

  @Test
  void refusesAForgedPathWithOurAddress() {
    RegisteringPhone phone = farm.phone("1001");
    phone.more = "Path: <sip:fl.AAAA@203.0.113.10:5060;lr>\r\n";
    phone.register();

    assertThat(phone.last().status()).isEqualTo(403);
    assertThat(farm.asked()).isZero();
  }

  @Test
  void refusesMoreContactsThanAUserMayHave() {
    for (int i = 0; i < 10; i++) {
      RegisteringPhone phone = farm.phone("1001");
      phone.contact = "sip:1001@192.168.77." + i;
      assertThat(phone.register().last().status()).isEqualTo(200);
    }
    RegisteringPhone phone = farm.phone("1001");
    phone.contact = "sip:1001@192.168.77.100";
    assertThat(phone.register().last().status()).isEqualTo(403);
    assertThat(farm.bindings(phone)).hasSize(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sip:1001@192.168.77.5:2147483648", "sip:1001@", "sip:1001@[::1", "1001"})
  void refusesAContactThatNoRequestCouldBeSentTo(String contact) {
    RegisteringPhone phone = farm.phone("1001");
    phone.contact = contact;
    assertThat(phone.register().last().status()).isEqualTo(400);
    assertThat(farm.bindings(phone)).isEmpty();
    assertThat(farm.asked()).isZero();
  }

  @Test
  void answersForItsDomainsOnly() {
    RegisteringPhone phone = farm.phone("1001");
    phone.domain = "elsewhere.test";
    assertThat(phone.register().last().status()).isEqualTo(404);
  }

  @Test
  void saysThatNoBackendTakesIt() {
    rig.house.pools().all().iterator().next().backends().forEach(each -> each.maintenance());
    rig.net.runMs(50);
    RegisteringPhone phone = farm.phone("1001").register();

    assertThat(phone.last().status()).isEqualTo(503);
    assertThat(phone.last().first("Retry-After")).isEqualTo("5");
  }

  @Test
  void removesAllWhenTheWildcardIsAccepted() {
    RegisteringPhone phone = farm.phone("1001").register();
    phone.contact = "*";
    phone.unregister();

    assertThat(farm.bindings(phone)).isEmpty();
    assertThat(List.copyOf(rig.bindings.of(AddressOfRecord.of("1001@farm.test"), rig.clockMs())))
        .isEmpty();
  }

  @Test
  void writesALineForEachRegisterSentOn() {
    RegisteringPhone phone = farm.phone("1001").register();
    String holder = farm.holder(phone);
    phone.password = "wrong";
    phone.register();

    String line = "REGISTER route=registrations pool=farm backend=" + holder + " tries=1 status=";
    assertThat(rig.logs())
        .containsExactly(
            line + "401 flag=- ended=-",
            line + "200 flag=- ended=-",
            line + "401 flag=- ended=-",
            line + "403 flag=- ended=-");
    assertThat(rig.meters.counter(Meter.ROUTE_RESPONSES, "registrations", "4xx").value())
        .isEqualTo(3);
  }

  @Test
  void writesWhyItRefusedOneItself() {
    RegisteringPhone phone = farm.phone("1001");
    phone.domain = "elsewhere.test";
    phone.register();

    assertThat(rig.log())
        .isEqualTo(
            "REGISTER route=registrations pool=null backend=null tries=0 status=404 flag=WD"
                + " ended=-");
    assertThat(rig.meters.counter(Meter.REFUSED, "WD").value()).isEqualTo(1);
  }

  @Test
  void writesThatNoBackendAnswered() {
    rig.backends.forEach(FakeBackend::silent);
    RegisteringPhone phone = farm.phone("1001").register();
    assertThat(rig.house.unfinished()).isEqualTo(1);
    rig.net.run(Duration.ofSeconds(70));

    assertThat(rig.log()).contains(" status=0 flag=UT");
    assertThat(phone.responses).noneMatch(response -> response.status() >= 200);
    rig.assertEmpty();
  }

  @Test
  void countsThoseThatWaitForAnAnswerAsUnfinished() {
    farm.switches.forEach(each -> each.trusting = true);
    RegisteringPhone phone = farm.phone("1001");
    phone.send("");
    rig.net.runMs(1);
    int before = rig.house.unfinished();
    rig.net.runMs(200);

    assertThat(before).isEqualTo(1);
    assertThat(phone.last().status()).isEqualTo(200);
    assertThat(rig.house.unfinished()).isZero();
  }

  @Test
  void sendsNothingNewOnWhileItDrains() {
    farm.switches.forEach(each -> each.trusting = true);
    RegisteringPhone early = farm.phone("1001");
    early.send("");
    rig.net.runMs(1);
    assertThat(rig.house.unfinished()).isEqualTo(1);
    rig.house.drain();
    rig.net.runMs(200);
    assertThat(early.last().status()).as("what had begun").isEqualTo(200);

    RegisteringPhone late = farm.phone("1002").register();
    assertThat(late.last().status()).isEqualTo(503);
    assertThat(late.last().first("Retry-After")).isEqualTo("10");
    assertThat(farm.asked()).isEqualTo(1);
    assertThat(rig.logs().getLast()).endsWith(" tries=0 status=503 flag=SD ended=-");
  }
}
