// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fairlead.loop.Loop;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.registrar.users.UserLookupResult.Failed;
import io.fairlead.registrar.users.UserLookupResult.Found;
import io.fairlead.registrar.users.UserLookupResult.Unknown;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of users without asking their source, and the one way to ask it: on virtual
 * threads, one question per user at a time, and no more of them than settings allow. A source that
 * failed is left alone for a while, during which users that were asked for before are taken as they
 * were.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class UserCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UserCache.class);
  private static final Unknown UNKNOWN = new Unknown();
  private static final Failed DEAD = new Failed("the source has just failed", true);
  private static final Failed FULL = new Failed("too many requests wait for the source", false);

  /** When the source may be tried again; 0 while it answers. */
  private final AtomicLong retryAtNs = new AtomicLong();

  private final AtomicInteger waiting = new AtomicInteger();
  private final ConcurrentMap<UserQuery, CompletableFuture<UserLookupResult>> asked =
      new ConcurrentHashMap<>();
  private final Cache<UserQuery, Known> known;
  private final Cache<UserQuery, Unknown> unknown;
  private final String registrar;
  private final UserSource source;
  private final UserCacheSettings settings;
  private final LongSupplier clockNs;
  private final Counter found;
  private final Counter none;
  private final Counter failed;

  /** Credentials and when the source gave them. */
  private record Known(Found answer, long atNs) {}

  /**
   * @param registrar the registrar whose users these are
   * @param clockNs any time that goes on steadily
   */
  public UserCache(
      String registrar,
      UserSource source,
      UserCacheSettings settings,
      Meters meters,
      LongSupplier clockNs) {
    this.registrar = registrar;
    this.source = source;
    this.settings = settings;
    this.clockNs = clockNs;
    known =
        Caffeine.newBuilder()
            .maximumSize(settings.users())
            .expireAfterWrite(settings.staleFor())
            .ticker(clockNs::getAsLong)
            .build();
    unknown =
        Caffeine.newBuilder()
            .maximumSize(settings.unknown())
            .expireAfterWrite(settings.unknownTtl())
            .ticker(clockNs::getAsLong)
            .build();
    found = meters.counter(Meter.REGISTRAR_USERS, registrar, "found");
    none = meters.counter(Meter.REGISTRAR_USERS, registrar, "unknown");
    failed = meters.counter(Meter.REGISTRAR_USERS, registrar, "failed");
  }

  /** What can be said without waiting, or null when the source must be asked. */
  public @Nullable UserLookupResult now(UserQuery account) {
    if (source.immediate()) {
      return source.find(account);
    }
    Known user = known.getIfPresent(account);
    if (user != null) {
      long age = clockNs.getAsLong() - user.atNs();
      if (age <= settings.ttl().toNanos()) {
        if (age > settings.ttl().toNanos() / 2) {
          refresh(account);
        }
        return user.answer();
      }
      return leftAlone() ? user.answer() : null;
    }
    if (unknown.getIfPresent(account) != null) {
      return UNKNOWN;
    }
    return leftAlone() ? DEAD : null;
  }

  /**
   * Asks the source.
   *
   * @param then gets the answer on the loop, after this method has returned
   */
  public void ask(UserQuery account, Loop loop, Consumer<UserLookupResult> then) {
    if (waiting.incrementAndGet() > settings.waiting()) {
      waiting.decrementAndGet();
      UserLookupResult now = orStale(account, FULL);
      loop.execute(() -> then.accept(now));
      return;
    }
    var _ =
        asked
            .computeIfAbsent(account, this::start)
            .thenAccept(answer -> {
              waiting.decrementAndGet();
              loop.execute(() -> then.accept(answer));
            });
  }

  /** How many requests wait. */
  int waiting() {
    return waiting.get();
  }

  private void refresh(UserQuery account) {
    if (asked.size() < settings.waiting() && !leftAlone()) {
      asked.computeIfAbsent(account, this::start);
    }
  }

  // True while the source has failed a moment ago; when that is over, false for one caller only,
  // who is to try it.
  private boolean leftAlone() {
    long at = retryAtNs.get();
    if (at == 0) {
      return false;
    }
    long now = clockNs.getAsLong();
    return now - at < 0 || !retryAtNs.compareAndSet(at, nextTry(now));
  }

  private long nextTry(long now) {
    long at = now + settings.retry().toNanos();
    return at == 0 ? 1 : at;
  }

  private CompletableFuture<UserLookupResult> start(UserQuery account) {
    CompletableFuture<UserLookupResult> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("fl-users-" + registrar)
        .start(() -> {
          UserLookupResult settled = orStale(account, remembered(account, asked(account)));
          asked.remove(account);
          answer.complete(settled);
        });
    return answer;
  }

  private UserLookupResult asked(UserQuery account) {
    try {
      return source.find(account);
    } catch (RuntimeException e) {
      LOG.error("registrar {}: a defect while asking for a user", registrar, e);
      return new Failed(e.toString(), false);
    }
  }

  private UserLookupResult remembered(UserQuery account, UserLookupResult answer) {
    switch (answer) {
      case Found user -> {
        found.add();
        known.put(account, new Known(user, clockNs.getAsLong()));
        unknown.invalidate(account);
        answers();
      }
      case Unknown nobody -> {
        none.add();
        unknown.put(account, nobody);
        known.invalidate(account);
        answers();
      }
      case Failed failure -> {
        failed.add();
        fails(failure);
      }
    }
    return answer;
  }

  private void answers() {
    if (retryAtNs.getAndSet(0) != 0) {
      LOG.info("registrar {}: the source of users answers again", registrar);
    }
  }

  private void fails(Failed failure) {
    if (!failure.dead()) {
      LOG.warn("registrar {}: a user cannot be asked for: {}", registrar, failure.why());
      return;
    }
    if (retryAtNs.getAndSet(nextTry(clockNs.getAsLong())) == 0) {
      LOG.warn(
          "registrar {}: the source of users does not answer: {}; users asked for before go on,"
              + " others get 500 until it does",
          registrar,
          failure.why());
    }
  }

  private UserLookupResult orStale(UserQuery account, UserLookupResult answer) {
    Known user = answer instanceof Failed ? known.getIfPresent(account) : null;
    return user == null ? answer : user.answer();
  }

  @Override
  public void close() {
    source.close();
  }
}
