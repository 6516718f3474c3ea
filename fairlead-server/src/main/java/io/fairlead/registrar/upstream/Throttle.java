// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

/** What one registration behind us stands for, in mode mid. Immutable. */
public enum Throttle {
  /** One device. */
  CONTACT,
  /** All devices of an address of record. */
  AOR
}
