// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

/**
 * A place in a text, counted from 1 as editors do; line 0 is the file as a whole. Immutable.
 *
 * @param line line number
 * @param column column number, in characters
 */
public record SourcePosition(int line, int column) {
  /** The file as a whole. */
  public static final SourcePosition FILE = new SourcePosition(0, 0);
}
