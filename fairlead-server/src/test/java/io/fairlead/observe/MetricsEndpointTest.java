// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsEndpointTest {
  private static final Pattern SAMPLE =
      Pattern.compile(
          "[a-z][a-z0-9_]*(\\{[a-z_]+=\"([^\"\\\\]|\\\\.)*\"(,[a-z_]+=\"([^\"\\\\]|\\\\.)*\")*\\})?"
              + " [0-9.E+-]+");

  private final Meters meters = new Meters();
  private final HttpClient client = HttpClient.newHttpClient();
  private MetricsEndpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    endpoint =
        MetricsEndpoint.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), meters);
  }

  @AfterEach
  void stop() {
    endpoint.close();
    client.close();
  }

  @Test
  void showsCountersGaugesAndHistograms() throws Exception {
    meters.counter(Meter.LISTENER_RECEIVED, "udp:127.0.0.5:5060").add(7);
    meters.counter(Meter.LISTENER_DROPPED, "udp:127.0.0.5:5060", "malformed").add(2);
    meters.gauge(Meter.LISTENER_CONNECTIONS, () -> 3, "tcp");
    assertThat(get("/metrics").body())
        .contains("# HELP fairlead_transport_messages_received_total Messages received.\n")
        .contains("# TYPE fairlead_transport_messages_received_total counter\n")
        .contains(
            "fairlead_transport_messages_received_total{listener=\"udp:127.0.0.5:5060\"} 7.0\n")
        .contains("{listener=\"udp:127.0.0.5:5060\",reason=\"malformed\"} 2.0\n")
        .contains("# TYPE fairlead_transport_connections gauge\n")
        .contains("fairlead_transport_connections{listener=\"tcp\"} 3.0\n");
  }

  @Test
  void escapesLabelsAndStaysReadableForAParser() throws Exception {
    meters.counter(Meter.LISTENER_RECEIVED, "a\"b\\c\nd").add();
    for (Meter meter : Meter.values()) {
      String[] labels = meter.labels().stream().map(label -> "x \"{},=\\").toArray(String[]::new);
      switch (meter.kind()) {
        case COUNTER -> meters.counter(meter, labels).add();
        case GAUGE -> meters.gauge(meter, () -> -1, labels);
        case HISTOGRAM -> meters.histogram(meter, labels).record(1);
      }
    }
    String page = get("/metrics").body();
    assertThat(page).contains("{listener=\"a\\\"b\\\\c\\nd\"} 1.0");
    assertThat(page.lines().filter(line -> !line.startsWith("#")))
        .isNotEmpty()
        .allMatch(line -> SAMPLE.matcher(line).matches());
    for (Meter meter : Meter.values()) {
      assertThat(page).contains("# HELP " + meter.text() + " ");
    }
  }

  @Test
  void readsTheMetersAnewForEveryScrape() throws Exception {
    Counter counter = meters.counter(Meter.JOURNAL_LINES);
    counter.add();
    assertThat(get("/metrics").body()).contains("fairlead_observe_journal_lines_total 1.0\n");
    counter.add();
    assertThat(get("/metrics").body()).contains("fairlead_observe_journal_lines_total 2.0\n");
  }

  @Test
  void leadsFromTheFirstPageToTheMetricsAndNowhereElse() throws Exception {
    assertThat(get("/").body()).contains("href=\"/metrics\"");
    assertThat(get("/other").statusCode()).isEqualTo(404);
  }

  @Test
  void saysWhenTheAddressIsTaken() {
    InetSocketAddress taken =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port());
    assertThatThrownBy(() -> MetricsEndpoint.start(taken, meters)).isInstanceOf(IOException.class);
  }

  @Test
  void namesEveryMeterByTheRules() {
    List<String> names = new ArrayList<>();
    for (Meter meter : Meter.values()) {
      names.add(meter.text());
      assertThat(meter.text()).matches("fairlead(_[a-z0-9]+){2,}");
      assertThat(meter.text().endsWith("_total")).isEqualTo(meter.kind() == Meter.Kind.COUNTER);
      assertThat(meter.text().endsWith("_seconds") || meter.kind() != Meter.Kind.HISTOGRAM)
          .isTrue();
      assertThat(meter.help()).endsWith(".");
    }
    assertThat(names).doesNotHaveDuplicates();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + endpoint.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
