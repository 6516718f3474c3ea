// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second at the files of all certificates, through all links; when they have changed
 * and rest again, the listener reads them anew. A certificate and its key are two files, so between
 * the writing of one and of the other nothing is said. It also says when a certificate is about to
 * expire, and changes the keys of tickets.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class CertificateWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);
  private static final long LOOK_MS = 1000;
  private static final int[] WARN_DAYS = {0, 1, 7, 14, 30};
  private static final long RETIRED_NS = TimeUnit.SECONDS.toNanos(30);
  private static final long ROTATE_NS = TimeUnit.HOURS.toNanos(6);

  /** What a file shows of itself without being read. */
  private record Stamp(@Nullable Object key, FileTime modified, long bytes) {}

  /** What is known of a listener's files. Owned by the watch's thread. */
  private static final class Seen {
    private Map<Path, Stamp> taken;
    private Map<Path, Stamp> last;

    Seen(Map<Path, Stamp> now) {
      taken = now;
      last = now;
    }
  }

  private record Retired(EngineSource source, long atNs) {}

  private final List<TlsDesk> desks;
  private final Meters meters;
  private final Map<TlsDesk, Seen> seen = new ConcurrentHashMap<>();
  private final Queue<Retired> retired = new ConcurrentLinkedQueue<>();
  private final Map<Path, Integer> warned = new HashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private long rotatedNs = System.nanoTime();

  CertificateWatch(List<TlsDesk> desks, Meters meters) {
    this.desks = desks;
    this.meters = meters;
    thread = Thread.ofPlatform().name("fl-tls-watch").daemon().start(this::run);
  }

  /** From now on; what the files hold now is known. */
  void watch(TlsDesk desk) {
    seen.put(desk, new Seen(stamps(desk)));
    measure(desk);
  }

  void retire(EngineSource source) {
    retired.add(new Retired(source, System.nanoTime()));
  }

  private void run() {
    try {
      do {
        desks.forEach(this::look);
        expiries(Instant.now());
        tidy(System.nanoTime());
      } while (!closed.await(LOOK_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(TlsDesk desk) {
    Seen known = seen.get(desk);
    if (known == null) {
      return;
    }
    Map<Path, Stamp> now = stamps(desk);
    boolean rests = now.equals(known.last);
    known.last = now;
    if (rests) {
      // A file that is looked at for the first time was read just now.
      boolean changed =
          known.taken.entrySet().stream()
              .anyMatch(before ->
                  !before.getValue().equals(now.getOrDefault(before.getKey(), before.getValue())));
      Map<Path, Stamp> taken = new HashMap<>(known.taken);
      taken.putAll(now);
      known.taken = taken;
      if (changed) {
        reload(desk);
      }
    }
  }

  private void reload(TlsDesk desk) {
    try {
      desk.reload(desk.settings());
      measure(desk);
      LOG.info(
          "certificates read again: {}", desk.identities().stream().map(Identity::file).toList());
    } catch (BadCertificateException e) {
      LOG.error("the certificates stay as they were: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("the certificates stay as they were", e);
    }
  }

  private void measure(TlsDesk desk) {
    for (Identity each : desk.identities()) {
      long end = each.expires().toEpochMilli();
      meters.gauge(
          Meter.CERTIFICATE_EXPIRY, () -> end - System.currentTimeMillis(), each.file().toString());
    }
  }

  private void expiries(Instant now) {
    for (TlsDesk desk : desks) {
      for (Identity each : desk.identities()) {
        warn(each, Duration.between(now, each.expires()));
      }
    }
  }

  private void warn(Identity identity, Duration left) {
    int step = Integer.MAX_VALUE;
    for (int i = WARN_DAYS.length - 1;
        i >= 0 && left.compareTo(Duration.ofDays(WARN_DAYS[i])) <= 0;
        i--) {
      step = WARN_DAYS[i];
    }
    Integer before = warned.put(identity.file(), step);
    if (step >= (before == null ? Integer.MAX_VALUE : before)) {
      return;
    }
    if (step == 0) {
      LOG.error("{}: the certificate has expired", identity.file());
    } else {
      LOG.warn("{}: the certificate expires in {} days", identity.file(), left.toDays());
    }
  }

  private void tidy(long nowNs) {
    for (Retired first = retired.peek();
        first != null && nowNs - first.atNs() > RETIRED_NS;
        first = retired.peek()) {
      retired.remove();
      first.source().retire();
    }
    if (nowNs - rotatedNs > ROTATE_NS) {
      rotatedNs = nowNs;
      desks.forEach(TlsDesk::rotate);
    }
  }

  private static Map<Path, Stamp> stamps(TlsDesk desk) {
    Map<Path, Stamp> all = new HashMap<>();
    for (Path file : desk.files()) {
      Stamp found = stamp(file);
      if (found != null) {
        all.put(file, found);
      }
    }
    return all;
  }

  // Null between two renames, when there is no file.
  private static @Nullable Stamp stamp(Path file) {
    try {
      BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(is.fileKey(), is.lastModifiedTime(), is.size());
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
