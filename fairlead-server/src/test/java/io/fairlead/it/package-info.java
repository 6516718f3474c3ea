// SPDX-License-Identifier: Apache-2.0
/**
 * Fairlead as it ships, on real sockets, with real peers: SIPp and Kamailio.
 *
 * <ul>
 *   <li>Holds: fixtures that start and end programs, and the tests that use them.
 *   <li>Called by: {@code mvn verify} and {@code ./test}, after the quick tests.
 *   <li>Calls: nothing of Fairlead; it is started as a process.
 *   <li>Owned by: the test that opened it.
 *   <li>Start at: {@link io.fairlead.it.LoopbackFarm}.
 * </ul>
 */
@NullMarked
package io.fairlead.it;

import org.jspecify.annotations.NullMarked;
