// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel forwards RTP in the relay's place, by nf_tables.
 *
 * <ul>
 *   <li>Holds: our table of nf_tables, the messages to the kernel, which streams it forwards, and
 *       what it counted.
 *   <li>Called by: media.relay, server.
 *   <li>Calls: media.relay (declares what it implements), observe.
 *   <li>Owned by: a thread of its own, {@code fl-kernel}.
 *   <li>Start at: {@link io.fairlead.media.kernel.KernelOffload}.
 * </ul>
 */
@NullMarked
package io.fairlead.media.kernel;

import org.jspecify.annotations.NullMarked;
