// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

/** What a source says of a user. Immutable. */
public sealed interface UserLookupResult {
  /** The user is known. */
  record Found(Credentials credentials) implements UserLookupResult {}

  /** There is no such user. */
  record Unknown() implements UserLookupResult {}

  /**
   * The source cannot say.
   *
   * @param why in words for the log
   * @param dead it could not say for anybody: it is left alone for a while
   */
  record Failed(String why, boolean dead) implements UserLookupResult {}
}
