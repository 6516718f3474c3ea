// SPDX-License-Identifier: Apache-2.0
/**
 * The commands that speak with a running Fairlead.
 *
 * <ul>
 *   <li>Holds: the client of the control socket, which socket is meant, status as text, the live
 *       view.
 *   <li>Called by: the commands of cli.
 *   <li>Calls: admin; cli for the terminal and tables; config for nearest names.
 *   <li>Owned by: the main thread.
 *   <li>Start at: {@link io.fairlead.cli.control.ControlClient}.
 * </ul>
 */
@NullMarked
package io.fairlead.cli.control;

import org.jspecify.annotations.NullMarked;
