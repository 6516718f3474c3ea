// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

/** Who does the cryptography. */
public enum TlsLibrary {
  /** BoringSSL where its native library can be loaded, else Java's own. */
  AUTO,
  /** BoringSSL, in native code. */
  BORINGSSL,
  /** Java's own. */
  JDK
}
