// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.observe.Meters;
import io.fairlead.transport.tls.TlsRuntime;
import io.fairlead.transport.tls.TlsWorkSettings;
import org.jspecify.annotations.Nullable;

/**
 * What TLS listeners share, made when the first is opened: without one, nothing of TLS is loaded.
 *
 * <p>Owned by the manager.
 */
final class LazyTlsRuntime {
  private final TlsWorkSettings settings;
  private final Meters meters;
  private @Nullable TlsRuntime made;

  LazyTlsRuntime(TlsWorkSettings settings, Meters meters) {
    this.settings = settings;
    this.meters = meters;
  }

  TlsRuntime get() {
    TlsRuntime there = made;
    if (there == null) {
      there = new TlsRuntime(settings, meters);
      made = there;
    }
    return there;
  }

  void close() {
    if (made != null) {
      made.close();
    }
  }
}
