// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fairlead.config.Plugin;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Users from an HTTP server, asked one by one. Shared: see docs/ownership.md. */
final class HttpUsers implements UserSource {
  static final Plugin<HttpUsersSettings, UserTools, UserSource> KIND =
      new Plugin<>(
          "http", "An HTTP server that answers in JSON.", HttpUsersSettings.class, HttpUsers::new);

  private static final int LARGEST = 16 * 1024;

  private final HttpUsersSettings settings;
  private final HttpClient client;

  HttpUsers(HttpUsersSettings settings, UserTools tools) {
    this.settings = settings;
    client =
        HttpClient.newBuilder()
            .connectTimeout(settings.timeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(
                Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("fl-http-" + tools.registrar()).factory()))
            .build();
  }

  @Override
  public UserLookupResult find(UserQuery account) {
    // As a step of a path these would lead elsewhere, escaped or not.
    if (account.user().equals(".") || account.user().equals("..")) {
      return new UserLookupResult.Unknown();
    }
    try {
      return read(
          account,
          client.send(
              request(account), BodyHandlers.limiting(BodyHandlers.ofString(UTF_8), LARGEST)));
    } catch (IOException e) {
      return new UserLookupResult.Failed(e.toString(), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new UserLookupResult.Failed("interrupted", false);
    }
  }

  private HttpRequest request(UserQuery account) {
    String url =
        HttpUsersSettings.filled(
            settings.url(),
            encoded(account.user()),
            encoded(account.domain()),
            encoded(account.realm()));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(settings.timeout())
            .header("Accept", "application/json")
            .GET();
    if (settings.token() != null) {
      request.header("Authorization", "Bearer " + settings.token().text());
    }
    return request.build();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private static UserLookupResult read(UserQuery account, HttpResponse<String> response) {
    int status = response.statusCode();
    if (status == 404) {
      return new UserLookupResult.Unknown();
    }
    if (status != 200) {
      // What the server says of this request says nothing about the next one.
      boolean ofThisUser = status == 400 || status == 414 || status == 422;
      return new UserLookupResult.Failed("the HTTP server answered " + status, !ofThisUser);
    }
    Map<String, String> fields = FlatJsonReader.read(response.body());
    return fields == null
        ? new UserLookupResult.Failed("the HTTP server's answer is no JSON object", true)
        : user(account, fields);
  }

  private static UserLookupResult user(UserQuery account, Map<String, String> fields) {
    @Nullable String md5 = account.qualified() ? null : fields.get("ha1");
    @Nullable String sha256 = account.qualified() ? null : fields.get("ha1_sha256");
    Credentials credentials = Credentials.of(account, md5, sha256, fields.get("password"));
    return credentials == null
        ? new UserLookupResult.Unknown()
        : new UserLookupResult.Found(credentials);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
