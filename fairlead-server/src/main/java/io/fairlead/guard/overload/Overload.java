// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.overload;

import io.fairlead.guard.EmergencyNumbers;
import io.fairlead.loop.Loop;
import java.util.function.LongSupplier;

/**
 * Overload control of a node: its settings, and a shedding for each loop.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class Overload {
  private final LongSupplier clockMs;
  private volatile OverloadSettings settings;
  private volatile EmergencyNumbers emergency;

  /**
   * @param emergency calls that are never refused
   * @param clockMs epoch milliseconds
   */
  public Overload(OverloadSettings settings, EmergencyNumbers emergency, LongSupplier clockMs) {
    this.settings = settings;
    this.emergency = emergency;
    this.clockMs = clockMs;
  }

  /** Takes over other settings. Any thread. */
  public void reload(OverloadSettings next, EmergencyNumbers calls) {
    emergency = calls;
    settings = next;
  }

  /** Makes what a loop asks; once for each. */
  public LoadShedding on(Loop loop) {
    return new LoadShedding(loop, () -> settings, () -> emergency, clockMs);
  }
}
