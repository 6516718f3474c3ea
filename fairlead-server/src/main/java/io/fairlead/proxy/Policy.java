// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.pool.Pool;
import io.fairlead.route.Router;
import java.util.Map;

/**
 * What a reload changes: the routes and the pools they lead to. Swapped on each loop by one
 * command. Immutable.
 *
 * @param router the routes, first match wins
 * @param pools by name
 */
public record Policy(Router router, Map<String, Pool> pools) {}
