// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps bindings in a folder: a journal of changes, and a snapshot of all that is written when the
 * journal has outgrown the last one. One thread writes, every {@value #BATCH_MS} ms. Shared: see
 * docs/ownership.md.
 */
public final class FileBindingStore implements BindingStore {
  /*
   * A snapshot is taken while changes go on: first a new journal is begun, then the table is read.
   * What changes meanwhile may be in the snapshot, and is in the new journal, which is read after
   * it. A change that found the queue full or the disk unwilling leaves a gap; the next snapshot,
   * with a journal begun after the gap, closes it.
   */

  private static final Logger LOG = LoggerFactory.getLogger(FileBindingStore.class);
  private static final int QUEUE = 1 << 16;
  private static final long BATCH_MS = 100;
  private static final long RETRY_MS = 5000;
  private static final long CLOSE_MS = 10_000;
  private static final long LEAST_JOURNAL = 8 << 20;
  private static final int SNAPSHOT_SYNC = 8 << 20;
  private static final int SNAPSHOT_LOOK = 256;

  private final JournalFolder folder;
  private final long syncMs;
  private final LongSupplier clock;
  // Changes on their way to the writer, each an entry of the journal.
  private final ConcurrentLinkedQueue<byte[]> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Counter kept;
  private final Counter missed;
  private final Counter failures;
  private final Counter snapshots;
  private final Counter badRecords;

  private volatile boolean gap;
  private volatile boolean closing;
  private @Nullable Sink sink;
  private @Nullable Thread writer;

  // The writer's own.
  private @Nullable JournalWriter journal;
  private long snapshotSize;
  private boolean retired;
  private boolean failing;
  private long retryMs;
  private long syncedMs;

  /**
   * A keeper that is not open yet.
   *
   * @param folder where the files are; made when it is not there
   * @param clock epoch milliseconds
   */
  public FileBindingStore(Path folder, StoreSettings settings, LongSupplier clock, Meters meters) {
    this.folder = new JournalFolder(folder);
    this.syncMs = settings.sync().toMillis();
    this.clock = clock;
    kept = meters.counter(Meter.STORE_KEPT);
    missed = meters.counter(Meter.STORE_MISSED);
    failures = meters.counter(Meter.STORE_FAILURES);
    snapshots = meters.counter(Meter.STORE_SNAPSHOTS);
    badRecords = meters.counter(Meter.STORE_BAD_RECORDS);
  }

  @Override
  public void open(Sink to) {
    sink = to;
    try {
      JournalFolder.Loaded loaded = folder.load(new Load(to));
      snapshotSize = loaded.snapshotSize();
      retired = loaded.retired();
      journal = folder.journal(loaded);
      if (!loaded.whole()) {
        gap = true;
      }
    } catch (IOException e) {
      failed(e);
    }
    Thread thread = Thread.ofPlatform().name("fl-bindings").daemon().unstarted(this::run);
    writer = thread;
    thread.start();
  }

  @Override
  public void changed(AddressOfRecord aor, long id, @Nullable Binding binding) {
    if (binding != null) {
      byte[] record = BindingCodec.bytes(aor, binding.withId(id));
      stored(record, record.length);
    } else if (hasRoom()) {
      byte[] of = aor.bytes();
      byte[] entry = new byte[1 + Long.BYTES + of.length];
      ByteBuffer.wrap(entry).put((byte) JournalWriter.REMOVE).putLong(id).put(of);
      queue.add(entry);
    }
  }

  @Override
  public void stored(byte[] record, int length) {
    if (hasRoom()) {
      byte[] entry = new byte[1 + length];
      entry[0] = JournalWriter.PUT;
      System.arraycopy(record, 0, entry, 1, length);
      queue.add(entry);
    }
  }

  /** Takes a place in the queue; without one there is a gap. */
  private boolean hasRoom() {
    if (waiting.getAndIncrement() < QUEUE) {
      return true;
    }
    waiting.getAndDecrement();
    missed.add();
    gap = true;
    return false;
  }

  /** Writes what waits and ends the writer; waits for it for a bounded time. */
  @Override
  public void close() {
    closing = true;
    Thread thread = writer;
    if (thread == null) {
      return;
    }
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closing) {
      LockSupport.parkNanos(this, BATCH_MS * 1_000_000);
      turn();
    }
    syncedMs = 0;
    retryMs = 0;
    turn();
    shut();
    folder.close();
  }

  private void turn() {
    try {
      if (!failing || clock.getAsLong() >= retryMs) {
        write();
        JournalWriter open = journal;
        boolean outgrown = open != null && open.size() > Math.max(LEAST_JOURNAL, snapshotSize);
        if (gap || retired || outgrown || open == null) {
          snapshot();
        }
        recovered();
      } else {
        discard();
      }
    } catch (IOException | UncheckedIOException e) {
      failed(e);
    }
  }

  /** Takes the changes that wait into the journal. */
  private void write() throws IOException {
    JournalWriter open = journal;
    if (open == null) {
      discard();
      return;
    }
    int limit = waiting.get();
    int count = 0;
    try {
      for (byte[] entry = poll(count, limit); entry != null; entry = poll(count, limit)) {
        count++;
        open.entry(entry);
      }
    } finally {
      waiting.addAndGet(-count);
    }
    kept.add(count);
    open.flush();
    long now = clock.getAsLong();
    if (now - syncedMs >= syncMs || now < syncedMs) {
      open.sync();
      syncedMs = now;
    }
  }

  /** The next change, null when there is none or enough were taken. */
  private byte @Nullable [] poll(int taken, int limit) {
    return taken < limit ? queue.poll() : null;
  }

  /** Changes that cannot be written: the next snapshot holds them. */
  private void discard() {
    int limit = waiting.get();
    int count = 0;
    while (poll(count, limit) != null) {
      count++;
    }
    waiting.addAndGet(-count);
    missed.add(count);
  }

  private void snapshot() throws IOException {
    Sink from = sink;
    if (from == null || closing && !gap) {
      return;
    }
    if (gap || !retired || journal == null) {
      gap = false;
      // What waits is older than what was missed: it must not come after the snapshot.
      write();
      shut();
      folder.retire();
      retired = true;
      journal = folder.begin();
    }
    try (JournalWriter out = folder.beginSnapshot()) {
      from.records(new Snapshot(out));
      out.sync();
      folder.finishSnapshot();
      snapshotSize = out.size();
    } catch (IOException | UncheckedIOException e) {
      folder.dropSnapshot();
      throw e;
    }
    retired = false;
    snapshots.add();
  }

  private void recovered() {
    if (failing) {
      LOG.info("bindings are written to {} again", folder);
      failing = false;
    }
  }

  private void failed(Exception e) {
    failures.add();
    if (!failing) {
      LOG.warn(
          "bindings cannot be written to {}, a restart would forget what changes until they can:"
              + " {}",
          folder,
          e.toString());
    }
    failing = true;
    gap = true;
    retryMs = clock.getAsLong() + RETRY_MS;
    shut();
  }

  private void shut() {
    JournalWriter open = journal;
    journal = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        failures.add();
      }
    }
  }

  /** Writes what the table holds, and meanwhile now and then what changes. Owned by the writer. */
  private final class Snapshot implements Records {
    private final JournalWriter out;
    private long count;
    private long synced;

    Snapshot(JournalWriter out) {
      this.out = out;
    }

    @Override
    public void record(byte[] bytes, int length) {
      try {
        out.entry(JournalWriter.PUT, bytes, length);
        if (++count % SNAPSHOT_LOOK == 0) {
          write();
        }
        // In parts, so that the journal never waits for long.
        if (out.size() - synced > SNAPSHOT_SYNC) {
          synced = out.size();
          out.sync();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Gives the table what the files hold. Owned by the thread that opens. */
  private final class Load implements JournalReader.Visitor {
    private final Sink to;
    private final long nowMs = clock.getAsLong();

    Load(Sink to) {
      this.to = to;
    }

    @Override
    public void entry(int kind, byte[] bytes, int from, int end) {
      switch (kind) {
        case JournalWriter.PUT -> put(BindingCodec.read(bytes, from, end));
        case JournalWriter.REMOVE -> remove(bytes, from, end);
        default -> badRecords.add();
      }
    }

    private void put(BindingCodec.@Nullable Entry entry) {
      if (entry == null) {
        badRecords.add();
      } else if (entry.binding().holds(nowMs)) {
        to.put(entry.aor(), entry.binding());
      } else {
        // An earlier entry may have brought it in.
        to.remove(entry.aor(), entry.binding().id());
      }
    }

    private void remove(byte[] bytes, int from, int end) {
      if (end - from < Long.BYTES) {
        badRecords.add();
        return;
      }
      RecordReader in = new RecordReader(bytes, from, end);
      long id = in.get8();
      to.remove(AddressOfRecord.ofBytes(in.raw(end - from - Long.BYTES)), id);
    }
  }
}
