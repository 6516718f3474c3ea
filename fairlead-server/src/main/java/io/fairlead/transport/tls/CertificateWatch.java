// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import io.fairlead.config.FileStamp;
import io.fairlead.observe.Meters;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second at the files of all certificates, through all links; when they have changed
 * and rest again, the listener reads them anew. A certificate and its key are two files, so between
 * the writing of one and of the other nothing is said. It also has {@link CertificateExpiry} look,
 * and changes the keys of tickets.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class CertificateWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);
  private static final long LOOK_MS = 1000;
  private static final long RETIRED_NS = TimeUnit.SECONDS.toNanos(30);
  private static final long ROTATE_NS = TimeUnit.HOURS.toNanos(6);

  /** What is known of a listener's files. Owned by the watch's thread. */
  private static final class Seen {
    private Map<Path, FileStamp> taken;
    private Map<Path, FileStamp> last;

    Seen(Map<Path, FileStamp> now) {
      taken = now;
      last = now;
    }
  }

  private record Retired(EngineFactory source, long atNs) {}

  private final List<ListenerEngines> desks;
  private final CertificateExpiry expiries;
  private final Map<ListenerEngines, Seen> seen = new ConcurrentHashMap<>();
  private final Queue<Retired> retired = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private long rotatedNs = System.nanoTime();

  CertificateWatch(List<ListenerEngines> desks, Meters meters) {
    this.desks = desks;
    expiries = new CertificateExpiry(meters, System::currentTimeMillis);
    thread = Thread.ofPlatform().name("fl-tls-watch").daemon().start(this::run);
  }

  /** From now on; what the files hold now is known. */
  void watch(ListenerEngines desk) {
    seen.put(desk, new Seen(stamps(desk)));
    expiries.measure(desk.identities());
  }

  void retire(EngineFactory source) {
    retired.add(new Retired(source, System.nanoTime()));
  }

  private void run() {
    try {
      do {
        desks.forEach(this::look);
        desks.forEach(desk -> expiries.look(desk.identities()));
        tidy(System.nanoTime());
      } while (!closed.await(LOOK_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(ListenerEngines desk) {
    Seen known = seen.get(desk);
    if (known == null) {
      return;
    }
    Map<Path, FileStamp> now = stamps(desk);
    boolean rests = now.equals(known.last);
    known.last = now;
    if (rests) {
      // A file that is looked at for the first time was read just now.
      boolean changed =
          known.taken.entrySet().stream()
              .anyMatch(before ->
                  !before.getValue().equals(now.getOrDefault(before.getKey(), before.getValue())));
      Map<Path, FileStamp> taken = new HashMap<>(known.taken);
      taken.putAll(now);
      known.taken = taken;
      if (changed) {
        reload(desk);
      }
    }
  }

  private void reload(ListenerEngines desk) {
    try {
      desk.reload(desk.settings());
      expiries.measure(desk.identities());
      LOG.info(
          "certificates read again: {}",
          desk.identities().stream().map(TlsIdentity::file).toList());
    } catch (BadCertificateException e) {
      LOG.error("the certificates stay as they were: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("the certificates stay as they were", e);
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
      desks.forEach(ListenerEngines::rotate);
    }
  }

  private static Map<Path, FileStamp> stamps(ListenerEngines desk) {
    Map<Path, FileStamp> all = new HashMap<>();
    for (Path file : desk.files()) {
      FileStamp found = FileStamp.of(file);
      if (found != null) {
        all.put(file, found);
      }
    }
    return all;
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
