// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fairlead.config.Secret;
import io.fairlead.config.SettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUsersTest {
  private static final UserQuery ALICE = new UserQuery("alice", "a.org", "a.org", false);
  private static final String MD5 = "0123456789abcdef0123456789abcdef";

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private volatile int status = 200;
  private volatile String body = "{}";
  private HttpServer server;
  private HttpUsers users;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/{realm}/{user}?d={domain}";
    users =
        new HttpUsers(
            new HttpUsersSettings(url, Secret.of("t0ken"), Duration.ofSeconds(5)),
            new UserTools("phones"));
  }

  @AfterEach
  void stop() {
    users.close();
    server.stop(0);
  }

  @Test
  void asksWithNameAndTokenAndReadsTheHash() {
    body = "{\"ha1\": \"" + MD5 + "\"}";

    UserLookupResult answer = users.find(new UserQuery("a/b c?", "a.org", "r", false));

    assertThat(((UserLookupResult.Found) answer).credentials().md5()).asString().isEqualTo(MD5);
    assertThat(asked).containsExactly("/r/a%2Fb%20c%3F?d=a.org Bearer t0ken");
  }

  @Test
  void hashesAPassword() {
    body = "{\"password\": \"secret\"}";

    assertThat(users.find(ALICE))
        .usingRecursiveComparison()
        .isEqualTo(new UserLookupResult.Found(Credentials.ofPassword(ALICE, "secret")));
  }

  @ParameterizedTest
  @CsvSource({
    "404, '', Unknown",
    "200, '{}', Unknown",
    "200, 'hello', Failed",
    "200, '', Failed",
    "500, '', Failed",
    "302, '', Failed",
    "401, '', Failed",
  })
  void tellsNobodyFromNoAnswer(int code, String text, String answer) {
    status = code;
    body = text;

    assertThat(users.find(ALICE).getClass().getSimpleName()).isEqualTo(answer);
  }

  @Test
  void whatIsSaidOfOneNameEndsNothing() {
    status = 400;

    assertThat(users.find(ALICE))
        .isEqualTo(new UserLookupResult.Failed("the HTTP server answered 400", false));
    assertThat(users.find(new UserQuery("..", "a.org", "r", false)))
        .isEqualTo(new UserLookupResult.Unknown());
  }

  @Test
  void boundsTheBody() {
    body = "{\"password\": \"" + "a".repeat(20_000) + "\"}";

    assertThat(users.find(ALICE)).isInstanceOf(UserLookupResult.Failed.class);
  }

  @Test
  void aServerThatIsGoneIsAnAnswer() {
    server.stop(0);

    assertThat(((UserLookupResult.Failed) users.find(ALICE)).dead()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://h/{user}", "http://h/", "http://u:p@h/{user}", "http://h /{user}"})
  void refusesOtherUrls(String url) {
    assertThatThrownBy(() -> new HttpUsersSettings(url, null, Duration.ofSeconds(2)))
        .isInstanceOf(SettingException.class);
  }
}
