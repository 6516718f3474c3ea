// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

/** How the devices of one user are asked. Immutable. */
public enum ForkOrder {
  /** Those of the same q together, group after group. */
  PARALLEL,
  /** One after the other, the highest q first. */
  SERIAL
}
