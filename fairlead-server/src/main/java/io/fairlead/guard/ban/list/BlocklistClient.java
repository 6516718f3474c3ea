// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.list;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fairlead.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Asks an HTTP server for a list. The certificate of an https server is checked, and its name;
 * redirects are followed only where they do not leave https. Owned by the list's thread.
 */
final class BlocklistClient implements AutoCloseable {
  // A hundred thousand addresses of IPv6, one a line.
  private static final int LARGEST = 8 << 20;
  private static final int MOST_PAGES = 1000;

  private final BlocklistSettings settings;
  private final String url;
  private final HttpClient client;
  private String next = "";

  BlocklistClient(BlocklistSettings settings, String url) {
    this.settings = settings;
    this.url = url;
    client =
        HttpClient.newBuilder()
            .connectTimeout(settings.timeout())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  /**
   * What it has: all of it, or with pages what is new since the last time.
   *
   * @throws IOException when it does not answer, or with something else; the message does not have
   *     the key
   */
  BlocklistText read() throws IOException, InterruptedException {
    return switch (settings.format()) {
      case PLAIN -> new BlocklistText(settings.max()).plain(body(url));
      case APIBAN -> pages();
    };
  }

  private BlocklistText pages() throws IOException, InterruptedException {
    BlocklistText all = new BlocklistText(settings.max());
    Secret key = settings.key();
    String base = url.replaceFirst("/+$", "") + "/" + (key == null ? "" : key.text()) + "/banned";
    Set<String> seen = new LinkedHashSet<>();
    for (int page = 0; page < MOST_PAGES; page++) {
      String before = all.next();
      String at = before.isEmpty() ? next : before;
      if (!seen.add(at)) {
        break;
      }
      String text = body(at.isEmpty() ? base : base + "/" + at);
      if (all.apiban(text) == null) {
        throw new IOException("the answer is not what APIBAN gives");
      }
      if (all.next().equals(before)) {
        break;
      }
      if (!all.next().matches("[A-Za-z0-9_-]{1,64}")) {
        throw new IOException("the answer has an ID that is none");
      }
    }
    // What comes after the last page is asked for the next time.
    next = all.next().isEmpty() ? next : all.next();
    return all;
  }

  private String body(String address) throws IOException, InterruptedException {
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      throw new IOException("this makes no URL", e);
    }
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(settings.timeout())
            .header("Accept", "text/plain, application/json")
            .GET()
            .build();
    HttpResponse<String> response =
        client.send(request, BodyHandlers.limiting(BodyHandlers.ofString(UTF_8), LARGEST));
    // APIBAN says by 400 that there is nothing new, in the same form.
    boolean nothing = response.statusCode() == 400 && settings.format() == BlocklistFormat.APIBAN;
    if (response.statusCode() != 200 && !(nothing && response.body().contains("no new bans"))) {
      throw new IOException("the server answered " + response.statusCode());
    }
    return response.body();
  }

  @Override
  public void close() {
    client.shutdownNow();
    try {
      boolean _ = client.awaitTermination(Duration.ofMillis(100));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
