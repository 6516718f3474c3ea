// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

/** Small turns of phrase. Immutable. */
public final class Plurals {
  private Plurals() {}

  /** {@code 1 route}, {@code 2 routes}. */
  public static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
