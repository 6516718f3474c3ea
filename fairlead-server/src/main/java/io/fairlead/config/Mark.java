// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

/**
 * A place in a text, counted from 1 as editors do; line 0 is the file as a whole. Immutable.
 *
 * @param line line number
 * @param column column number, in characters
 */
public record Mark(int line, int column) {
  /** The file as a whole. */
  public static final Mark FILE = new Mark(0, 0);
}
