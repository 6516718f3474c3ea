// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
  private final SipRequest request =
      Requests.invite(
          "sip:%33001@Sip.Example.com:5070", "s: Hello World", "X-Tenant: acme", "X-Tenant: beta");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "method | INVITE | REGISTER",
        "user | 3[0-9]{3} | 9196",
        "user | 3001 | %33001",
        "host | sip\\.example\\.com | sip.example.com.*5070",
        "host | SIP.*COM | .*org",
        "from | alice | Alice",
        "from | alice@example.com | alice@Example.COM",
        "to | bob | bob:secret",
        "to | bob@example.net | bob:secret@example.net",
        "source | 198.51.100.0/24 | 198.51.101.0/24",
        "source | 198.51.100.7 | 2001:db8::/32",
        "listener | outside | inside",
        "transport | udp | tcp",
        "network | net-outside | net-inside",
        "header Subject | Hello.* | hello.*",
        "header subject | Hello World | Hello",
        "header s | Hello World | Bye",
        "header X-TENANT | beta | gamma",
        "header From | .*alice.* | alice",
        "header f | .*alice.* | bob",
      })
  void comparesEachPartOfARequest(String key, String yes, String no) {
    assertThat(route(Routes.to("farm").when(key, yes))).as("%s %s", key, yes).isEqualTo("farm");
    assertThat(route(Routes.to("farm").when(key, no))).as("%s %s", key, no).isNull();
    assertThat(route(Routes.to("farm").when(key, no, yes))).as("either").isEqualTo("farm");
  }

  private @Nullable String route(Routes... routes) {
    Route route = Routes.router(routes).route(request, Requests.flow());
    return route == null ? null : route.name();
  }

  @Test
  void takesTheFirstThatMatches() {
    Routes nobody = Routes.to("a").when("user", "9196");
    Routes some = Routes.to("b").when("user", "3.*");
    Routes all = Routes.to("c");

    assertThat(route(nobody, some, all)).isEqualTo("b");
    assertThat(route(nobody, all, some)).isEqualTo("c");
    assertThat(route(nobody)).isNull();
    assertThat(route()).isNull();
  }

  @Test
  void asksForAllConditions() {
    assertThat(route(Routes.to("a").when("user", "3.*").when("listener", "outside")))
        .isEqualTo("a");
    assertThat(route(Routes.to("a").when("user", "3.*").when("listener", "inside"))).isNull();
    assertThat(route(Routes.to("a").when("header X-Tenant", "acme").when("header Via", "x")))
        .isNull();
  }

  @Test
  void knowsMethodsThatHaveNoName() {
    SipRequest odd = Requests.request("PING", "sip:a@example.com");
    Router router = Routes.router(Routes.to("a").when("method", "INVITE", "PING"));

    assertThat(router.route(odd, Requests.flow())).isNotNull();
    assertThat(router.route(Requests.request("PONG", "sip:a@example.com"), Requests.flow()))
        .isNull();
  }

  @Test
  void whatIsNotThereMatchesNothing() {
    SipRequest bare =
        Requests.parse(
            request
                .toString()
                .replace("%33001@", "")
                .replace("<sip:alice@Example.COM>", "<sip:example.com>"));

    for (String key : List.of("user", "from", "header X-None")) {
      assertThat(Routes.router(Routes.to("a").when(key, ".*")).route(bare, Requests.flow()))
          .as(key)
          .isNull();
    }
  }

  @Test
  void readsTheNumberOfATelUri() {
    SipRequest tel =
        Requests.parse(
            request
                .toString()
                .replace("<sip:alice@Example.COM>", "<tel:+4930123;phone-context=x>"));

    assertThat(Routes.router(Routes.to("a").when("from", "\\+4930123")).route(tel, Requests.flow()))
        .isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<tel:+15551234> | true",
        "'\"A B\" <TEL:+15551234;phone-context=x>' | true",
        "tel:+15551234 | true",
        "<sip:+15551234@example.com;user=phone> | false",
        "<sip:tel@example.com> | false",
        "'\"tel: 1\" <sip:a@example.com>' | false",
      })
  void findsATelUriInAHeaderAsTheGuideHasIt(String address, boolean expected) {
    SipRequest tel =
        Requests.parse(request.toString().replace("\"Alice\" <sip:alice@Example.COM>", address));
    Router router = Routes.router(Routes.to("a").when("header From", "(.*<)?[Tt][Ee][Ll]:.*"));

    assertThat(router.route(tel, Requests.flow()) != null).isEqualTo(expected);
  }

  @Test
  void anEmergencyUrnHasNeitherUserNorHost() {
    SipRequest sos =
        Requests.parse(
            request
                .toString()
                .replace("<sip:bob:secret@example.net:5070>", "<urn:service:sos.fire>")
                .replace("\"Alice\" <sip:alice@Example.COM>", "<URN:service:sos>"));

    for (String key : List.of("to", "from")) {
      for (String any : List.of(".*", ".*@.*", "service:sos.*", "service", "sos.*")) {
        assertThat(Routes.router(Routes.to("a").when(key, any)).route(sos, Requests.flow()))
            .as("%s %s", key, any)
            .isNull();
      }
    }
    assertThat(
            Routes.router(Routes.to("a").when("header To", "<urn:service:sos[.>].*"))
                .route(sos, Requests.flow()))
        .isNotNull();
    assertThat(
            Routes.router(Routes.to("a").when("user", "3001").when("host", "sip.example.com"))
                .route(sos, Requests.flow()))
        .isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";user=phone"})
  void comparesTheWholeUserWithParametersWhateverStandsBehindTheHost(String behind) {
    SipRequest ported = Requests.invite("sip:+15551234;npdi;rn=+15550000@carrier.example" + behind);

    for (String yes : List.of("\\+1555.*", "\\+1555[0-9]{4}(;.*)?", ".*;rn=\\+15550000")) {
      assertThat(Routes.router(Routes.to("a").when("user", yes)).route(ported, Requests.flow()))
          .as(yes)
          .isNotNull();
    }
    assertThat(
            Routes.router(Routes.to("a").when("user", "\\+1555[0-9]{4}"))
                .route(ported, Requests.flow()))
        .isNull();
  }

  @Test
  void comparesIpv6Sources() {
    Flow flow = Requests.flow("2001:db8::7", "outside", "tcp");

    assertThat(Routes.router(Routes.to("a").when("source", "2001:db8::/32")).route(request, flow))
        .isNotNull();
    assertThat(Routes.router(Routes.to("a").when("source", "198.51.100.0/24")).route(request, flow))
        .isNull();
  }

  @Test
  void saysWhatARouteDoes() {
    Route proxy = Routes.router(Routes.to("farm").mode(Mode.STATELESS)).routes().getFirst();
    Route refusing = Routes.router(Routes.rejecting("486 Busy Here")).routes().getFirst();

    assertThat(proxy.pool()).isEqualTo("farm");
    assertThat(proxy.mode()).isEqualTo(Mode.STATELESS);
    assertThat(proxy.reject()).isNull();
    assertThat(proxy.editsNothing()).isTrue();
    assertThat(refusing.pool()).isNull();
    assertThat(refusing.reject()).isEqualTo(new Reject(486, "Busy Here"));
  }

  @Test
  void namesRoutesThatHaveNoName() {
    List<RouteSettings> routes =
        Routes.list(
            Routes.to("farm"),
            Routes.to("farm"),
            Routes.to("b").name("x"),
            Routes.rejecting("403"),
            Routes.to("x"));

    assertThat(Router.names(routes)).containsExactly("farm", "route-2", "x", "route-4", "route-5");
  }

  @Test
  void needsAnOutcome() {
    assertThatThrownBy(() -> Routes.router(Routes.nowhere()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Routes.router(Routes.to("a").reject("403")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void explainsEachRoute() {
    Router router =
        Routes.router(
            Routes.to("a").when("user", "9196", "49.*"),
            Routes.to("b").when("source", "10.0.0.0/8"),
            Routes.to("c").when("header X-None", ".*"),
            Routes.to("d").when("header Subject", "Bye"),
            Routes.to("e").when("method", "REGISTER", "OPTIONS"),
            Routes.to("f").when("from", "carol@.*"),
            Routes.to("g").when("user", "3.*").when("listener", "inside"),
            Routes.to("h").when("user", "3.*").when("method", "INVITE"),
            Routes.to("i"));

    assertThat(router.explain(request, Requests.flow()))
        .containsExactly(
            new RouteExplanation(0, "a", false, false, "user 3001 does not match 9196 or 49.*"),
            new RouteExplanation(1, "b", false, false, "source 198.51.100.7 is not in 10.0.0.0/8"),
            new RouteExplanation(2, "c", false, false, "there is no header X-None"),
            new RouteExplanation(
                3, "d", false, false, "header Subject Hello World does not match Bye"),
            new RouteExplanation(4, "e", false, false, "method INVITE is not REGISTER or OPTIONS"),
            new RouteExplanation(
                5, "f", false, false, "from alice@example.com does not match carol@.*"),
            new RouteExplanation(6, "g", false, false, "listener outside is not inside"),
            new RouteExplanation(7, "h", true, true, "method, user match"),
            new RouteExplanation(8, "i", true, false, "has no conditions"));
  }

  @Test
  void allocatesNothing() {
    Router router =
        Routes.router(
            Routes.to("a").when("method", "REGISTER", "PING"),
            Routes.to("b").when("user", "9196", "49.*", "\\+?[0-9]{7,15}"),
            Routes.to("c").when("host", "example.org").when("listener", "inside"),
            Routes.to("d").when("from", "carol@.*", "carol").when("to", "x"),
            Routes.to("e").when("header X-Tenant", "gamma").when("header Subject", "x|y"),
            Routes.to("f").when("source", "10.0.0.0/8", "192.168.0.0/16"),
            Routes.to("g").when("from", "alice").when("host", "sip.*").when("header s", "H.*d"));
    Flow flow = Requests.flow();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long me = Thread.currentThread().threadId();
    int found = 0;
    for (int i = 0; i < 20_000; i++) {
      found += router.route(request, flow) == null ? 0 : 1;
    }
    long before = threads.getThreadAllocatedBytes(me);
    for (int i = 0; i < 10_000; i++) {
      found += router.route(request, flow) == null ? 0 : 1;
    }
    long allocated = threads.getThreadAllocatedBytes(me) - before;

    assertThat(found).isEqualTo(30_000);
    // Less than a byte each: the measurement itself takes a few.
    assertThat(allocated).isLessThan(10_000);
  }
}
