// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

/** Which Fairlead this is. Immutable. */
public final class Version {
  private static final String NUMBER = "0.1.0";

  private Version() {}

  /** The number alone: {@code 0.1.0}. */
  public static String number() {
    return NUMBER;
  }
}
