// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

/**
 * The hash of a key, as which it is looked for: keyed, so that nobody can have two keys meet. One
 * that is in a table does not change, and is its entry there; a loop looks with one of its own.
 *
 * <p>Owned by who made it.
 */
class KeyHash {
  long value;

  KeyHash(long value) {
    this.value = value;
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof KeyHash hash && hash.value == value;
  }

  @Override
  public final int hashCode() {
    return Long.hashCode(value);
  }
}
