// SPDX-License-Identifier: Apache-2.0
/**
 * The command line.
 *
 * <ul>
 *   <li>Holds: the commands, the terminal, signals, the watch on the configuration file, the demo.
 *   <li>Called by: the operator.
 *   <li>Calls: server, admin; for lists and tables pool, transport, store; in the demo guard.
 *   <li>Owned by: the main thread.
 *   <li>Start at: {@link io.fairlead.cli.Main}.
 * </ul>
 */
@NullMarked
package io.fairlead.cli;

import org.jspecify.annotations.NullMarked;
