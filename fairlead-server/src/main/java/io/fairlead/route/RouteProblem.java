// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import org.jspecify.annotations.Nullable;

/**
 * Something wrong with the routes as a whole. Immutable.
 *
 * @param path where, as in the configuration: {@code routes[2].to}
 * @param message what, in words
 * @param nearest the name that was probably meant
 */
public record RouteProblem(String path, String message, @Nullable String nearest) {
  private static final String UNREACHABLE = "no request comes here";

  /** One before takes all that this one would. */
  static RouteProblem unreachable(String path, String why) {
    return new RouteProblem(path, UNREACHABLE + ": " + why, null);
  }

  /** Whether it is that no request comes to a route. */
  public boolean isUnreachable() {
    return message.startsWith(UNREACHABLE);
  }
}
