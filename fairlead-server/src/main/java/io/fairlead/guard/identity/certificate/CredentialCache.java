// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity.certificate;

import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates that PASSporTs name, fetched once and kept for a while, failures too. Who asks
 * for one that is being fetched waits for that.
 *
 * <p>Shared: see docs/ownership.md. Blocks; on virtual threads only.
 */
public final class CredentialCache {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialCache.class);
  private static final long WARN_EVERY_MS = 1000;

  private final CertificateFetchSettings settings;
  private final CertificateSource source;
  private final CertificateJudge judge;
  private final LongSupplier clockMs;
  private final Meters meters;
  private final Semaphore fetches;
  private final AtomicLong warnedMs = new AtomicLong();
  private final Lock lock = new ReentrantLock();
  private final Map<String, CompletableFuture<SigningCredential>> byUrl =
      new LinkedHashMap<>(16, 0.75f, true);

  /** An empty one. */
  public CredentialCache(
      CertificateFetchSettings settings,
      CertificateSource source,
      CertificateJudge judge,
      LongSupplier clockMs,
      Meters meters) {
    this.settings = settings;
    this.source = source;
    this.judge = judge;
    this.clockMs = clockMs;
    this.meters = meters;
    this.fetches = new Semaphore(settings.maxFetches());
  }

  /** What is known of the certificate at a URL; fetches it where nothing is. */
  public SigningCredential of(String url) {
    long now = clockMs.getAsLong();
    URI allowed = CertificateUrl.read(url, settings.hosts());
    if (allowed == null) {
      return new SigningCredential.Useless(
          IdentityVerdict.BAD_INFO, "nothing is fetched from there", now);
    }
    CompletableFuture<SigningCredential> own = new CompletableFuture<>();
    CompletableFuture<SigningCredential> known = join(url, own, now);
    if (known != null) {
      return known.join();
    }
    SigningCredential found =
        new SigningCredential.Useless(IdentityVerdict.UNREACHABLE, "a defect", now);
    try {
      found = fetched(allowed);
    } finally {
      own.complete(found);
    }
    return found;
  }

  // The one that is known or on its way; null when it is for the caller to fetch.
  private @Nullable CompletableFuture<SigningCredential> join(
      String url, CompletableFuture<SigningCredential> own, long nowMs) {
    lock.lock();
    try {
      CompletableFuture<SigningCredential> known = byUrl.get(url);
      if (known != null && (!known.isDone() || known.join().untilMs() > nowMs)) {
        return known;
      }
      byUrl.put(url, own);
      var eldest = byUrl.entrySet().iterator();
      while (byUrl.size() > settings.maxKept()) {
        eldest.next();
        eldest.remove();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private SigningCredential fetched(URI url) {
    if (!fetches.tryAcquire()) {
      count("crowded");
      return new SigningCredential.Useless(
          IdentityVerdict.BUSY, "too many others", clockMs.getAsLong());
    }
    SigningCredential found;
    try {
      found = judged(source.fetch(url));
    } catch (CertificateSource.ForbiddenAddressException e) {
      found = failed(IdentityVerdict.BAD_INFO, e);
    } catch (IOException e) {
      found = failed(IdentityVerdict.UNREACHABLE, e);
    } finally {
      fetches.release();
    }
    if (found instanceof SigningCredential.Useless useless) {
      warn(url, useless.words());
      count(useless.why() == IdentityVerdict.UNTRUSTED ? "untrusted" : "failed");
    } else {
      count("fetched");
    }
    return found;
  }

  // Callers write the URLs: the log is not theirs to fill.
  private void warn(URI url, String words) {
    long now = clockMs.getAsLong();
    long before = warnedMs.get();
    if (now - before >= WARN_EVERY_MS && warnedMs.compareAndSet(before, now)) {
      LOG.warn("no certificate for Identity headers from {}: {}", url, words);
    }
  }

  private SigningCredential judged(CertificateSource.Document document) {
    long now = clockMs.getAsLong();
    Long maxAge = document.maxAgeSeconds();
    Duration said = maxAge == null ? settings.usualTtl() : Duration.ofSeconds(maxAge);
    long ttl = Math.min(settings.maxTtl().toMillis(), said.toMillis());
    long failed = now + settings.failureTtl().toMillis();
    return judge.judge(document.bytes(), now, Math.max(now + ttl, failed), failed);
  }

  private SigningCredential failed(IdentityVerdict why, IOException e) {
    long until = clockMs.getAsLong() + settings.failureTtl().toMillis();
    return new SigningCredential.Useless(why, String.valueOf(e.getMessage()), until);
  }

  private void count(String outcome) {
    meters.counter(Meter.CERTIFICATE_FETCHES, outcome).add();
  }

  /** How many are kept. */
  int size() {
    lock.lock();
    try {
      return byUrl.size();
    } finally {
      lock.unlock();
    }
  }
}
