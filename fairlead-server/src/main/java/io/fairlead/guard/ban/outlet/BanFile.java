// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.outlet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fairlead.guard.ban.Ban;
import io.fairlead.guard.ban.BanEnd;
import io.fairlead.guard.ban.BanListener;
import io.fairlead.guard.ban.Bans;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.net.Cidr;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bans in a file, so that they outlive a restart, with those that are over but make the next one
 * longer. It is written whole beside the old one and put in its place, a second after a change at
 * the earliest. What cannot be read of it is left out.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class BanFile implements BanListener {
  private static final Logger LOG = LoggerFactory.getLogger(BanFile.class);
  private static final String HEAD = "fairlead-bans 1";
  private static final String END = "end ";
  private static final long PAUSE_NS = Duration.ofSeconds(1).toNanos();

  private final Path file;
  private final Bans bans;
  private final Loop home;
  private final Executor walker;
  private final Timer timer = Timer.of(this::save);
  private final Map<Cidr, Ban> past;
  private final Lock writing = new ReentrantLock();
  private volatile boolean busy;
  private volatile boolean reported;
  private boolean started;
  private boolean touched;
  private int copies;
  private int written;

  /**
   * @param limit most bans that are over and remembered
   * @param walker writes
   */
  BanFile(Path file, Bans bans, Loop home, Executor walker, int limit) {
    this.file = file;
    this.bans = bans;
    this.home = home;
    this.walker = walker;
    past =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Cidr, Ban> eldest) {
            return size() > limit;
          }
        };
  }

  /** Brings back what is in the file; before the loops run. */
  void restore() {
    List<Ban> before = read(file);
    long nowMs = bans.nowMs();
    for (Ban each : before) {
      if (each.untilMs() <= nowMs) {
        past.put(each.network(), each);
      }
    }
    bans.restore(before);
    home.execute(() -> started = true);
  }

  /** What is in a file; nothing when there is none. */
  static List<Ban> read(Path file) {
    List<Ban> found = new ArrayList<>();
    if (!Files.exists(file)) {
      return found;
    }
    int bad = 0;
    boolean whole = false;
    try {
      List<String> lines = new String(Files.readAllBytes(file), UTF_8).lines().toList();
      boolean ours = !lines.isEmpty() && lines.getFirst().equals(HEAD);
      for (String line : ours ? lines.subList(1, lines.size()) : lines) {
        Ban ban = ours ? BanLine.read(line) : null;
        if (ban != null) {
          found.add(ban);
        } else if (line.equals(END + found.size())) {
          whole = true;
        } else {
          bad++;
        }
      }
    } catch (IOException e) {
      LOG.warn("the bans of before cannot be read: {}", e.toString());
      return found;
    }
    if (bad > 0 || !whole) {
      LOG.warn(
          "{} is not whole: {} bans read, {} lines that are none left out",
          file,
          found.size(),
          bad);
    }
    return found;
  }

  @Override
  public void onBan(Ban ban) {
    past.remove(ban.network());
    touch();
  }

  @Override
  public void onEnd(Ban ban, BanEnd how) {
    if (how == BanEnd.EXPIRED && ban.times() > 0) {
      past.put(ban.network(), ban);
    }
    touch();
  }

  /** Has it written by and by. */
  private void touch() {
    if (started) {
      touched = true;
      if (!timer.armed()) {
        home.timers().schedule(timer, PAUSE_NS);
      }
    }
  }

  private void save() {
    if (busy) {
      home.timers().schedule(timer, PAUSE_NS);
      return;
    }
    busy = true;
    List<Ban> all = all();
    int copy = ++copies;
    walker.execute(() -> {
      try {
        write(all, copy);
      } finally {
        busy = false;
      }
    });
  }

  private List<Ban> all() {
    List<Ban> all = new ArrayList<>(bans.all());
    all.addAll(past.values());
    return all;
  }

  private void write(List<Ban> all, int copy) {
    writing.lock();
    try {
      if (copy < written) {
        return;
      }
      written = copy;
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Path next = file.resolveSibling(file.getFileName() + ".new");
      try (FileChannel channel =
              FileChannel.open(
                  next,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE);
          BufferedWriter out = new BufferedWriter(Channels.newWriter(channel, UTF_8))) {
        out.write(HEAD + "\n");
        for (Ban each : all) {
          out.write(BanLine.write(each) + "\n");
        }
        out.write(END + all.size() + "\n");
        out.flush();
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      reported = false;
    } catch (IOException e) {
      if (!reported) {
        reported = true;
        LOG.warn("bans will not outlive a restart, their file cannot be written: {}", e.toString());
      }
    } finally {
      writing.unlock();
    }
  }

  /** Writes them once more, if there was a change; when no loop runs any more. */
  void close() {
    if (touched) {
      write(all(), Integer.MAX_VALUE);
    }
  }
}
