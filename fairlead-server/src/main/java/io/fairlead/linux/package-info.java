// SPDX-License-Identifier: Apache-2.0
/**
 * What the JDK does not offer of Linux.
 *
 * <ul>
 *   <li>Holds: system calls by the Foreign Function API, socket options, addresses in the kernel's
 *       form, waiting for datagrams on thousands of sockets (io_uring, epoll).
 *   <li>Called by: transport, media, guard.
 *   <li>Calls: the JDK.
 *   <li>Owned by: what has state belongs to the thread that made it.
 *   <li>Start at: {@link io.fairlead.linux.DatagramPoller}.
 * </ul>
 */
@NullMarked
package io.fairlead.linux;

import org.jspecify.annotations.NullMarked;
