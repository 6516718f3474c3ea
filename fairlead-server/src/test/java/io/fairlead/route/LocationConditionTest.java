// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.HeapBindings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocationConditionTest {
  private final HeapBindings bindings = new HeapBindings(1);
  private final RegistrationLookup locations =
      new RegistrationLookup(
          bindings,
          () -> 1000,
          Map.of(
              "phones", List.of("Example.com", "203.0.113.10"), "desks", List.of("desk.example")),
          (registrar, aor) -> false);
  private final Router router =
      Routes.knowing(locations, Routes.toLocation("phones").when("location", "phones"));

  private void register(String user, long expiresMs) {
    bindings.put(
        AddressOfRecord.of(user),
        new Binding(
            0,
            Binding.NONE,
            1000,
            Binding.NONE,
            Binding.Device.UNKNOWN,
            new Binding.Renewal(1, 1, 1, expiresMs),
            new Binding.Origin("l", "udp", new InetSocketAddress("192.0.2.1", 5060), 0, true, 0),
            Binding.Upstream.NOBODY));
  }

  @ParameterizedTest
  @CsvSource({
    "sip:bob@example.com, true",
    "sip:bob@EXAMPLE.com:5070;transport=tcp, true",
    "sip:%62ob@example.com;gr=urn:uuid:1, true",
    "sip:bob@203.0.113.10, true",
    "sip:tgr.abc@example.com;gr, true",
    "sip:tgr.abc@other.example;gr, false",
    "sip:carol@example.com, false",
    "sip:late@example.com, false",
    "sip:bob@desk.example, false",
    "sip:bob@other.example, false",
    "sip:example.com, false",
  })
  void holdsForAUserWhoIsRegisteredThere(String uri, boolean holds) {
    register("bob@example.com", 2000);
    register("bob@203.0.113.10", 2000);
    register("bob@desk.example", 2000);
    register("bob@other.example", 2000);
    register("late@example.com", 900);
    assertThat(router.route(Requests.invite(uri), Requests.flow()) != null).isEqualTo(holds);
  }

  @Test
  void saysWhyNot() {
    assertThat(router.explain(Requests.invite("sip:bob@example.com"), Requests.flow()))
        .extracting(RouteExplanation::why)
        .containsExactly("location sip:bob@example.com has no binding");
    assertThat(router.explain(Requests.invite("sip:bob@other.example"), Requests.flow()))
        .extracting(RouteExplanation::why)
        .containsExactly("location other.example is no domain of phones");
  }

  @Test
  void findsWhatARouteToUsersCannotDo() {
    assertThat(
            RouteChecks.check(
                Routes.list(
                    Routes.toLocation("fones").when("location", "phone").name("a"),
                    Routes.toLocation("phones").when("method", "REGISTER").name("b"),
                    Routes.toLocation("phones").when("user", "1").mode(Mode.REDIRECT).name("c"),
                    Routes.toLocation("phones").registrar("phones").rewrite(null, "x.example")),
                java.util.Set.of(),
                java.util.Set.of("phones"),
                java.util.Set.of()))
        .extracting(RouteProblem::path)
        .contains(
            "routes[0].to-location",
            "routes[0].match.location",
            "routes[1].to-location",
            "routes[2].mode",
            "routes[3].to-location",
            "routes[3].rewrite");
  }
}
