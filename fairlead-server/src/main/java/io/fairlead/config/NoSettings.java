// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

/** The settings of a kind that has none. Immutable. */
public record NoSettings() {}
