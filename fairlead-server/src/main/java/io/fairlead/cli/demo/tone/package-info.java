// SPDX-License-Identifier: Apache-2.0
/**
 * What the demo's phones say and hear: G.711 over RTP, a tone for each phone, by which the one at
 * the other end knows whom he hears.
 *
 * <ul>
 *   <li>Holds: the codec, the tone and its detector, the sockets of phones behind a pretended NAT,
 *       a stranger who injects.
 *   <li>Called by: the demo.
 *   <li>Calls: nobody; datagrams of the JDK.
 *   <li>Owned by: one thread for all of them, {@link io.fairlead.cli.demo.tone.ToneLoop}.
 *   <li>Start at: {@link io.fairlead.cli.demo.tone.TonePhone}.
 * </ul>
 */
@NullMarked
package io.fairlead.cli.demo.tone;

import org.jspecify.annotations.NullMarked;
