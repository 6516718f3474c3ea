// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log when certificates are about to expire, once at each step, and shows the time that
 * is left.
 *
 * <p>Owned by the watch's thread.
 */
final class CertificateExpiry {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateExpiry.class);
  private static final int[] WARN_DAYS = {0, 1, 7, 14, 30};

  private final Meters meters;
  private final LongSupplier clockMs;
  private final Map<Path, Integer> warned = new HashMap<>();

  CertificateExpiry(Meters meters, LongSupplier clockMs) {
    this.meters = meters;
    this.clockMs = clockMs;
  }

  /** Shows what is left of these from now on. Any thread. */
  void measure(List<TlsIdentity> identities) {
    for (TlsIdentity each : identities) {
      long end = each.expires().toEpochMilli();
      meters.gauge(
          Meter.CERTIFICATE_EXPIRY, () -> end - clockMs.getAsLong(), each.file().toString());
    }
  }

  /** Warns of those that are due. */
  void look(List<TlsIdentity> identities) {
    Instant now = Instant.ofEpochMilli(clockMs.getAsLong());
    for (TlsIdentity each : identities) {
      warn(each, Duration.between(now, each.expires()));
    }
  }

  private void warn(TlsIdentity identity, Duration left) {
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
}
