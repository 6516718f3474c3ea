// SPDX-License-Identifier: Apache-2.0
/**
 * Those who attack the demo: each from a loopback address of its own, over a socket of its own.
 *
 * <ul>
 *   <li>Holds: a scanner, a cracker, a flooder, a phone with a wrong password, and the picture of
 *       what becomes of them.
 *   <li>Called by: the demo.
 *   <li>Calls: guard, to tell how it stands with a source; sockets of the JDK.
 *   <li>Owned by: each attacker by a virtual thread; the picture by the main thread.
 *   <li>Start at: {@link io.fairlead.cli.demo.attack.Attacker}.
 * </ul>
 */
@NullMarked
package io.fairlead.cli.demo.attack;

import org.jspecify.annotations.NullMarked;
