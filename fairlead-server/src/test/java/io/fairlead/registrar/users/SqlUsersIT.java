// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.YamlSource;
import io.fairlead.loop.ManualLoop;
import io.fairlead.observe.Meters;
import io.fairlead.registrar.users.UserLookupResult.Failed;
import io.fairlead.registrar.users.UserLookupResult.Found;
import io.fairlead.registrar.users.UserLookupResult.Unknown;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Users from a real PostgreSQL, with Kamailio's table. */
@Execution(ExecutionMode.SAME_THREAD)
class SqlUsersIT {
  private static final String MD5 = "0123456789abcdef0123456789abcdef";
  private static final String MD5B = "1123456789abcdef0123456789abcdef";
  private static final String SHA = MD5 + MD5;

  @TempDir static Path folder;

  private static PostgresProcess postgres;

  private final ManualLoop loop = new ManualLoop();

  @BeforeAll
  static void start() throws IOException, SQLException {
    postgres = new PostgresProcess(folder);
    postgres.sql(
        "create table subscriber (id serial primary key, username varchar(64) not null default '',"
            + " domain varchar(64) not null default '', password varchar(64) not null default '',"
            + " ha1 varchar(128) not null default '', ha1b varchar(128) not null default '')");
    postgres.sql(
        "insert into subscriber (username, domain, password, ha1, ha1b) values ('alice', 'a.org', '', '%s', '%s'), ('bob', 'a.org', 'secret', '', '')"
            .formatted(MD5, MD5B));
  }

  @AfterAll
  static void end() {
    postgres.close();
  }

  private static SqlUsers users(String more) {
    SqlUsersSettings settings =
        ConfigBinder.bind(
                SqlUsersSettings.class,
                YamlSource.of(
                    "test",
                    "url: %s\nuser: %s\npassword: %s\n%s"
                        .formatted(postgres.url(), postgres.user(), postgres.password(), more)))
            .orThrow();
    return new SqlUsers(settings, new UserTools("phones"));
  }

  private static UserQuery account(String user) {
    return new UserQuery(user, "a.org", "a.org", false);
  }

  @Test
  void readsTheTableOfKamailio() {
    try (SqlUsers users = users("")) {
      Credentials alice = ((Found) users.find(account("alice"))).credentials();
      assertThat(alice.md5()).asString().isEqualTo(MD5);
      assertThat(alice.sha256()).isNull();
      UserQuery qualified = new UserQuery("alice", "a.org", "a.org", true);
      assertThat(((Found) users.find(qualified)).credentials().md5()).asString().isEqualTo(MD5B);
      assertThat(users.find(account("bob")))
          .usingRecursiveComparison()
          .isEqualTo(new Found(Credentials.ofPassword(account("bob"), "secret")));
      assertThat(users.find(account("nobody"))).isInstanceOf(Unknown.class);
      assertThat(users.find(new UserQuery("alice", "b.org", "b.org", false)))
          .isInstanceOf(Unknown.class);
    }
  }

  @Test
  void asksAnyQueryAndTakesItsColumnsByName() {
    try (SqlUsers users =
        users(
            "query: \"select '%s' as HA1_SHA256, 'x' || {realm} as other where {user} = 'carol'\""
                .formatted(SHA))) {
      Credentials carol = ((Found) users.find(account("carol"))).credentials();
      assertThat(carol.sha256()).asString().isEqualTo(SHA);
      assertThat(carol.md5()).isNull();
    }
  }

  @Test
  void takesNoTextForSql() {
    try (SqlUsers users = users("")) {
      assertThat(users.find(account("' or '1' = '1"))).isInstanceOf(Unknown.class);
      assertThat(users.find(account("a\u0000b"))).isNotInstanceOf(Found.class);
      assertThat(users.find(account("alice"))).isInstanceOf(Found.class);
    }
  }

  @Test
  void saysWhichColumnsAreMissing() {
    try (SqlUsers users = users("query: \"select 1 as hash where {user} = {user}\"")) {
      assertThat(((Failed) users.find(account("alice"))).why()).contains("ha1_sha256");
    }
  }

  @Test
  void cachedUsersGoOnWhenTheDatabaseDiesAndItHealsByItself() throws IOException {
    UserCacheSettings settings =
        ConfigBinder.bind(UserCacheSettings.class, YamlSource.of("test", "ttl: 1s\nretry: 200ms"))
            .orThrow();
    try (UserCache cache =
        new UserCache(
            "phones", users("timeout: 500ms"), settings, new Meters(), System::nanoTime)) {
      assertThat(ask(cache, "alice")).isInstanceOf(Found.class);
      postgres.kill();
      try {
        assertThat(ask(cache, "bob")).isInstanceOf(Failed.class);
        assertThat(ask(cache, "alice")).isInstanceOf(Found.class);
        assertThat(cache.now(account("alice"))).isInstanceOf(Found.class);
      } finally {
        postgres.start();
      }
      UserLookupResult bob = ask(cache, "bob");
      for (int i = 0; i < 100 && bob instanceof Failed; i++) {
        LockSupport.parkNanos(50_000_000);
        bob = ask(cache, "bob");
      }
      assertThat(bob).isInstanceOf(Found.class);
    }
  }

  private UserLookupResult ask(UserCache cache, String user) {
    List<UserLookupResult> answers = new ArrayList<>();
    cache.ask(account(user), loop, answers::add);
    while (answers.isEmpty()) {
      LockSupport.parkNanos(1_000_000);
      loop.runCommands();
    }
    return answers.getFirst();
  }
}
