// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages of RFC 4475 and RFC 5118 with the verdict a proxy gives. Immutable. */
class TortureTest {
  /** A row of verdicts.tsv; by says whether the codec or the proxy above it decides. */
  record Row(String name, String verdict, String reason, String by) {
    @Override
    public String toString() {
      return name + " " + verdict;
    }
  }

  private static List<String[]> table(String file) {
    try (InputStream in = TortureTest.class.getResourceAsStream("/torture/" + file)) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().skip(1).map(line -> line.split("\t", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Row> verdicts() {
    return table("verdicts.tsv").stream().map(c -> new Row(c[0], c[1], c[2], c[3])).toList();
  }

  static List<Row> forwarded() {
    return verdicts().stream().filter(row -> row.verdict().equals("forward")).toList();
  }

  static List<Row> answered() {
    return verdicts().stream().filter(row -> row.verdict().matches("\\d+")).toList();
  }

  static byte[] message(String name) {
    try (InputStream in = TortureTest.class.getResourceAsStream("/torture/" + name + ".dat")) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SipRequest request(String name) {
    return (SipRequest) Objects.requireNonNull(Splices.tryParse(message(name)));
  }

  @ParameterizedTest
  @MethodSource("verdicts")
  void givesTheVerdict(Row row) {
    SipMessage m = Splices.tryParse(message(row.name()));
    SipProblem problem = m == null ? null : m.problem();
    String verdict =
        switch (m) {
          case null -> "drop";
          case SipResponse r -> "drop";
          case SipRequest r when problem != null ->
              r.hasVia() ? Integer.toString(problem.status()) : "drop";
          case SipRequest r when r.maxForwards() == 0 -> "483";
          case SipRequest r when r.has(HeaderName.PROXY_REQUIRE) -> "420";
          case SipRequest r -> "forward";
        };
    assertThat(verdict).isEqualTo(row.verdict());
    assertThat(problem == null ? "-" : problem.reason()).isEqualTo(row.reason());
    boolean proxy = problem == null && !verdict.equals("forward");
    assertThat(row.by()).isEqualTo(proxy ? "proxy" : "codec");
  }

  @ParameterizedTest
  @MethodSource("forwarded")
  void forwardsWithAllElseUntouched(Row row) {
    Splices.assertForwards(request(row.name()));
  }

  @ParameterizedTest
  @MethodSource("answered")
  void answersGrammatically(Row row) {
    ResponsesTest.assertAnswerIsGrammatical(request(row.name()));
  }

  @ParameterizedTest
  @MethodSource("verdicts")
  void truncatedAnywhereIsNoMessageOrHasAProblem(Row row) {
    byte[] whole = message(row.name());
    SipMessage full = Splices.tryParse(whole);
    int headersEnd = full == null ? whole.length : full.headersEnd();
    for (int length = 0; length < headersEnd; length++) {
      SipMessage m = Splices.tryParse(Arrays.copyOf(whole, length));
      assertThat(m == null || m.problem() != null).as("cut at %d", length).isTrue();
    }
  }

  @Test
  void verdictsAreAmongTheAcceptedOutcomes() {
    Map<String, Row> rows =
        verdicts().stream()
            .collect(Collectors.toMap(Row::name, row -> row, (a, b) -> a, TreeMap::new));
    List<String[]> sip = table("rfc4475/index.tsv");
    List<String[]> ipv6 = table("rfc5118/index.tsv");
    assertThat(sip).hasSize(49);
    assertThat(ipv6).hasSize(12);
    for (String[] c : sip) {
      String verdict = Objects.requireNonNull(rows.get("rfc4475/" + c[0]), c[0]).verdict();
      List<String> accepted =
          List.of(c[6].replace("fwd", "forward").replace("none", "drop").split(","));
      assertThat(accepted).as(c[0]).contains(verdict);
    }
    for (String[] c : ipv6) {
      String verdict = Objects.requireNonNull(rows.get("rfc5118/" + c[0]), c[0]).verdict();
      String word = verdict.equals("forward") ? "accept|be liberal" : verdict;
      assertThat(c[3]).as(c[0]).containsPattern(word);
    }
  }

  @Test
  void everyMessageHasAVerdict() throws Exception {
    Path root = Path.of(Objects.requireNonNull(TortureTest.class.getResource("/torture")).toURI());
    TreeSet<String> files = new TreeSet<>();
    try (Stream<Path> walk = Files.walk(root)) {
      walk.map(path -> root.relativize(path).toString())
          .filter(name -> name.endsWith(".dat"))
          .forEach(name -> files.add(name.substring(0, name.length() - 4)));
    }
    assertThat(verdicts().stream().map(Row::name)).containsExactlyInAnyOrderElementsOf(files);
  }

  @Test
  void readsWhatOthersMisread() {
    SipRequest wsinv = request("rfc4475/wsinv");
    assertThat(wsinv.via().host()).isEqualTo("192.0.2.2");
    assertThat(wsinv.hasToTag()).isTrue();
    assertThat(wsinv.value(HeaderName.MAX_FORWARDS)).isEqualTo("0068");
    assertThat(wsinv.maxForwards()).isEqualTo(68);

    SipRequest intmeth = request("rfc4475/intmeth");
    assertThat(intmeth.methodText()).isEqualTo("!interesting-Method0123456789_*+`.%indeed'~");
    assertThat(intmeth.uri().host()).isEqualTo("example.com");
    assertThat(intmeth.uri().user()).startsWith("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");

    SipRequest esc02 = request("rfc4475/esc02");
    assertThat(esc02.methodText()).isEqualTo("RE%47IST%45R");

    SipRequest dblreq = request("rfc4475/dblreq");
    assertThat(dblreq.method()).isEqualTo(Method.REGISTER);
    assertThat(dblreq.length()).isLessThan(message("rfc4475/dblreq").length);
    assertThat(new String(Splices.forward(dblreq), StandardCharsets.ISO_8859_1))
        .endsWith("Content-Length: 0\r\n\r\n")
        .doesNotContain("INVITE");
  }

  @Test
  void readsIpv6PortsAsWritten() {
    assertThat(request("rfc5118/port-ambiguous").uri().port()).isEqualTo(-1);
    assertThat(request("rfc5118/port-ambiguous").uri().host()).isEqualTo("[2001:db8::10:5070]");
    assertThat(request("rfc5118/port-unambiguous").uri().port()).isEqualTo(5070);
    assertThat(request("rfc5118/via-received-param-with-delim").via().received())
        .isEqualTo("2001:db8::9:255");
    assertThat(request("rfc5118/via-received-param-no-delim").via().received())
        .isEqualTo("2001:db8::9:255");
  }
}
