// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.List;
import java.util.Map;

/**
 * A type that is written as a single value. Immutable.
 *
 * @param type the class
 * @param noun one or two words for the reference page
 * @param expected what is accepted, for messages; empty when the error itself says it
 * @param names the accepted words, when they are a list
 * @param schema its JSON Schema
 * @param parse reads it
 */
record ScalarType(
    Class<?> type,
    String noun,
    String expected,
    List<String> names,
    Map<String, Object> schema,
    Parse parse) {
  /** Reads a value. */
  @FunctionalInterface
  interface Parse {
    /**
     * Reads one.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    Object apply(String text, YamlSource source);
  }
}
