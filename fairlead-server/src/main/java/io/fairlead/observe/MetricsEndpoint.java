// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import com.sun.net.httpserver.HttpExchange;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * The HTTP server of the Prometheus page {@code /metrics}, and a small page at {@code /} that leads
 * there.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class MetricsEndpoint implements AutoCloseable {
  private static final String PAGE =
      "<!DOCTYPE html><html lang=\"en\"><title>Fairlead</title><h1>Fairlead</h1>"
          + "<p><a href=\"/metrics\">Metrics</a> in the format of Prometheus.</p></html>\n";

  private final HTTPServer server;

  private MetricsEndpoint(HTTPServer server) {
    this.server = server;
  }

  /**
   * Starts serving.
   *
   * @param address where to listen; port 0 takes a free one
   * @throws IOException when it cannot listen there
   */
  public static MetricsEndpoint start(InetSocketAddress address, Meters meters) throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(new PrometheusExposition(meters));
    if (address.isUnresolved()) {
      throw new IOException("the name " + address.getHostString() + " has no address");
    }
    return new MetricsEndpoint(
        HTTPServer.builder()
            .inetAddress(address.getAddress())
            .port(address.getPort())
            .registry(registry)
            .registerHealthHandler(false)
            .defaultHandler(MetricsEndpoint::page)
            .buildAndStart());
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.stop();
  }

  private static void page(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean root = exchange.getRequestURI().getPath().equals("/");
      byte[] body = (root ? PAGE : "Not found\n").getBytes(StandardCharsets.UTF_8);
      exchange
          .getResponseHeaders()
          .set("Content-Type", root ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(root ? 200 : 404, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
