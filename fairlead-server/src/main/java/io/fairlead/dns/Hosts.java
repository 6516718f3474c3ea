// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of host names: a bounded cache over a resolver that blocks. Requests for a name that is
 * being looked up wait for the same answer.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class Hosts {
  /**
   * What was found.
   *
   * @param addresses best first; empty when there are none
   * @param why there are none
   */
  record Answer(List<InetAddress> addresses, String why) {}

  /**
   * An answer remembered.
   *
   * @param answer what was found
   * @param expiresNs until when it is used
   */
  record Cached(Answer answer, long expiresNs) {}

  private final DnsSettings settings;
  private final Resolver resolver;
  private final ConcurrentHashMap<String, Cached> cache = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, CompletableFuture<Answer>> underWay =
      new ConcurrentHashMap<>();
  private final AtomicInteger free;
  // Not virtual threads: the JDK resolves in native code, which holds the carrier thread, so that a
  // DNS server that does
  // not answer would stop every virtual thread of the process.
  private final ExecutorService threads;

  Hosts(DnsSettings settings, Resolver resolver) {
    this.settings = settings;
    this.resolver = resolver;
    this.free = new AtomicInteger(settings.maxLookups());
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().name("fl-dns-", 0).daemon().factory());
  }

  /** What is remembered of a name, or null. */
  @Nullable Cached cached(String host, long nowNs) {
    Cached cached = cache.get(host);
    return cached != null && nowNs - cached.expiresNs() < 0 ? cached : null;
  }

  /** Looks a name up and tells, on the loop and exactly once. */
  void lookup(String host, Loop loop, Consumer<Answer> then) {
    CompletableFuture<Answer> mine = new CompletableFuture<>();
    CompletableFuture<Answer> other = underWay.putIfAbsent(host, mine);
    if (other == null && free.getAndDecrement() <= 0) {
      free.getAndIncrement();
      underWay.remove(host);
      Answer refused = failure("too many look-ups under way to look for " + host);
      mine.complete(refused);
      then.accept(refused);
      return;
    }
    Waiter waiter = new Waiter(host, then);
    loop.timers().schedule(waiter, settings.timeout().toNanos());
    CompletableFuture<Answer> answer = other == null ? mine : other;
    var _ = answer.thenAccept(a -> loop.execute(() -> waiter.answer(a, loop)));
    if (other == null) {
      threads.execute(() -> resolve(host, loop, mine));
    }
  }

  void close() {
    threads.shutdownNow();
  }

  private void resolve(String host, Loop loop, CompletableFuture<Answer> future) {
    Answer answer = ask(host);
    free.getAndIncrement();
    loop.execute(() -> {
      remember(host, answer, loop.nowNs());
      underWay.remove(host);
      future.complete(answer);
    });
  }

  private Answer ask(String host) {
    try {
      List<InetAddress> addresses = resolver.resolve(host);
      return addresses.isEmpty() ? failure("no address for " + host) : new Answer(addresses, "");
    } catch (UnknownHostException e) {
      return failure("no address for " + host);
    } catch (RuntimeException e) {
      return failure("the look-up of " + host + " failed: " + e.getMessage());
    }
  }

  private static Answer failure(String why) {
    return new Answer(List.of(), why);
  }

  private void remember(String host, Answer answer, long nowNs) {
    if (cache.size() >= settings.cacheSize()) {
      forget(nowNs);
    }
    boolean negative = answer.addresses().isEmpty();
    long ttlNs = (negative ? settings.negativeTtl() : settings.ttl()).toNanos();
    cache.put(host, new Cached(answer, nowNs + ttlNs));
  }

  // Expired names first; then any, a tenth at a time, so that a full cache is not walked for every
  // name.
  private void forget(long nowNs) {
    cache.values().removeIf(cached -> nowNs - cached.expiresNs() >= 0);
    int wanted = settings.cacheSize() - Math.max(1, settings.cacheSize() / 10);
    Iterator<String> names = cache.keySet().iterator();
    for (int size = cache.size(); size > wanted && names.hasNext(); size--) {
      names.next();
      names.remove();
    }
  }

  /** How many names are remembered. */
  int size() {
    return cache.size();
  }

  /** One request waiting, on its loop. */
  private static final class Waiter extends Timer {
    private final String host;
    private final Consumer<Answer> then;
    private boolean answered;

    Waiter(String host, Consumer<Answer> then) {
      this.host = host;
      this.then = then;
    }

    void answer(Answer answer, Loop loop) {
      if (!answered) {
        answered = true;
        loop.timers().cancel(this);
        then.accept(answer);
      }
    }

    @Override
    protected void onTimer() {
      answered = true;
      then.accept(failure("the look-up of " + host + " took too long"));
    }
  }
}
