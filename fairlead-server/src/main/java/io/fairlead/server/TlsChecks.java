// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigError;
import io.fairlead.config.SourcePositions;
import io.fairlead.transport.ListenerSettings;
import io.fairlead.transport.tls.CertificateChecks;
import io.fairlead.transport.tls.TlsClientSettings;
import java.util.List;

/**
 * The certificates of listeners and of backends: that they are given where TLS needs them, and what
 * {@link CertificateChecks} finds in the files.
 *
 * <p>Owned by whoever reads the file.
 */
final class TlsChecks {
  private final FairleadSettings settings;
  private final SourcePositions marks;
  private final List<ConfigError> errors;
  private final List<ConfigError> warnings;

  TlsChecks(PlanFindings plan) {
    settings = plan.sound().settings();
    marks = plan.marks();
    errors = plan.errors();
    warnings = plan.warnings();
  }

  /** All of them. */
  void certificates() {
    for (int i = 0; i < settings.listeners().size(); i++) {
      ListenerSettings listener = settings.listeners().get(i);
      String path = "listeners[" + i + "]";
      String transport = listener.bind().transport();
      boolean secure = transport.equals("tls") || transport.equals("wss");
      if (secure && listener.tls() == null) {
        errors.add(
            marks.error(path, transport + " needs a certificate: `tls: { certificates: [...] }`"));
      } else if (secure) {
        add(path + ".tls", CertificateChecks.of(listener.tls()));
      }
    }
    settings
        .pools()
        .forEach((name, pool) -> {
          for (int i = 0; i < pool.backends().size(); i++) {
            TlsClientSettings tls = pool.backends().get(i).tls();
            if (tls != null) {
              add("pools." + name + ".backends[" + i + "].tls", CertificateChecks.of(tls));
            }
          }
        });
  }

  private void add(String path, List<CertificateChecks.Found> found) {
    for (CertificateChecks.Found each : found) {
      (each.wrong() ? errors : warnings).add(marks.error(path + each.path(), each.words()));
    }
  }
}
