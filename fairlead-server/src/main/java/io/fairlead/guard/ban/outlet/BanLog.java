// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.outlet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fairlead.config.NameSpelling;
import io.fairlead.guard.Offence;
import io.fairlead.guard.ban.Ban;
import io.fairlead.guard.ban.BanCause;
import io.fairlead.guard.ban.BanEnd;
import io.fairlead.guard.ban.BanListener;
import io.fairlead.net.Cidr;
import io.fairlead.observe.Counter;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line for each offence that counts and each ban, for fail2ban and its like: the time in UTC with
 * milliseconds and zone (with more digits fail2ban takes it for local time), IPv6 in brackets. The
 * file is opened anew for each write, so it may be moved away.
 *
 * <pre>
 * 2026-12-01T10:00:00.123Z offence 192.0.2.1 kind=wrong-password points=5 total=15
 * 2026-12-01T10:00:09.001Z ban 192.0.2.1 seconds=600 times=1 cause=points why="wrong-password 20"
 * 2026-12-01T10:10:09.001Z end 192.0.2.1 how=expired
 * </pre>
 *
 * <p>Shared: see docs/ownership.md.
 */
final class BanLog implements BanListener {
  private static final Logger LOG = LoggerFactory.getLogger(BanLog.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final int MOST_WAITING = 20_000;

  private final Path file;
  private final LongSupplier clockMs;
  private final Executor walker;
  private final Counter lost;
  private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean reported;

  /**
   * @param walker writes
   * @param lost counts lines that could not be written
   */
  BanLog(Path file, LongSupplier clockMs, Executor walker, Counter lost) {
    this.file = file;
    this.clockMs = clockMs;
    this.walker = walker;
    this.lost = lost;
  }

  @Override
  public void onOffence(InetAddress source, Offence offence, int points, int total) {
    put(
        "offence "
            + text(source)
            + " kind="
            + NameSpelling.dashed(offence.name())
            + " points="
            + points
            + " total="
            + total);
  }

  @Override
  public void onBan(Ban ban) {
    // Lists have thousands, and whoever reads this file may read them as well.
    if (ban.cause() == BanCause.BLOCKLIST) {
      return;
    }
    put(
        "ban "
            + text(ban.network())
            + " seconds="
            + Math.max(0, (ban.untilMs() - clockMs.getAsLong()) / 1000)
            + " times="
            + ban.times()
            + " cause="
            + NameSpelling.dashed(ban.cause().name())
            + " why=\""
            + ban.why().replaceAll("[\\p{Cntrl}\"]", " ")
            + '"');
  }

  @Override
  public void onEnd(Ban ban, BanEnd how) {
    if (ban.cause() != BanCause.BLOCKLIST) {
      put("end " + text(ban.network()) + " how=" + NameSpelling.dashed(how.name()));
    }
  }

  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    String bare = scope < 0 ? text : text.substring(0, scope);
    return address instanceof Inet4Address ? bare : "[" + bare + "]";
  }

  private static String text(Cidr network) {
    String address = text(network.address());
    return network.isV4() && network.prefix() == 32 ? address : address + "/" + network.prefix();
  }

  private void put(String line) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      lost.add();
      return;
    }
    lines.add(TIME.format(Instant.ofEpochMilli(clockMs.getAsLong())) + " " + line + "\n");
    if (busy.compareAndSet(false, true)) {
      walker.execute(this::write);
    }
  }

  private void write() {
    do {
      StringBuilder text = new StringBuilder();
      int count = 0;
      for (String line = lines.poll(); line != null; line = lines.poll()) {
        text.append(line);
        count++;
      }
      waiting.addAndGet(-count);
      if (count > 0) {
        append(text.toString(), count);
      }
      busy.set(false);
    } while (!lines.isEmpty() && busy.compareAndSet(false, true));
  }

  private void append(String text, int count) {
    try {
      Files.write(file, text.getBytes(UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      reported = false;
    } catch (IOException e) {
      for (int i = 0; i < count; i++) {
        lost.add();
      }
      if (!reported) {
        reported = true;
        LOG.warn("offences and bans are not told: {} cannot be written: {}", file, e.toString());
      }
    }
  }
}
