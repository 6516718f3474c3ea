// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which requests keep us on the way of those that follow (RFC 3261 §16.6 step 4, RFC 6665 §4.3):
 * whoever takes its route set from one of them still speaks to us.
 */
class RecordRouteScenarioTest {
  private static final String DIALOG = "Event: dialog";
  private static final String REFER = "Refer-To: <sip:carol@example.com>";
  private static final String NOTIFY = "Event: refer";
  private static final String STATE = "Subscription-State: active;expires=60";

  /** Where the phone is, and how its route forwards. */
  enum Place {
    UDP(CapturedFlow.UDP, "203.0.113.10", "proxy"),
    NAT(CapturedFlow.UDP, "192.168.1.5", "proxy"),
    TCP(CapturedFlow.TCP, "192.168.1.5", "proxy"),
    UDP_STATELESS(CapturedFlow.UDP, "203.0.113.10", "stateless"),
    TCP_STATELESS(CapturedFlow.TCP, "192.168.1.5", "stateless");

    private final Transport by;
    private final String contact;
    private final String mode;

    Place(Transport by, String contact, String mode) {
      this.by = by;
      this.contact = contact;
      this.mode = mode;
    }

    ServerRig rig() {
      String yaml = ServerRig.farmYaml("balance: hash");
      String routes =
          """
          registrars:
            phones: { domains: [ example.org ], users: off }
          routes:
            - { match: { method: REGISTER }, registrar: phones }
            - { match: { location: phones }, to-location: phones }
            - { name: all, to: farm, mode: %s }
          """
              .formatted(mode);
      return ServerRig.of(1, 1, yaml.substring(0, yaml.indexOf("routes:")) + routes);
    }

    FakePhone phone(ServerRig rig) {
      FakePhone phone = rig.phone(by);
      if (contact.startsWith("192")) {
        phone.contact = contact + ":5060";
        phone.viaAddress = phone.contact;
      }
      return phone;
    }

    int sides() {
      return by.reliable() ? 2 : 1;
    }
  }

