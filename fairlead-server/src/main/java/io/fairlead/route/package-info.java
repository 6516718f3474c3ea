// SPDX-License-Identifier: Apache-2.0
/**
 * What should become of a request that belongs to no dialog.
 *
 * <ul>
 *   <li>Holds: routes and their conditions, number and header rules, checks and explanations of
 *       both, and what is said of such requests and their answers.
 *   <li>Called by: server, proxy, registrar.
 *   <li>Calls: transport, store, and the ground.
 *   <li>Owned by: nobody: a router is immutable and shared by all loops; each has a log of its own.
 *   <li>Start at: {@link io.fairlead.route.Router}.
 * </ul>
 */
@NullMarked
package io.fairlead.route;

import org.jspecify.annotations.NullMarked;
