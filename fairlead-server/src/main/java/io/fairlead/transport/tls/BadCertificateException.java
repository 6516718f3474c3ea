// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.nio.file.Path;

/** A certificate or key cannot be used; the message says which file and why. */
public final class BadCertificateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names the file and says why. */
  public BadCertificateException(Path file, String why) {
    super(file + ": " + why);
  }
}
