// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

/** Who answers a REGISTER. Immutable. */
public enum RegistrarMode {
  LOCAL,
  FORWARD,
  MID
}
