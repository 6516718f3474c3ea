// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.list;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fairlead.config.FileWatch;
import io.fairlead.guard.ban.Bans;
import io.fairlead.net.Cidr;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One list: reads it when it is due or its file has changed, and brings what it has as bans, a
 * thousand at a time, so that the home loop goes on with its work. Shared: see docs/ownership.md.
 */
final class Blocklist implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Blocklist.class);
  private static final int AT_ONCE = 1000;
  private static final int LARGEST = 64 << 20;
  // What stands in a file holds; it is brought anew long before it would end.
  private static final Duration OF_FILES = Duration.ofDays(1);
  private static final Duration FILES_ANEW = Duration.ofHours(6);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(10);

  private final String name;
  private final BlocklistSettings settings;
  private final Bans bans;
  private final Counter bad;
  private final Counter failures;
  private final Lock reading = new ReentrantLock();
  private final Thread thread;
  private final @Nullable FileWatch watch;
  private final @Nullable BlocklistClient client;
  private volatile int size;
  private volatile boolean closed;
  private Set<Cidr> known = new HashSet<>();
  private String complaint = "";

  Blocklist(String name, BlocklistSettings settings, Bans bans, Meters meters) {
    this.name = name;
    this.settings = settings;
    this.bans = bans;
    bad = meters.counter(Meter.BLOCKLIST_BAD, name);
    failures = meters.counter(Meter.BLOCKLIST_FAILURES, name);
    meters.gauge(Meter.BLOCKLIST_ENTRIES, () -> size, name);
    Path file = settings.file();
    String url = settings.url();
    client = url == null ? null : new BlocklistClient(settings, url);
    watch = file == null ? null : new FileWatch(file, this::read);
    thread = Thread.ofVirtual().name("fl-list-" + name).start(this::run);
  }

  BlocklistSettings settings() {
    return settings;
  }

  private void run() {
    Duration pause = FIRST_RETRY;
    while (!closed) {
      boolean done = read();
      Duration usual = settings.file() == null ? settings.interval() : FILES_ANEW;
      pause = done || pause.compareTo(usual) > 0 ? usual : pause.multipliedBy(2);
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        return;
      }
      pause = done ? FIRST_RETRY : pause;
    }
  }

  private boolean read() {
    reading.lock();
    try {
      if (closed) {
        return true;
      }
      BlocklistText text = text();
      boolean pages = settings.format() == BlocklistFormat.APIBAN;
      bring(text, pages);
      complain(text);
      return true;
    } catch (IOException e) {
      failures.add();
      say("cannot be read: " + e.getMessage());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      reading.unlock();
    }
  }

  private BlocklistText text() throws IOException, InterruptedException {
    BlocklistClient http = client;
    if (http != null) {
      return http.read();
    }
    Path file = settings.file();
    if (file == null) {
      throw new IOException("there is neither a file nor a URL");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new IOException("it is larger than 64 MiB");
      }
      return new BlocklistText(settings.max()).plain(new String(bytes, UTF_8));
    }
  }

  // Pages but the first have only what is new: the rest ends by its time.
  private void bring(BlocklistText text, boolean pages) {
    Duration time = settings.file() == null ? settings.time() : OF_FILES;
    long untilMs = bans.nowMs() + time.toMillis();
    List<Cidr> entries = List.copyOf(text.entries());
    for (int from = 0; from < entries.size(); from += AT_ONCE) {
      bans.listed(name, entries.subList(from, Math.min(entries.size(), from + AT_ONCE)), untilMs);
    }
    if (!pages) {
      List<Cidr> gone = new ArrayList<>(known);
      gone.removeAll(text.entries());
      withdraw(gone);
      known = new HashSet<>(entries);
      size = entries.size();
    } else {
      known.addAll(entries);
      size = known.size();
    }
  }

  private void withdraw(List<Cidr> gone) {
    for (int from = 0; from < gone.size(); from += AT_ONCE) {
      bans.unlisted(name, gone.subList(from, Math.min(gone.size(), from + AT_ONCE)));
    }
  }

  private void complain(BlocklistText text) {
    for (int i = 0; i < text.bad() + text.beyond(); i++) {
      bad.add();
    }
    if (text.bad() > 0) {
      say(text.bad() + " lines are no address and no network, " + text.firstBad());
    } else if (text.beyond() > 0) {
      say(text.beyond() + " entries are beyond `max` and left out");
    } else if (!complaint.isEmpty()) {
      complaint = "";
      LOG.info("blocklist {}: {} entries, nothing to complain of any more", name, size);
    } else {
      LOG.debug("blocklist {}: {} entries", name, size);
    }
  }

  // Once, until it is something else.
  private void say(String what) {
    if (!what.equals(complaint)) {
      complaint = what;
      LOG.warn("blocklist {} ({}): {}", name, settings, what);
    }
  }

  /** Reads no more. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    if (watch != null) {
      watch.close();
    }
    if (client != null) {
      client.close();
    }
  }

  /** What it has brought is no longer banned. */
  void withdraw() {
    reading.lock();
    try {
      withdraw(List.copyOf(known));
      known = new HashSet<>();
      size = 0;
    } finally {
      reading.unlock();
    }
  }
}
