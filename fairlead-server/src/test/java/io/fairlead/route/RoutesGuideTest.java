// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.BindResult;
import io.fairlead.config.ConfigBinder;
import io.fairlead.config.ConfigError;
import io.fairlead.config.Setting;
import io.fairlead.config.YamlSource;
import io.fairlead.sip.Edit;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the operators' guide to what the code does. */
class RoutesGuideTest {
  private static final Path GUIDE = Path.of("docs/guide/routes.md");
  private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  /** The part of the configuration that is tried here. */
  record Part(@Setting(doc = "The routes.") List<RouteSettings> routes) {}

  private static String guide() throws IOException {
    return Files.readString(Files.exists(GUIDE) ? GUIDE : Path.of("..").resolve(GUIDE));
  }

  private static BindResult<Part> bind(String yaml) {
    return ConfigBinder.bind(Part.class, YamlSource.of("guide", yaml));
  }

  private static List<List<RouteSettings>> examples() throws IOException {
    List<List<RouteSettings>> examples = new ArrayList<>();
    for (MatchResult block : BLOCK.matcher(guide()).results().toList()) {
      examples.add(bind(block.group(1)).orThrow().routes());
    }
    return examples;
  }

  // The rows of the table whose heading begins so, their cells without back quotes.
  private static List<List<String>> table(String heading) throws IOException {
    return guide()
        .lines()
        .dropWhile(line -> !line.startsWith("| " + heading))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(RoutesGuideTest::cells)
        .toList();
  }

  private static List<String> cells(String row) {
    List<String> cells = new ArrayList<>();
    for (String cell : row.substring(1).split("(?<!\\\\)\\|")) {
      cells.add(cell.replace("\\|", "|").strip().replaceAll("^`|`$", ""));
    }
    return cells;
  }

  @Test
  void everyExampleIsAccepted() throws IOException {
    List<List<RouteSettings>> examples = examples();

    assertThat(examples).hasSize(7);
    for (List<RouteSettings> routes : examples) {
      assertThat(
              RouteChecks.check(
                  routes, Set.of("farm", "carriers"), Set.of("phones"), Set.of("inside")))
          .isEmpty();
      assertThat(Router.of(routes).routes()).hasSameSizeAs(routes);
    }
  }

  @Test
  void theFirstExampleRoutesAsTheGuideSays() throws IOException {
    Router router = Router.of(examples().getFirst());
    SipRequest abroad = Requests.invite("sip:+0049301@a.example", "X-Internal: 1");

    assertThat(router.explain(abroad, Requests.flow("10.0.0.1", "inside", "udp")))
        .extracting(RouteExplanation::route, RouteExplanation::taken)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("blocked", false),
            org.assertj.core.groups.Tuple.tuple("registrations", false),
            org.assertj.core.groups.Tuple.tuple("abroad", true),
            org.assertj.core.groups.Tuple.tuple("farm", false));
    assertThat(edited(router.routes().get(2), abroad))
        .startsWith("INVITE sip:0049301@a.example SIP/2.0\r\n")
        .contains("\r\nX-Tariff: abroad\r\n")
        .doesNotContain("X-Internal");
    assertThat(router.routes().getFirst().reject()).isEqualTo(new Reject(403, "Not From There"));
    assertThat(router.routes().get(1).mode()).isEqualTo(Mode.STATELESS);
  }

  private static String edited(Route route, SipRequest request) {
    Edit edit = new Edit().on(request);
    route.edit(request, edit);
    SipWriter out = new SipWriter();
    edit.write(out);
    return out.toString();
  }

  @Test
  void expressionsMatchWhatTheGuideSays() throws IOException {
    List<List<String>> rows = table("Expression");

    assertThat(rows).hasSize(9);
    for (List<String> row : rows) {
      TextPattern pattern = TextPattern.parse(row.get(0));
      assertThat(row.get(1).split(" ")).as("%s", pattern).allMatch(pattern::matches);
      assertThat(row.get(2).split(" ")).as("%s", pattern).noneMatch(pattern::matches);
    }
  }

  @Test
  void rewritesDoWhatTheGuideSays() throws IOException {
    List<List<String>> rows = table("Rewrite");

    assertThat(rows).hasSize(7);
    for (List<String> row : rows) {
      String yaml = "routes: [ { to: farm, rewrite: { user: " + row.get(0) + " } } ]";
      Route route = Router.of(bind(yaml).orThrow().routes()).routes().getFirst();
      assertThat(edited(route, Requests.invite(row.get(1))))
          .startsWith("INVITE " + row.get(2) + " SIP/2.0\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{ to: farm, match: { user: '+49' } } ~ routes[0].match.user ~ repeats nothing",
        "{ to: farm, match: { source: 10.0.0.0/33 } } ~ routes[0].match.source ~ 0 to 32",
        "{ to: farm, match: { method: 'A B' } } ~ routes[0].match.method ~ is no method",
        "{ to: farm, match: { header: { 'X Y': a } } } ~ routes[0].match.header ~ no header name",
        "{ to: farm, headers: { set: { Via: x } } } ~ routes[0].headers.set ~ find their way back",
        "{ to: farm, mode: b2bua } ~ routes[0].mode ~ not available in this version",
        "{ reject: { status: 200 } } ~ routes[0].reject.status ~ use 300 to 699",
        "{ to: farm, rewrite: { user: { regex: 'a' } } } ~ routes[0].rewrite.user.regex ~ need each"
            + " other",
      })
  void mistakesAreToldWithTheirPlace(String route, String path, String message) {
    List<ConfigError> errors = bind("routes: [ " + route + " ]").errors();

    assertThat(errors).hasSize(1);
    assertThat(errors.getFirst().path()).startsWith(path);
    assertThat(errors.getFirst().toString()).contains(message);
  }
}
