// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.function.BiFunction;

/**
 * One choice that an outlet offers: a balancing algorithm, a health check, a transport. The list of
 * Kinds is the registration: names, settings, reference text and contract tests come from it.
 * Immutable.
 *
 * @param name as written in the configuration
 * @param doc one sentence for {@code fairlead list} and the reference page
 * @param settings the record of its settings
 * @param create makes one from its settings and what the outlet lends it
 * @param <S> settings
 * @param <E> what the outlet lends
 * @param <T> what it is
 */
public record Plugin<S extends Record, E, T>(
    String name, String doc, Class<S> settings, BiFunction<S, E, T> create) {}
