// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

/** How keys are laid over backends. Immutable. */
public enum HashFunction {
  RENDEZVOUS,
  MAGLEV
}
