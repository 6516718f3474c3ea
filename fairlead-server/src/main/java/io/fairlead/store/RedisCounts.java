// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.store.SharedCounts.NodeCount;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other nodes by a Redis what this node has counted, and hears what they have. Each node
 * has a hash there that ends by itself when the node does, for those who come later, and changes go
 * by a channel. Who counts reads memory only: without Redis each node counts for itself.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class RedisCounts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisCounts.class);

  private static final long BEAT_NS = 1_000_000_000L;
  private static final long FIRST_RETRY_NS = 100_000_000L;
  private static final long LAST_RETRY_NS = 5_000_000_000L;
  private static final int BATCH = 500;
  private static final int HEARD = 10_000;
  private static final int MOST = 1_000_000;

  private final SharedCounts local;
  private final RemoteCounts remote;
  private final String name;
  private final String node;
  private final int database;
  private final long settleNs;
  private final RedisClient client;
  private final Queue<byte[]> heard = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Thread thread = Thread.ofPlatform().name("fl-limits").daemon().unstarted(this::run);

  private @Nullable CountConnections link;
  private long beatNs;
  private long triedNs;
  private long retryNs = FIRST_RETRY_NS;
  private long lostNs;
  private boolean warned;
  private boolean alone = true;
  private volatile boolean missed;
  private volatile boolean connected;
  private volatile boolean ending;

  /**
   * @param node this node's name, another for each node
   * @param settle how often changes are told
   */
  public RedisCounts(
      SharedStoreSettings settings,
      String node,
      Duration settle,
      SharedCounts local,
      Meters meters) {
    RedisAddress address = settings.redis();
    if (address == null) {
      throw new IllegalStateException("no Redis");
    }
    this.local = local;
    this.node = node;
    this.name = address.toString();
    this.database = address.database();
    this.settleNs = settle.toNanos();
    this.remote = new RemoteCounts(local, node, MOST);
    this.client = RedisClient.create(RedisConnections.uri(address, settings));
    client.setOptions(RedisConnections.options());
    meters.gauge(Meter.GUARD_LIMIT_SHARED, () -> connected ? 1 : 0);
  }

  /** Begins; waits for nobody. */
  public void start() {
    long nowNs = System.nanoTime();
    lostNs = nowNs;
    triedNs = nowNs - LAST_RETRY_NS;
    thread.start();
  }

  /** A change should be told at once. Any thread. */
  public void hurry() {
    LockSupport.unpark(thread);
  }

  // ---- on a thread of the Redis client ----

  private void onMessage(byte[] message) {
    if (waiting.incrementAndGet() > HEARD) {
      // Too much at once: all of it is read anew.
      waiting.decrementAndGet();
      missed = true;
    } else {
      heard.add(message);
    }
    LockSupport.unpark(thread);
  }

  // ---- on its own thread ----

  private void run() {
    while (!ending) {
      try {
        turn(System.nanoTime());
      } catch (RuntimeException e) {
        lost(e);
      }
      LockSupport.parkNanos(this, settleNs);
    }
    end();
  }

  private void turn(long nowNs) {
    if (link == null && nowNs - triedNs >= retryNs) {
      triedNs = nowNs;
      connect(nowNs);
    }
    CountConnections open = link;
    if (open == null) {
      if (!alone && nowNs - lostNs > RemoteCounts.SILENCE_NS) {
        alone = true;
        remote.forgetAll();
      }
      return;
    }
    hear(nowNs);
    boolean beat = nowNs - beatNs >= BEAT_NS;
    tell(open, beat);
    if (beat) {
      beatNs = nowNs;
      remote.bury(nowNs);
      remote.again();
    }
  }

  private void connect(long nowNs) {
    CountConnections open = CountConnections.open(client, database, node, this::onMessage);
    link = open;
    missed = false;
    List<NodeCount> all = new ArrayList<>();
    local.changed(ignored -> {});
    local.all(all::add);
    open.write(all, true);
    open.others((from, values) -> remote.take(from, true, values, nowNs));
    beatNs = nowNs;
    retryNs = FIRST_RETRY_NS;
    alone = false;
    connected = true;
    if (warned) {
      LOG.info("{}: limits of the cluster are counted together again", name);
    }
    warned = false;
  }

  private void hear(long nowNs) {
    if (missed) {
      throw new RedisUnavailableException("more was told than could be taken", null);
    }
    for (byte[] each = heard.poll(); each != null; each = heard.poll()) {
      waiting.decrementAndGet();
      remote.heard(each, nowNs);
    }
  }

  private void tell(CountConnections open, boolean beat) {
    List<NodeCount> changes = new ArrayList<>();
    local.changed(changes::add);
    for (int i = 0; i < changes.size(); i += BATCH) {
      open.write(changes.subList(i, Math.min(changes.size(), i + BATCH)), false);
    }
    if (beat) {
      open.beat();
    }
  }

  private void lost(RuntimeException why) {
    CountConnections gone = link;
    link = null;
    if (connected) {
      lostNs = System.nanoTime();
    }
    connected = false;
    heard.clear();
    waiting.set(0);
    if (gone != null) {
      gone.close();
    } else {
      retryNs = Math.min(retryNs * 2, LAST_RETRY_NS);
    }
    if (!warned) {
      warned = true;
      LOG.warn(
          "{}: {}; limits with `scope: cluster` are counted by each node for itself until it is"
              + " back",
          name,
          String.valueOf(why.getMessage()));
    }
  }

  private void end() {
    CountConnections open = link;
    if (open != null) {
      try {
        open.leave();
      } catch (RuntimeException e) {
        LOG.debug("{}: the counts of this node end by themselves", name, e);
      }
      open.close();
    }
  }

  /** Gives back what this node counted, where Redis still answers. */
  @Override
  public void close() {
    ending = true;
    LockSupport.unpark(thread);
    try {
      thread.join(RedisConnections.PATIENCE.toMillis() * 2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.shutdown(Duration.ZERO, RedisConnections.PATIENCE);
  }
}
