// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

/**
 * What one route says of a request. Immutable.
 *
 * @param index its place in the configuration, from 0
 * @param route its name
 * @param matches true when every condition holds
 * @param taken true for the first route that matches: the one that is taken
 * @param why in words: which condition failed, or that none did
 */
public record RouteExplanation(
    int index, String route, boolean matches, boolean taken, String why) {}
