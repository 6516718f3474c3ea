// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

/** Where users come from. */
public interface UserSource extends AutoCloseable {
  /**
   * Looks one up; any number of virtual threads may ask at once, and each may have to wait. What
   * goes wrong is an answer too.
   */
  UserLookupResult find(UserQuery account);

  /** True when it never waits: it is asked on the loop, and its answers are not kept elsewhere. */
  default boolean immediate() {
    return false;
  }

  @Override
  void close();
}
