// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity.certificate;

import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Where the bytes of certificates come from. Blocks; on virtual threads only. */
public interface CertificateSource {
  /**
   * What a server has answered. Immutable.
   *
   * @param bytes of the document
   * @param maxAgeSeconds how long it may be kept, as Cache-Control says; null when it says nothing
   */
  record Document(byte[] bytes, @Nullable Long maxAgeSeconds) {}

  /**
   * Fetches a document.
   *
   * @param url one that {@link CertificateUrl} has allowed
   * @throws ForbiddenAddressException when the host is at an address where we do not look
   * @throws IOException when it cannot be had, with the reason
   */
  Document fetch(URI url) throws IOException;

  /** The host is at an address where we do not look. */
  final class ForbiddenAddressException extends IOException {
    private static final long serialVersionUID = 1L;

    ForbiddenAddressException(String message) {
      super(message);
    }
  }
}
