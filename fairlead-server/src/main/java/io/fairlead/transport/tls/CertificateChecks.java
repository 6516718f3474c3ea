// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with certificates and keys that a configuration names. */
public final class CertificateChecks {
  /**
   * What was found. Immutable.
   *
   * @param path the key, below that of TLS
   * @param words what it is, the file first
   * @param wrong false when it works nevertheless
   */
  public record Found(String path, String words, boolean wrong) {}

  private CertificateChecks() {}

  /** For a listener. */
  public static List<Found> of(@Nullable TlsSettings settings) {
    List<Found> found = new ArrayList<>();
    if (settings != null) {
      for (int i = 0; i < settings.certificates().size(); i++) {
        pair(found, ".certificates[" + i + "]", settings.certificates().get(i));
      }
      authorities(found, settings.authorities());
    }
    return found;
  }

  /** For a peer we connect to. */
  public static List<Found> of(TlsClientSettings settings) {
    List<Found> found = new ArrayList<>();
    CertificateSettings own = settings.certificate();
    if (own != null) {
      pair(found, ".certificate", own);
    }
    authorities(found, settings.authorities());
    return found;
  }

  private static void pair(List<Found> found, String path, CertificateSettings pair) {
    try {
      TlsIdentity identity = TlsIdentity.read(pair);
      Instant now = Instant.now();
      if (identity.expires().isBefore(now)) {
        found.add(new Found(path, pair.cert() + ": expired on " + identity.expires(), false));
      } else if (identity.certificate().getNotBefore().toInstant().isAfter(now)) {
        String words = ": not valid before " + identity.certificate().getNotBefore().toInstant();
        found.add(new Found(path, pair.cert() + words, false));
      }
    } catch (BadCertificateException e) {
      found.add(new Found(path, String.valueOf(e.getMessage()), true));
    }
  }

  private static void authorities(List<Found> found, @Nullable Path file) {
    if (file == null) {
      return;
    }
    try {
      Pem.certificates(file);
    } catch (BadCertificateException e) {
      found.add(new Found(".authorities", String.valueOf(e.getMessage()), true));
    }
  }
}
