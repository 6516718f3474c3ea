// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

/**
 * Something wrong with the routes as a whole. Immutable.
 *
 * @param path where, as in the configuration: {@code routes[2].to}
 * @param message what, in words
 */
public record Finding(String path, String message) {}
