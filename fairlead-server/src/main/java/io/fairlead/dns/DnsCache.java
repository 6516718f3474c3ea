// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import io.fairlead.dns.DnsAnswer.Outcome;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers of the DNS, bounded in number and lifetime, failures included (RFC 2308). Who asks what
 * is being asked waits for the same answer. While the DNS is down an old answer stays in use (RFC
 * 8767).
 *
 * <p>Shared: see docs/ownership.md.
 */
final class DnsCache {
  /**
   * An answer remembered.
   *
   * @param answer what was said
   * @param expiresNs until when it is used without a question
   * @param staleNs until when it is used while there is no other
   */
  record Entry(DnsAnswer answer, long expiresNs, long staleNs) {
    boolean fresh(long nowNs) {
      return nowNs - expiresNs < 0;
    }

    boolean usable(long nowNs) {
      return answer.outcome() != Outcome.FAILED && nowNs - staleNs < 0;
    }

    Entry until(long nextNs) {
      return new Entry(answer, nextNs, staleNs);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(DnsCache.class);

  private final DnsSettings settings;
  private final DnsResolver resolver;
  private final Executor elsewhere;
  private final ConcurrentHashMap<DnsQuestion, Entry> cache = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<DnsQuestion, CompletableFuture<Entry>> underWay =
      new ConcurrentHashMap<>();
  private final AtomicInteger free;
  private final AtomicBoolean failing = new AtomicBoolean();
  private final Counter[] outcomes = new Counter[Outcome.values().length];
  private final Counter stale;
  private final Counter refused;

  /**
   * @param elsewhere runs the resolver where blocking does no harm
   */
  DnsCache(DnsSettings settings, DnsResolver resolver, Executor elsewhere, Meters meters) {
    this.settings = settings;
    this.resolver = resolver;
    this.elsewhere = elsewhere;
    this.free = new AtomicInteger(settings.maxLookups());
    for (Outcome outcome : Outcome.values()) {
      String label = outcome.name().toLowerCase(java.util.Locale.ROOT);
      outcomes[outcome.ordinal()] = meters.counter(Meter.DNS_QUESTIONS, label);
    }
    refused = meters.counter(Meter.DNS_QUESTIONS, "refused");
    stale = meters.counter(Meter.DNS_STALE);
    meters.gauge(Meter.DNS_CACHED, cache::size);
  }

  /** What is remembered and may be used without a question, or null. */
  @Nullable Entry fresh(DnsQuestion question, long nowNs) {
    Entry entry = cache.get(question);
    return entry != null && entry.fresh(nowNs) ? entry : null;
  }

  /**
   * Asks, and tells on the loop, exactly once; before this returns when too much is being asked
   * already.
   */
  void ask(DnsQuestion question, Loop loop, Consumer<Entry> then) {
    CompletableFuture<Entry> mine = new CompletableFuture<>();
    CompletableFuture<Entry> other = underWay.putIfAbsent(question, mine);
    if (other == null && free.getAndDecrement() <= 0) {
      free.getAndIncrement();
      underWay.remove(question);
      refused.add();
      Entry old = cache.get(question);
      boolean usable = old != null && old.usable(loop.nowNs());
      Entry entry = old != null && usable ? old : refusal(question, loop.nowNs());
      mine.complete(entry);
      then.accept(entry);
      return;
    }
    Waiter waiter = new Waiter(question, loop, then);
    Entry old = cache.get(question);
    if (old != null && old.usable(loop.nowNs())) {
      loop.timers().schedule(waiter, settings.staleWait().toNanos());
    }
    CompletableFuture<Entry> answer = other == null ? mine : other;
    var _ = answer.thenAccept(entry -> loop.execute(() -> waiter.answer(entry)));
    if (other == null) {
      elsewhere.execute(() -> resolve(question, loop, mine));
    }
  }

  private Entry refusal(DnsQuestion question, long nowNs) {
    DnsAnswer answer =
        DnsAnswer.failed("too many look-ups under way to look for " + question.name());
    return new Entry(answer, nowNs, nowNs);
  }

  private void resolve(DnsQuestion question, Loop loop, CompletableFuture<Entry> future) {
    DnsAnswer answer;
    try {
      answer = resolver.ask(question);
    } catch (RuntimeException e) {
      LOG.error("the look-up of {} broke", question, e);
      answer = DnsAnswer.failed("the look-up broke: " + e.getMessage());
    }
    outcomes[answer.outcome().ordinal()].add();
    free.getAndIncrement();
    tell(question, answer);
    DnsAnswer said = answer;
    loop.execute(() -> {
      Entry entry = remember(question, said, loop.nowNs());
      underWay.remove(question);
      future.complete(entry);
    });
  }

  private void tell(DnsQuestion question, DnsAnswer answer) {
    boolean failed = answer.outcome() == Outcome.FAILED;
    if (failed && failing.compareAndSet(false, true)) {
      LOG.warn("the DNS fails: {}: {}; what is known stays in use", question, answer.why());
    } else if (!failed && failing.compareAndSet(true, false)) {
      LOG.info("the DNS answers again: {}", question);
    }
  }

  private Entry remember(DnsQuestion question, DnsAnswer answer, long nowNs) {
    Entry old = cache.get(question);
    Entry entry;
    if (answer.outcome() == Outcome.FAILED && old != null && old.usable(nowNs)) {
      stale.add();
      entry = old.until(nowNs + settings.staleTtl().toNanos());
    } else {
      long expiresNs = nowNs + ttl(answer).toNanos();
      entry = new Entry(answer, expiresNs, expiresNs + settings.stale().toNanos());
    }
    if (old == null && cache.size() >= settings.cacheSize()) {
      forget(nowNs);
    }
    cache.put(question, entry);
    return entry;
  }

  private Duration ttl(DnsAnswer answer) {
    return switch (answer.outcome()) {
      case FAILED -> settings.failureTtl();
      case NONE ->
          answer.ttl().isZero()
              ? settings.negativeTtl()
              : between(settings.minTtl(), answer.ttl(), settings.negativeTtl());
      case FOUND -> between(settings.minTtl(), answer.ttl(), settings.maxTtl());
    };
  }

  private static Duration between(Duration least, Duration value, Duration most) {
    Duration raised = value.compareTo(least) < 0 ? least : value;
    return raised.compareTo(most) > 0 ? most : raised;
  }

  // What is of no use any more first; then any, a tenth at a time, so that a full cache is not
  // walked for every name.
  private void forget(long nowNs) {
    cache.values().removeIf(entry -> !entry.fresh(nowNs) && !entry.usable(nowNs));
    int wanted = settings.cacheSize() - Math.max(1, settings.cacheSize() / 10);
    Iterator<DnsQuestion> questions = cache.keySet().iterator();
    for (int size = cache.size(); size > wanted && questions.hasNext(); size--) {
      questions.next();
      questions.remove();
    }
  }

  /** How many answers are remembered. */
  int size() {
    return cache.size();
  }

  /** One who waits, on its loop. */
  private final class Waiter extends Timer {
    private final DnsQuestion question;
    private final Loop loop;
    private final Consumer<Entry> then;
    private boolean answered;

    Waiter(DnsQuestion question, Loop loop, Consumer<Entry> then) {
      this.question = question;
      this.loop = loop;
      this.then = then;
    }

    void answer(Entry entry) {
      if (!answered) {
        answered = true;
        loop.timers().cancel(this);
        then.accept(entry);
      }
    }

    /** The DNS takes long: what was known before goes, for all who ask until it has answered. */
    @Override
    protected void onTimer() {
      Entry old = cache.get(question);
      if (old == null || !old.usable(loop.nowNs())) {
        return;
      }
      if (!old.fresh(loop.nowNs())) {
        stale.add();
        Entry longer = old.until(loop.nowNs() + settings.staleTtl().toNanos());
        cache.replace(question, old, longer);
        old = longer;
      }
      answer(old);
    }
  }
}
