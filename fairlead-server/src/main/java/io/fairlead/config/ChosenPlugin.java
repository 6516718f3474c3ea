// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

/**
 * The kind that a configuration chose from an outlet's list, with its settings. Immutable.
 *
 * @param kind what was chosen
 * @param settings its settings, from the file or all defaults
 * @param <S> settings
 * @param <E> what the outlet lends
 * @param <T> what it is
 */
public record ChosenPlugin<S extends Record, E, T>(Plugin<S, E, T> kind, S settings) {
  /** The name as written. */
  public String name() {
    return kind.name();
  }

  /** Makes one. */
  public T create(E lent) {
    return kind.create().apply(settings, lent);
  }
}
