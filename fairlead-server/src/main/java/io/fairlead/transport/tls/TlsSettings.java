// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a listener needs for TLS. Immutable.
 *
 * @param certificates the first is shown to those who name no server they want
 * @param policy versions and ciphers
 * @param verifyClient whether those who connect must prove who they are
 * @param authorities PEM file of the roots their certificates must lead to
 */
public record TlsSettings(
    @Setting(
            doc =
                "Certificates with their keys. Each is shown to those who ask for a name in it; the"
                    + " first to those who ask for none.")
        List<CertificateSettings> certificates,
    @Setting(
            value = "intermediate",
            doc =
                "modern: TLS 1.3 alone. intermediate: TLS 1.2 too, with forward secrecy, which many"
                    + " phones still need.")
        TlsPolicy policy,
    @Setting(value = "none", doc = "Whether those who connect must show a certificate.")
        VerifyClient verifyClient,
    @Setting(
            doc =
                "PEM file of the authorities that sign certificates of those who connect. Without"
                    + " it: those the system trusts.")
        @Nullable Path authorities) {
  public TlsSettings {
    if (certificates.isEmpty()) {
      throw new SettingException("certificates", "expected at least one certificate");
    }
    certificates = List.copyOf(certificates);
  }
}
