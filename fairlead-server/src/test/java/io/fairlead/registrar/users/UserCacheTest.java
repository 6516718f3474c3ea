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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UserCacheTest {
  private static final UserQuery ALICE = account("alice");

  private final ManualLoop loop = new ManualLoop();
  private final Source source = new Source();
  private final AtomicLong nowNs = new AtomicLong(1);
  private final UserCache cache = cache("ttl: 60s\nwaiting: 3\nunknown: 10");

  /** Users that can be slow or dead. Owned by one test. */
  private static final class Source implements UserSource {
    final Map<String, String> passwords = new ConcurrentHashMap<>(Map.of("alice", "first"));
    final AtomicInteger asked = new AtomicInteger();
    final Semaphore open = new Semaphore(1_000_000);
    volatile boolean dead;

    @Override
    public UserLookupResult find(UserQuery account) {
      asked.incrementAndGet();
      open.acquireUninterruptibly();
      String password = passwords.get(account.user());
      if (dead) {
        return new Failed("dead", true);
      }
      return password == null
          ? new Unknown()
          : new Found(Credentials.ofPassword(account, password));
    }

    @Override
    public void close() {}
  }

  private UserCache cache(String settings) {
    UserCacheSettings bound =
        ConfigBinder.bind(UserCacheSettings.class, YamlSource.of("test", settings)).orThrow();
    return new UserCache("phones", source, bound, new Meters(), nowNs::get);
  }

  private static UserQuery account(String user) {
    return new UserQuery(user, "a.org", "a.org", false);
  }

  private void pass(Duration time) {
    nowNs.addAndGet(time.toNanos());
  }

  private UserLookupResult ask(UserQuery account) {
    List<UserLookupResult> answers = new ArrayList<>();
    cache.ask(account, loop, answers::add);
    return await(answers, 1).getFirst();
  }

  private List<UserLookupResult> await(List<UserLookupResult> answers, int count) {
    while (answers.size() < count) {
      LockSupport.parkNanos(100_000);
      loop.runCommands();
    }
    return answers;
  }

  private static String password(@Nullable UserLookupResult answer, String... candidates) {
    for (String candidate : candidates) {
      byte[] wanted = Credentials.ofPassword(ALICE, candidate).md5();
      if (java.util.Arrays.equals(
          ((Found) Objects.requireNonNull(answer)).credentials().md5(), wanted)) {
        return candidate;
      }
    }
    throw new AssertionError("none of them");
  }

  @Test
  void remembersUsersAndNobodies() {
    assertThat(cache.now(ALICE)).isNull();
    ask(ALICE);
    ask(account("bob"));

    assertThat(cache.now(ALICE)).isInstanceOf(Found.class);
    assertThat(cache.now(account("bob"))).isInstanceOf(Unknown.class);
    assertThat(source.asked).hasValue(2);
    pass(Duration.ofSeconds(11));
    assertThat(cache.now(account("bob"))).isNull();
  }

  @Test
  void asksAgainInTheBackgroundForAUserInUse() {
    ask(ALICE);
    source.passwords.put("alice", "second");
    pass(Duration.ofSeconds(31));

    assertThat(password(cache.now(ALICE), "first", "second")).isEqualTo("first");
    while (password(cache.now(ALICE), "first", "second").equals("first")) {
      LockSupport.parkNanos(100_000);
    }
    assertThat(source.asked).hasValue(2);
  }

  @Test
  void asksBeforeItAnswersWhenTheTimeIsOver() {
    ask(ALICE);
    pass(Duration.ofSeconds(61));

    assertThat(cache.now(ALICE)).isNull();
    source.passwords.remove("alice");
    assertThat(ask(ALICE)).isInstanceOf(Unknown.class);
    assertThat(cache.now(ALICE)).isInstanceOf(Unknown.class);
  }

  @Test
  void letsUsersGoOnWhileTheSourceIsDead() {
    ask(ALICE);
    source.dead = true;
    pass(Duration.ofSeconds(61));
    assertThat(ask(ALICE)).isInstanceOf(Found.class);

    assertThat(cache.now(ALICE)).isInstanceOf(Found.class);
    assertThat(cache.now(account("bob"))).isInstanceOf(Failed.class);
    assertThat(source.asked).hasValue(2);
  }

  @Test
  void triesADeadSourceWithOneRequestAtATime() {
    source.dead = true;
    ask(ALICE);
    pass(Duration.ofSeconds(3));

    assertThat(cache.now(ALICE)).isNull();
    assertThat(cache.now(account("bob"))).isInstanceOf(Failed.class);
    source.dead = false;
    ask(ALICE);
    assertThat(cache.now(account("bob"))).isNull();
  }

  @Test
  void forgetsInTheEndWhatADeadSourceSaid() {
    ask(ALICE);
    source.dead = true;
    pass(Duration.ofHours(25));

    assertThat(ask(ALICE)).isInstanceOf(Failed.class);
  }

  @Test
  void asksOnceForManyRequestsOfOneUserAndBoundsThoseThatWait() {
    source.open.drainPermits();
    List<UserLookupResult> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      cache.ask(ALICE, loop, answers::add);
    }
    loop.runCommands();
    assertThat(answers).hasSize(2).hasOnlyElementsOfType(Failed.class);
    assertThat(cache.waiting()).isEqualTo(3);

    source.open.release(10);
    await(answers, 5);
    assertThat(answers.subList(2, 5)).hasOnlyElementsOfType(Found.class);
    assertThat(source.asked).hasValue(1);
    assertThat(cache.waiting()).isZero();
  }
}
