// SPDX-License-Identifier: Apache-2.0
/**
 * Speaking with the kernel's packet filter, nf_tables, without a program in between.
 *
 * <ul>
 *   <li>Holds: a netlink socket, messages that are done together or not at all, and rules as the
 *       kernel runs them.
 *   <li>Called by: media.kernel, guard.ban.
 *   <li>Calls: the JDK.
 *   <li>Owned by: the thread that opened the socket.
 *   <li>Start at: {@link io.fairlead.linux.netfilter.NetlinkBatch}.
 * </ul>
 */
@NullMarked
package io.fairlead.linux.netfilter;

import org.jspecify.annotations.NullMarked;
