// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all TLS listeners share: the threads that do handshakes, the library, and the watch over the
 * certificates' files.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class TlsRuntime implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TlsRuntime.class);
  private static final long IDLE_S = 30;

  private final TlsWorkSettings settings;
  private final TlsLibrary library;
  private final Meters meters;
  private final LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
  private final ThreadPoolExecutor threads;
  private final List<ListenerEngines> desks = new CopyOnWriteArrayList<>();
  private final CertificateWatch watch;

  public TlsRuntime(TlsWorkSettings settings, Meters meters) {
    this.settings = settings;
    this.meters = meters;
    library = loaded(settings.library());
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            settings.threads(),
            settings.threads(),
            IDLE_S,
            TimeUnit.SECONDS,
            waiting,
            work ->
                Thread.ofPlatform()
                    .name("fl-tls-" + number.getAndIncrement() % settings.threads())
                    .daemon()
                    .unstarted(work));
    threads.allowCoreThreadTimeOut(true);
    watch = new CertificateWatch(desks, meters);
    meters.gauge(Meter.HANDSHAKES_WAITING, waiting::size);
  }

  private static TlsLibrary loaded(TlsLibrary wanted) {
    if (wanted == TlsLibrary.JDK || BoringEngines.available()) {
      return wanted == TlsLibrary.AUTO ? TlsLibrary.BORINGSSL : wanted;
    }
    String why = BoringEngines.missing();
    if (wanted == TlsLibrary.BORINGSSL) {
      throw new IllegalStateException("BoringSSL cannot be loaded: " + why);
    }
    LOG.warn("BoringSSL cannot be loaded, Java's own TLS is used, which is slower: {}", why);
    return TlsLibrary.JDK;
  }

  /**
   * For a listener.
   *
   * @throws BadCertificateException when what the settings name cannot be used
   */
  public ListenerEngines desk(TlsSettings of) {
    ListenerEngines desk = new ListenerEngines(of, this);
    desks.add(desk);
    watch.watch(desk);
    return desk;
  }

  /** Begins a handshake on a thread of its own; false when too many wait. */
  public boolean begin(Runnable work) {
    if (waiting.size() >= settings.handshakesWaiting()) {
      return false;
    }
    threads.execute(work);
    return true;
  }

  /** Goes on with a handshake that has begun: there are no more of them than connections. */
  public void proceed(Runnable work) {
    threads.execute(work);
  }

  /** Who does the cryptography. */
  public TlsLibrary library() {
    return library;
  }

  EngineFactory source(EngineParameters terms, boolean server) {
    return library == TlsLibrary.BORINGSSL
        ? new BoringEngines(terms, server)
        : new JdkEngines(terms, server);
  }

  /** Lets a source go once nobody can still be about to ask it for an engine. */
  void retire(EngineFactory source) {
    watch.retire(source);
  }

  @Override
  public void close() {
    watch.close();
    threads.shutdownNow();
  }
}
