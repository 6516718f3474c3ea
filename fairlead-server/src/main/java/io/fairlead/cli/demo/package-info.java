// SPDX-License-Identifier: Apache-2.0
/**
 * The demo: a farm, a caller and a picture of both, in one process.
 *
 * <ul>
 *   <li>Holds: small SIP servers and phones, callers, the tallies of calls, the display.
 *   <li>Called by: {@code fairlead demo}.
 *   <li>Calls: server, to start a real Fairlead between them; sip, sdp.
 *   <li>Owned by: caller and servers by a thread each, the display by the main thread; between them
 *       the tally.
 *   <li>Start at: {@link io.fairlead.cli.demo.Demo}.
 * </ul>
 */
@NullMarked
package io.fairlead.cli.demo;

import org.jspecify.annotations.NullMarked;
