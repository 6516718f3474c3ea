// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The call log: one line per call, registration or other request. A loop formats its line into its
 * own {@link SpscLogQueue} and goes on; one thread writes the lanes out every {@value #FLUSH_MS}
 * ms, or earlier when a lane holds {@value #BATCH} bytes. A line that finds its lane full is
 * counted as lost: the log never slows a call.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class CallLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);
  static final int BATCH = 32 * 1024;
  static final int LANE = 256 * 1024;
  private static final long FLUSH_MS = 500;
  private static final long CLOSE_MS = 2000;

  private final SpscLogQueue[] lanes;
  private final LogLine[] lines;
  private final Counter written;
  private final Counter lost;
  private final @Nullable OutputStream given;
  private final Thread writer;

  private volatile LogSettings settings;
  private volatile boolean reopen;
  private volatile boolean closing;

  // The writer's own.
  private @Nullable OutputStream out;
  private boolean ours;
  private boolean failing;

  /** A journal to standard output or the file of the settings. */
  public CallLog(LogSettings settings, int loops, Meters meters) {
    this(settings, loops, meters, null);
  }

  /** A journal to a stream, which stays open, whatever file the settings name. */
  public CallLog(LogSettings settings, int loops, Meters meters, @Nullable OutputStream to) {
    this.settings = settings;
    this.given = to;
    this.lanes = new SpscLogQueue[loops];
    this.lines = new LogLine[loops];
    for (int i = 0; i < loops; i++) {
      lanes[i] = new SpscLogQueue(LANE);
      lines[i] = new LogLine();
    }
    written = meters.counter(Meter.JOURNAL_LINES);
    lost = meters.counter(Meter.JOURNAL_LOST);
    writer = Thread.ofPlatform().name("fl-journal").daemon().unstarted(this::run);
    writer.start();
  }

  /**
   * Logs the record if the settings want it. Never blocks and keeps nothing of the record.
   *
   * @param loop index of the loop it is called on
   * @param nowMs wall clock, milliseconds since 1970
   */
  public void write(int loop, CallRecord record, long nowMs) {
    LogSettings now = settings;
    if (!now.wants(record)) {
      return;
    }
    LogLine line = lines[loop];
    format(line, record, nowMs, now.format() == LogSettings.Format.JSON);
    SpscLogQueue lane = lanes[loop];
    int before = lane.waiting();
    if (!lane.offer(line.bytes(), line.length())) {
      lost.add();
      return;
    }
    written.add();
    if (before < BATCH && before + line.length() >= BATCH) {
      LockSupport.unpark(writer);
    }
  }

  /**
   * Takes over new settings and opens the file again, also when it is the same: it may have been
   * rotated away.
   */
  public void reload(LogSettings next) {
    settings = next;
    reopen = true;
  }

  /** Writes out what waits and ends the writer; waits for it for a short, bounded time. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(writer);
    try {
      writer.join(CLOSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void format(LogLine line, CallRecord record, long nowMs, boolean json) {
    line.start(json);
    line.time("time", nowMs);
    line.field("kind", record.kind.text);
    line.field("call-id", record.text, 0, record.callIdTo);
    line.field("from", record.text, record.callIdTo, record.fromTo);
    line.field("to", record.text, record.fromTo, record.toTo);
    if (record.sourceAddress.length > 0) {
      line.address("source", record.sourceAddress, record.sourcePort);
    }
    line.field("method", record.method);
    optional(line, "route", record.route);
    optional(line, "pool", record.pool);
    optional(line, "backend", record.backend);
    line.field("tries", record.tries);
    line.field("status", record.status);
    line.field("flag", record.cause.flag());
    if (record.cause != RefusalCause.NONE) {
      line.field("cause", record.cause.doc());
    }
    optional(line, "rule", record.rule);
    if (record.blame != FailureBlame.NONE) {
      line.field("fault", record.blame.fault());
      line.field("evidence", record.blame.evidence());
    }
    optional(line, "ringing-ms", record.ringingMs());
    optional(line, "setup-ms", record.setupMs());
    if (record.durationMs() >= 0) {
      line.seconds("duration", record.durationMs());
    }
    if (record.endedBy != null) {
      line.field("ended-by", record.endedBy.text);
    }
    MediaRecord media = record.media;
    if (media != null) {
      media.write(line);
    }
    line.end();
  }

  private static void optional(LogLine line, String key, @Nullable String value) {
    if (value != null) {
      line.field(key, value);
    }
  }

  private static void optional(LogLine line, String key, long value) {
    if (value >= 0) {
      line.field(key, value);
    }
  }

  private void run() {
    while (!closing) {
      LockSupport.parkNanos(this, FLUSH_MS * 1_000_000);
      drain();
    }
    drain();
    shut();
  }

  private void drain() {
    if (reopen) {
      reopen = false;
      shut();
    }
    for (SpscLogQueue lane : lanes) {
      if (lane.waiting() > 0) {
        drain(lane);
      }
    }
  }

  private void drain(SpscLogQueue lane) {
    long end = lane.end();
    try {
      OutputStream open = open();
      lane.drain(end, open);
      open.flush();
      failing = false;
    } catch (IOException e) {
      lost.add(lane.discard(end));
      failed(e);
    }
  }

  private OutputStream open() throws IOException {
    OutputStream open = out;
    if (open == null) {
      Path file = settings.file();
      if (given != null) {
        open = given;
      } else if (file == null) {
        open = new FileOutputStream(FileDescriptor.out);
      } else {
        open = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        ours = true;
      }
      out = open;
    }
    return open;
  }

  private void failed(IOException e) {
    if (!failing) {
      LOG.warn("the call log cannot be written, its lines are lost until it can: {}", e.toString());
    }
    failing = true;
    shut();
  }

  private void shut() {
    OutputStream open = out;
    out = null;
    if (open == null || !ours) {
      return;
    }
    ours = false;
    try {
      open.close();
    } catch (IOException e) {
      LOG.warn("the call log was not closed in order: {}", e.toString());
    }
  }
}
