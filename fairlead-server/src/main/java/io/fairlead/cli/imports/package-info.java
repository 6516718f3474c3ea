// SPDX-License-Identifier: Apache-2.0
/**
 * Import: what other balancers were told, as a configuration of ours.
 *
 * <ul>
 *   <li>Holds: readers for the files of Kamailio, OpenSIPS and FreeSWITCH, the draft they fill, and
 *       what writes it.
 *   <li>Called by: {@code fairlead import}.
 *   <li>Calls: pool and sip, to read addresses as the configuration will.
 *   <li>Owned by: the main thread.
 *   <li>Start at: {@link io.fairlead.cli.imports.Import}.
 * </ul>
 */
@NullMarked
package io.fairlead.cli.imports;

import org.jspecify.annotations.NullMarked;
