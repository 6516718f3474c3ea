// SPDX-License-Identifier: Apache-2.0
/**
 * From YAML text to checked records.
 *
 * <ul>
 *   <li>Holds: the YAML tree with its marks, the binder, durations and sizes, {@code Plugin}, error
 *       messages, and what is made from records: JSON Schema, reference page, the words of a
 *       reload.
 *   <li>Called by: every room that has settings.
 *   <li>Calls: snakeyaml-engine.
 *   <li>Owned by: nobody: all values are immutable.
 *   <li>Start at: {@link io.fairlead.config.Setting}.
 * </ul>
 */
@NullMarked
package io.fairlead.config;

import org.jspecify.annotations.NullMarked;
