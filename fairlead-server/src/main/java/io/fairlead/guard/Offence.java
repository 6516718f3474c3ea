// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

/**
 * What a source is blamed for. A first request without credentials is none, and a challenge that is
 * answered right is none. Immutable.
 */
public enum Offence {
  /** A digest that does not fit the user's password. */
  WRONG_PASSWORD,
  /** A user that the registrar does not know. */
  UNKNOWN_USER,
  /** A tool that looks for victims, by its User-Agent or by what it does. */
  SCANNER,
  /** A message that breaks the grammar or a rule of sanity. */
  MALFORMED,
  /** More messages than a source may send. */
  FLOOD
}
