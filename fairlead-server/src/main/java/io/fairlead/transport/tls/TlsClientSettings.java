// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import io.fairlead.config.Setting;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a peer we connect to is verified, and what we show it. Immutable.
 *
 * @param verify how much must be proven
 * @param domain the name it must prove instead of its own
 * @param authorities PEM file of the roots its certificate must lead to
 * @param certificate what we show; null for none
 */
public record TlsClientSettings(
    @Setting(
            value = "full",
            doc =
                "full: a certificate that a trusted authority signed, for the domain (RFC 5922),"
                    + " where *.example.com counts for nothing; wildcard: there it counts."
                    + " authority: for any name. none: any certificate; whoever stands between can"
                    + " read and change everything.")
        Verify verify,
    @Setting(doc = "The domain the certificate must be for. Without it: the host of the URI.")
        @Nullable String domain,
    @Setting(
            doc =
                "PEM file of the authorities that may sign the certificate. Without it: those the"
                    + " system trusts.")
        @Nullable Path authorities,
    @Setting(doc = "What we show when asked for a certificate.")
        @Nullable CertificateSettings certificate) {
  /** How much a peer must prove. */
  public enum Verify {
    /** An authority we trust, and the name as it is (RFC 5922 §7.2). */
    FULL,
    /** As FULL, and {@code *.example.com} stands for one name below it. */
    WILDCARD,
    /** An authority we trust. */
    AUTHORITY,
    /** Nothing. */
    NONE
  }

  /** Verified in full against what the system trusts; nothing is shown. */
  public static final TlsClientSettings USUAL =
      new TlsClientSettings(Verify.FULL, null, null, null);
}
