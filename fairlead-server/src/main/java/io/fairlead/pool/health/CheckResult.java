// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

/** What one check came to. Immutable. */
public enum CheckResult {
  PASSED("passed"),
  SATURATED("saturated"),
  SILENT("silent"),
  UNREACHABLE("unreachable"),
  UNKNOWN("unknown");

  private final String text;

  CheckResult(String text) {
    this.text = text;
  }

  /** As in the meter's label. */
  public String text() {
    return text;
  }
}