  private static FakeBackend of(ServerRig rig, Leg leg) {
    return rig.backends.stream()
        .filter(b -> b.legs.containsKey(leg.callId))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void theNotifyOfTheFarmLeadsThePhoneToUs(Place place) {
    ServerRig rig = place.rig();
    FakePhone phone = place.phone(rig);
    Leg leg = phone.begin("SUBSCRIBE", DIALOG);
    rig.net.runMs(100);
    FakeBackend backend = of(rig, leg);
    Leg far = backend.facing(leg);

    far.send("NOTIFY", DIALOG, STATE);
    rig.net.runMs(100);
    assertThat(far.last("NOTIFY").status()).isEqualTo(200);
    assertThat(leg.request("NOTIFY").all("Record-Route"))
        .hasSize(place.sides())
        .isEqualTo(backend.last("SUBSCRIBE").all("Record-Route").reversed());

    leg.take(leg.request("NOTIFY")).send("SUBSCRIBE", DIALOG, "Expires: 0");
    rig.net.runMs(100);
    assertThat(leg.last("SUBSCRIBE").status()).isEqualTo(200);
    assertThat(backend.requests("SUBSCRIBE")).isEqualTo(2);
    assertThat(backend.last("SUBSCRIBE").all("Via")).hasSize(2);
    far.send("NOTIFY", DIALOG, "Subscription-State: terminated");
    rig.net.runMs(100);
    assertThat(far.statuses("NOTIFY")).containsExactly(200, 200);
    rig.assertEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void theNotifyOfAPhoneLeadsTheFarmToUs(Place place) {
    ServerRig rig = place.rig();
    FakePhone phone = place.phone(rig);
    assertThat(phone.register(phone.contactUri(), "").status()).isEqualTo(200);
    FakeBackend backend = rig.backend(1);
    Leg leg =
        new Leg(
            backend,
            "sub",
            "bt",
            "sip:b@example.org",
            "sip:alice@example.org",
            "sip:alice@example.org");
    backend.legs.put(leg.callId, leg);
    leg.routes = List.of("<sip:203.0.113.10:5060;lr>");
    backend.request(leg, "SUBSCRIBE", leg.cseq, DIALOG);
    rig.net.runMs(100);
    Leg far = phone.facing(leg);

    far.send("NOTIFY", DIALOG, STATE);
    rig.net.runMs(100);
    assertThat(far.last("NOTIFY").status()).isEqualTo(200);
    leg.take(leg.request("NOTIFY"));
    assertThat(leg.routes).hasSize(place.sides());
    leg.send("SUBSCRIBE", DIALOG);
    rig.net.runMs(100);
    assertThat(leg.last("SUBSCRIBE").status()).isEqualTo(200);
    assertThat(phone.requests("SUBSCRIBE")).isEqualTo(2);
    rig.assertEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aReferInADialogIsToldOfInEitherDirection(Place place) {
    ServerRig rig = place.rig();
    FakePhone phone = place.phone(rig);
    Leg call = phone.invite();
    rig.net.runMs(100);
    Leg far = of(rig, call).facing(call);

    refers(rig, call, far);
    refers(rig, far, call);
    call.bye();
    rig.net.runMs(100);
    assertThat(call.last("BYE").status()).isEqualTo(200);
    rig.assertEmpty();
  }

  // One refers, the other notifies, and the first goes on by what the NOTIFY says.
  private static void refers(ServerRig rig, Leg one, Leg other) {
    one.send("REFER", REFER);
    rig.net.runMs(100);
    assertThat(one.last("REFER").status()).isEqualTo(200);
    other.send("NOTIFY", NOTIFY, STATE);
    rig.net.runMs(100);
    assertThat(other.last("NOTIFY").status()).isEqualTo(200);
    one.take(one.request("NOTIFY")).send("SUBSCRIBE", NOTIFY, "Expires: 0");
    rig.net.runMs(100);
    assertThat(one.last("SUBSCRIBE").status()).isEqualTo(200);
    assertThat(other.request("SUBSCRIBE").all("Route")).isEmpty();
  }

  static Stream<Place> places() {
    return Stream.of(Place.values());
  }

  @ParameterizedTest
  @MethodSource("places")
  void whoHasLostItsRouteSetFindsItInATargetRefreshRequest(Place place) {
    ServerRig rig = place.rig();
    FakePhone phone = place.phone(rig);
    Leg call = phone.invite();
    rig.net.runMs(100);
    FakeBackend backend = of(rig, call);
    Leg far = backend.facing(call);
    for (String method : List.of("INVITE", "UPDATE")) {
      call.send(method);
      rig.net.runMs(100);
      far.routes = List.of();
      far.take(far.request(method)).send("INFO");
      rig.net.runMs(100);
      assertThat(far.last("INFO").status()).isEqualTo(200);

      far.send(method);
      rig.net.runMs(100);
      call.routes = List.of();
      call.take(call.request(method)).send("INFO");
      rig.net.runMs(100);
      assertThat(call.last("INFO").status()).isEqualTo(200);
    }
    assertThat(phone.requests("INFO")).isEqualTo(2);
    assertThat(backend.requests("INFO")).isEqualTo(2);
    call.bye();
    rig.net.runMs(100);
    rig.assertEmpty();
  }

  /** What RFC 3261 and RFC 6665 call target refresh, and what makes a dialog. */
  @ParameterizedTest
  @ValueSource(strings = {"INVITE", "UPDATE", "SUBSCRIBE", "NOTIFY", "REFER"})
  void repeatsTheCookieOfTheDialogInEitherDirection(String method) {
    for (Exchange each : exchange(method)) {
      assertThat(each.seen.all("Record-Route")).isEqualTo(each.first.all("Record-Route"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BYE", "INFO", "MESSAGE", "OPTIONS", "PRACK", "PUBLISH", "DANCE"})
  void addsNothingToWhatChangesNoDialog(String method) {
    for (Exchange each : exchange(method)) {
      assertThat(each.seen.all("Record-Route")).isEmpty();
    }
  }

  private record Exchange(Seen first, Seen seen) {}

  private static List<Exchange> exchange(String method) {
    ServerRig rig = Place.NAT.rig();
    List<Exchange> all = new ArrayList<>();
    for (boolean caller : new boolean[] {true, false}) {
      Leg call = Place.NAT.phone(rig).invite();
      rig.net.runMs(100);
      Leg far = of(rig, call).facing(call);
      (caller ? call : far).send(method);
      rig.net.runMs(100);
      assertThat((caller ? call : far).last(method).status()).isEqualTo(200);
      all.add(new Exchange(far.requests.getFirst(), (caller ? far : call).request(method)));
      assertThat(far.request("ACK").all("Record-Route")).isEmpty();
    }
    return all;
  }

  @Test
  void aNotifyOfNoSubscriptionOfOursIsNotRecorded() {
    ServerRig rig = Place.UDP.rig();
    FakePhone phone = rig.phone();
    phone.begin("NOTIFY", "Event: message-summary");
    rig.net.runMs(100);
    assertThat(
            rig.backends.stream()
                .flatMap(b -> b.received.stream())
                .filter(m -> m.method().equals("NOTIFY"))
                .map(m -> m.all("Record-Route").size()))
        .containsExactly(0);
    rig.assertEmpty();
  }
}
