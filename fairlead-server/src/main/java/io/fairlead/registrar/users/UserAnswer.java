// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

/** What a source says of a user. Immutable. */
public sealed interface UserAnswer {
  /** The user is known. */
  record Found(Credentials credentials) implements UserAnswer {}

  /** There is no such user. */
  record Unknown() implements UserAnswer {}

  /**
   * The source cannot say.
   *
   * @param why in words for the log
   */
  record Failed(String why) implements UserAnswer {}
}
