// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;

/**
 * How TLS is worked, for all listeners together. Immutable.
 *
 * @param library who does the cryptography
 * @param handshakeThreads threads beside the loops; 0 for half of the processors
 * @param handshakesWaiting new ones that may wait for those threads
 */
public record TlsWorkSettings(
    @Setting(
            value = "auto",
            doc =
                "Who does the cryptography. boringssl: native code, four times as many"
                    + " handshakes. jdk: Java's own. auto: boringssl where it can be loaded, else"
                    + " jdk.")
        TlsLibrary library,
    @Setting(
            value = "0",
            doc =
                "Threads that do handshakes, beside the loops, so that a flood of them does not"
                    + " delay calls. 0 takes half of the processors.")
        int handshakeThreads,
    @Setting(
            value = "1000",
            doc =
                "New handshakes that may wait for those threads; more are refused at once. 1000 are"
                    + " done within half a second on one thread.")
        int handshakesWaiting) {
  private static final int MOST_THREADS = 256;

  public TlsWorkSettings {
    if (handshakeThreads < 0 || handshakeThreads > MOST_THREADS) {
      throw new SettingException("handshake-threads", "expected 0 to " + MOST_THREADS);
    }
    if (handshakesWaiting < 1) {
      throw new SettingException("handshakes-waiting", "expected at least 1");
    }
  }

  /** All by default. */
  public static TlsWorkSettings usual() {
    return new TlsWorkSettings(TlsLibrary.AUTO, 0, 1000);
  }

  int threads() {
    int processors = Runtime.getRuntime().availableProcessors();
    return handshakeThreads > 0 ? handshakeThreads : Math.max(1, processors / 2);
  }
}
