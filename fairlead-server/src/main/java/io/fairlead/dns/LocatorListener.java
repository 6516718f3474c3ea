// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

/** Who asked a {@link Locator}. */
@FunctionalInterface
public interface LocatorListener {
  /**
   * The answer, on the loop that asked; exactly once.
   *
   * @param located Found or Failed
   */
  void onLocated(LocateResult located);
}
