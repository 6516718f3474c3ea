// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteChecksTest {
  private static List<RouteProblem> check(Routes... routes) {
    return RouteChecks.check(
        Routes.list(routes),
        Set.of("farm", "carriers"),
        Set.of("phones", "desks"),
        Set.of("in", "out"));
  }

  @Test
  void findsNothingWrongWithGoodRoutes() {
    assertThat(
            check(
                Routes.to("farm").when("user", "3.*").when("listener", "in"),
                Routes.to("carriers").when("from", "alice@example.com"),
                Routes.rejecting("403").when("source", "10.0.0.0/8"),
                Routes.to("farm")))
        .isEmpty();
  }

  @Test
  void findsNamesThatNobodyHas() {
    assertThat(check(Routes.to("frm").when("listener", "in", "inside")))
        .containsExactly(
            new RouteProblem(
                "routes[0].to", "there is no pool `frm`; there are `carriers`, `farm`", "farm"),
            new RouteProblem(
                "routes[0].match.listener",
                "there is no listener `inside`; there are `in`, `out`",
                null));
  }

  @Test
  void findsRoutesWithoutOneOutcome() {
    assertThat(
            check(
                Routes.nowhere().when("user", "1"),
                Routes.to("farm").reject("403").headers(java.util.Map.of(), "Subject")))
        .containsExactly(
            new RouteProblem(
                "routes[0]",
                "the route leads nowhere: it needs `to`, `to-location`, `registrar` or `reject`",
                null),
            new RouteProblem("routes[1].to", "only one of `to` and `reject` can be", null),
            new RouteProblem(
                "routes[1].headers", "this has no effect, since the route rejects", null));
  }

  @Test
  void findsWhatARegistrarCannotDo() {
    assertThat(
            check(
                Routes.registering("phones").when("method", "REGISTER").when("listener", "in"),
                Routes.registering("fones").when("method", "REGISTER").when("listener", "out"),
                Routes.registering("phones")
                    .when("method", "REGISTER", "OPTIONS")
                    .when("user", "1"),
                Routes.registering("desks")
                    .when("method", "REGISTER")
                    .registrar("phones")
                    .mode(Mode.STATELESS)
                    .rewrite(null, "example.com")))
        .containsExactly(
            new RouteProblem(
                "routes[1].registrar",
                "there is no registrar `fones`; there are `desks`, `phones`",
                "phones"),
            new RouteProblem(
                "routes[2].registrar",
                "a registrar takes REGISTER only: write `match: { method: REGISTER }`",
                null),
            new RouteProblem(
                "routes[3].mode",
                "this has no effect, since the registrar says what becomes of the request",
                null),
            new RouteProblem(
                "routes[3].rewrite",
                "this has no effect, since a registrar takes the request",
                null));
  }

  @Test
  void findsNamesUsedTwice() {
    assertThat(check(Routes.to("farm").name("a").when("user", "1"), Routes.to("farm").name("a")))
        .containsExactly(
            new RouteProblem("routes[1].name", "routes[0] has the name `a` already", null));
  }

  @Test
  void findsHostsInUpperCase() {
    assertThat(check(Routes.to("farm").when("from", "Alice@Example.com", "Bob@\\D+", "Carol")))
        .extracting(RouteProblem::message)
        .containsExactly("`Alice@Example.com` never matches: write the host in lower case");
  }

  @Test
  void findsRoutesBehindOneThatTakesAll() {
    assertThat(
            check(
                Routes.to("farm"),
                Routes.to("carriers").when("user", "1"),
                Routes.rejecting("404")))
        .containsExactly(
            new RouteProblem(
                "routes[1]", "no request comes here: routes[0] (farm) takes every request", null),
            new RouteProblem(
                "routes[2]", "no request comes here: routes[0] (farm) takes every request", null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // condition of the first route | of the second | the second is never reached
        "user=49.* | user=4930 | true",
        "user=49.* | user=493.* | true",
        "user=493.* | user=49.* | false",
        "user=49.*,1 | user=1,4930 | true",
        "user=49.*,1 | user=1,2 | false",
        "host=Example.* | host=example.com | true",
        "method=INVITE,REGISTER | method=INVITE | true",
        "method=INVITE | method=INVITE,REGISTER | false",
        "method=INVITE | user=1 | false",
        "source=10.0.0.0/8 | source=10.1.0.0/16,10.0.0.1 | true",
        "source=10.1.0.0/16 | source=10.0.0.0/8 | false",
        "source=0.0.0.0/0 | source=::/0 | false",
        "from=.* | from=alice@example.com | false",
        "from=.*@example.* | from=alice@example\\.com | true",
        "host=ab.* | host=abc[0-9],x | false",
        "host=ab.* | host=ABC[0-9] | true",
        "header s=x.* | header Subject=xy | true",
        "header s=x.* | header Subject=y | false",
        "header s=x.* | user=1 | false",
        "listener=in | listener=in | true",
        "transport=udp | transport=tcp | false",
      })
  void findsRoutesBehindOneThatTakesTheSame(String first, String second, boolean unreachable) {
    List<RouteProblem> findings = check(when("farm", first), when("carriers", second));
    List<RouteProblem> narrower =
        check(when("farm", first), when("carriers", second).when("to", "narrower"));

    assertThat(findings)
        .extracting(RouteProblem::path)
        .isEqualTo(unreachable ? List.of("routes[1]") : List.of());
    assertThat(narrower).hasSameSizeAs(findings);
  }

  private static Routes when(String pool, String condition) {
    int equals = condition.indexOf('=');
    return Routes.to(pool)
        .when(condition.substring(0, equals), condition.substring(equals + 1).split(","));
  }
}
