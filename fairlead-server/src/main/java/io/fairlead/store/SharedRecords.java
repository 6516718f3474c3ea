// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fairlead.observe.Counter;
import io.lettuce.core.RedisClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small records that nodes share by Redis, of which the newest version counts: what is put here is
 * written there and told to the others, what others tell is heard, and after every loss all is read
 * and written again. A Redis that is dead costs nothing but the sharing, which is said once.
 * Shared: see docs/ownership.md.
 */
public final class SharedRecords implements AutoCloseable {
  /**
   * One record.
   *
   * @param id whose it is
   * @param atMs when it was so, epoch milliseconds: of two the later counts
   * @param untilMs when it is forgotten
   * @param text what is said
   */
  public record Entry(String id, long atMs, long untilMs, String text) {}

  /** Hears what the others say, and what was put here. On a thread that may not wait long. */
  public interface Listener {
    /** A record, also one that is known. */
    void onRecord(long atMs, String text);
  }

  private static final Logger LOG = LoggerFactory.getLogger(SharedRecords.class);
  private static final int WAITING = 50_000;
  private static final int BATCH = 500;
  private static final long CHECK_MS = 2_000;
  private static final long FIRST_RETRY_MS = 100;
  private static final long LAST_RETRY_MS = 5_000;
  private static final Duration END = Duration.ofSeconds(5);

  private final String name;
  private final int database;
  private final int node;
  private final RedisClient client;
  private final Counter losses;
  private final Supplier<Collection<Entry>> own;
  private final Listener listener;
  private final LinkedBlockingQueue<Entry> unsent = new LinkedBlockingQueue<>(WAITING);
  private final Thread thread = Thread.ofPlatform().name("fl-shared").daemon().unstarted(this::run);
  private @Nullable RedisConnections link;
  private String mark = "";
  private boolean reported;
  private volatile boolean incomplete;
  private volatile boolean ending;

  private SharedRecords(
      SharedStoreSettings settings,
      int node,
      Counter losses,
      Supplier<Collection<Entry>> own,
      Listener listener) {
    RedisAddress address = settings.redis();
    if (address == null) {
      throw new IllegalStateException("no Redis");
    }
    this.name = address.toString();
    this.database = address.database();
    this.node = node;
    this.losses = losses;
    this.own = own;
    this.listener = listener;
    this.client = RedisClient.create(RedisConnections.uri(address, settings));
    client.setOptions(RedisConnections.options());
  }

  /**
   * Begins to share bans.
   *
   * @param node this node's number
   * @param own what this node has to say, whenever Redis is there again
   */
  public static SharedRecords bans(
      SharedStoreSettings settings,
      int node,
      Counter losses,
      Supplier<Collection<Entry>> own,
      Listener listener) {
    SharedRecords made = new SharedRecords(settings, node, losses, own, listener);
    made.thread.start();
    return made;
  }

  /** Says something. Any thread; never waits. */
  public void put(Entry entry) {
    // Without room all is written again when Redis is there.
    if (!unsent.offer(entry)) {
      incomplete = true;
    }
  }

  private void run() {
    long retryMs = FIRST_RETRY_MS;
    while (!ending) {
      try {
        RedisConnections now = link == null ? connect() : link;
        retryMs = FIRST_RETRY_MS;
        turn(now);
      } catch (RuntimeException e) {
        lost(e);
        pause(retryMs);
        retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
      }
    }
    // The end was said by an interrupt; closing waits.
    boolean _ = Thread.interrupted();
    RedisConnections last = link;
    if (last != null) {
      last.close();
    }
    client.shutdown(Duration.ZERO, RedisConnections.PATIENCE);
  }

  private void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ending = true;
    }
  }

  private RedisConnections connect() {
    RedisConnections next =
        RedisConnections.open(client, database, RedisConnections.Kind.BANS, this::heard);
    link = next;
    mark = next.mark();
    renew(next);
    LOG.info("{} is there, bans are shared", name);
    reported = false;
    return next;
  }

  private void renew(RedisConnections now) {
    incomplete = false;
    now.scan(this::heard);
    write(now, List.copyOf(own.get()));
  }

  // Looks after the connections when there is nothing to write.
  private void turn(RedisConnections now) {
    Entry first;
    try {
      first = unsent.poll(CHECK_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ending = true;
      return;
    }
    if (first != null) {
      List<Entry> batch = new ArrayList<>(List.of(first));
      unsent.drainTo(batch, BATCH - 1);
      write(now, batch);
      return;
    }
    String seen = now.mark();
    if (incomplete || !seen.equals(mark)) {
      mark = seen;
      renew(now);
    }
  }

  private void write(RedisConnections now, List<Entry> entries) {
    for (int from = 0; from < entries.size(); from += BATCH) {
      List<RedisConnections.Row> rows = new ArrayList<>();
      for (Entry each : entries.subList(from, Math.min(entries.size(), from + BATCH))) {
        byte[] text = each.text().getBytes(UTF_8);
        byte[] bytes =
            ByteBuffer.allocate(Long.BYTES + text.length)
                .putLong(BindingChange.version(each.atMs(), node))
                .put(text)
                .array();
        rows.add(new RedisConnections.Row(each.id(), bytes, each.untilMs()));
      }
      now.write(rows);
    }
  }

  private void heard(byte[] bytes) {
    if (bytes.length > Long.BYTES) {
      long atMs = BindingChange.atMs(ByteBuffer.wrap(bytes).getLong());
      listener.onRecord(atMs, new String(bytes, Long.BYTES, bytes.length - Long.BYTES, UTF_8));
    }
  }

  private void lost(RuntimeException why) {
    RedisConnections broken = link;
    link = null;
    if (broken != null) {
      broken.close();
    }
    if (!reported && !ending) {
      reported = true;
      losses.add();
      LOG.warn("{} is lost, bans are this node's alone until it is back: {}", name, reason(why));
    }
  }

  private static String reason(Throwable why) {
    Throwable innermost = why;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return String.valueOf(innermost.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    ending = true;
    thread.interrupt();
    try {
      thread.join(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
