// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps bindings in a Redis that several nodes share: what changes here is written there in batches
 * and told to the others, what others tell goes into the table, and after every loss all is read
 * and written again. Only its own thread waits for Redis. Shared: see docs/ownership.md.
 */
public final class RedisBindingStore implements BindingStore {
  private static final Logger LOG = LoggerFactory.getLogger(RedisBindingStore.class);

  private static final long PAUSE_MS = 50;
  private static final long CHECK_MS = 2_000;
  private static final long FIRST_RETRY_MS = 100;
  private static final long LAST_RETRY_MS = 5_000;
  private static final int BATCH = 500;
  private static final int HELD = 200_000;
  // Longer than a node that is cut off may hold an older state which still counts.
  private static final long TOMB_MS = Duration.ofHours(1).toMillis();
  private static final Duration START = Duration.ofSeconds(5);
  private static final Duration END = Duration.ofSeconds(5);

  private final String name;
  private final int database;
  private final int node;
  private final RedisClient client;
  private final Outbox outbox;
  private final RemoteChanges arrivals;
  private final Thread thread = Thread.ofPlatform().name("fl-store").daemon().unstarted(this::run);
  private final CountDownLatch opened = new CountDownLatch(1);

  private final Counter written;
  private final Counter losses;
  private final Counter dropped;

  private @Nullable Sink sink;
  private @Nullable RedisConnections link;
  private long retryMs = FIRST_RETRY_MS;
  private long checkedMs;
  private String mark = "";
  private boolean reported;
  private volatile boolean connected;
  private volatile boolean incomplete;
  private volatile boolean ending;

  /**
   * @param node this node's number, 1 to 255, another for each node
   */
  public RedisBindingStore(SharedStoreSettings settings, int node, Meters meters) {
    this(settings, node, meters, HELD);
  }

  /** With room for so many changes that Redis does not have yet. */
  RedisBindingStore(SharedStoreSettings settings, int node, Meters meters, int held) {
    RedisAddress address = settings.redis();
    if (address == null || node < 1 || node > BindingChange.MAX_NODE) {
      throw new IllegalStateException("no Redis, or no number of a node: " + node);
    }
    this.name = address.toString();
    this.database = address.database();
    this.node = node;
    this.client = RedisClient.create(RedisConnections.uri(address, settings));
    client.setOptions(RedisConnections.options());
    this.outbox = new Outbox(held);
    this.arrivals = new RemoteChanges(node, outbox, meters, held);
    this.written = meters.counter(Meter.REDIS_WRITTEN);
    this.losses = meters.counter(Meter.REDIS_LOSSES);
    this.dropped = meters.counter(Meter.REDIS_DROPPED);
    meters.gauge(Meter.REDIS_CONNECTED, () -> connected ? 1 : 0);
    meters.gauge(Meter.REDIS_UNSENT, outbox::size);
  }

  /**
   * Waits for what Redis has, but no longer than some seconds: without it, traffic is taken too.
   */
  @Override
  public void open(Sink into) {
    sink = into;
    arrivals.into(into);
    thread.start();
    try {
      if (!opened.await(START.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("{} has not given its bindings within {} s: going on", name, START.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- on the loops ----

  @Override
  public void changed(AddressOfRecord aor, long id, @Nullable Binding binding) {
    long atMs =
        binding == null || binding.origin().node() != node
            ? System.currentTimeMillis()
            : binding.renewal().atMs();
    if (!outbox.add(new BindingChange(BindingChange.version(atMs, node), id, aor, binding))) {
      // A binding is in the table, which is written as a whole when Redis is back; a removal is
      // not.
      incomplete = true;
      if (binding == null) {
        dropped.add();
      }
    }
  }

  // ---- on its own thread ----

  private void run() {
    while (!ending) {
      try {
        turn();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
      } catch (RuntimeException e) {
        onLost(e);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(retryMs));
        retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
      }
    }
    finish();
  }

  private void turn() {
    RedisConnections now = link;
    if (now == null) {
      connect();
      return;
    }
    if (incomplete || arrivals.missed()) {
      renew(now);
    }
    flush(now);
    long nowMs = System.currentTimeMillis();
    if (nowMs - checkedMs >= CHECK_MS || nowMs < checkedMs) {
      checkedMs = nowMs;
      String seen = now.mark();
      if (!seen.equals(mark)) {
        incomplete = true;
      }
      mark = seen;
    }
  }

  private void connect() {
    RedisConnections next =
        RedisConnections.open(
            client, database, RedisConnections.Kind.BINDINGS, arrivals::onMessage);
    link = next;
    long began = System.nanoTime();
    mark = next.mark();
    int own = renew(next);
    flush(next);
    LOG.info(
        "{} is there: {} bindings read, {} of this node written, {} ms",
        name,
        arrivals.scanned(),
        own,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    retryMs = FIRST_RETRY_MS;
    reported = false;
    connected = true;
    opened.countDown();
  }

  /** Reads all, then writes all that is this node's: what either side missed is there again. */
  private int renew(RedisConnections now) {
    incomplete = false;
    arrivals.beginScan();
    try {
      now.scan(arrivals::onScanned);
    } finally {
      arrivals.endScan();
    }
    return writeOwn(now);
  }

  private int writeOwn(RedisConnections now) {
    Sink table = sink;
    if (table == null) {
      return 0;
    }
    long nowMs = System.currentTimeMillis();
    List<BindingChange> batch = new ArrayList<>(BATCH);
    int[] count = {0};
    table.records((bytes, length) -> {
      BindingCodec.Entry entry = BindingCodec.read(bytes, 0, length);
      if (entry != null
          && entry.binding().origin().node() == node
          && entry.binding().holds(nowMs)) {
        Binding own = entry.binding();
        long version = BindingChange.version(own.renewal().atMs(), node);
        batch.add(new BindingChange(version, own.id(), entry.aor(), own));
        count[0]++;
      }
      if (batch.size() == BATCH) {
        write(now, batch);
        batch.clear();
      }
    });
    write(now, batch);
    return count[0];
  }

  private void flush(RedisConnections now) {
    List<BindingChange> batch = outbox.next(BATCH);
    while (!batch.isEmpty()) {
      write(now, batch);
      outbox.sent(batch, System.currentTimeMillis());
      batch = outbox.next(BATCH);
    }
  }

  private void write(RedisConnections now, List<BindingChange> batch) {
    now.write(batch, System.currentTimeMillis() + TOMB_MS);
    written.add(batch.size());
  }

  private void onLost(RuntimeException why) {
    RedisConnections broken = link;
    link = null;
    connected = false;
    if (broken != null) {
      broken.close();
    }
    if (!reported && !ending) {
      reported = true;
      losses.add();
      LOG.warn(
          "{} is lost, bindings are kept by this node alone until it is back: {}",
          name,
          reason(why));
    }
  }

  // The first line of the innermost cause: what Redis or the network said.
  private static String reason(Throwable why) {
    Throwable innermost = why;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String text = innermost instanceof TimeoutException ? why.getMessage() : innermost.getMessage();
    return String.valueOf(text).lines().findFirst().orElse("");
  }

  private void finish() {
    RedisConnections now = link;
    if (now != null) {
      try {
        flush(now);
      } catch (RuntimeException e) {
        LOG.warn("{}: {} changes were not written: {}", name, outbox.size(), reason(e));
      }
      now.close();
    }
    connected = false;
    client.shutdown(Duration.ZERO, RedisConnections.PATIENCE);
  }

  @Override
  public void close() {
    ending = true;
    LockSupport.unpark(thread);
    try {
      thread.join(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
