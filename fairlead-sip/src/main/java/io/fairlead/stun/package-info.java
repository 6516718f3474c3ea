// SPDX-License-Identifier: Apache-2.0
/**
 * STUN messages and back (RFC 8489), with what RFC 3489 had before them.
 *
 * <ul>
 *   <li>Holds: a view on a message, a writer of answers, the attributes' numbers.
 *   <li>Called by: transport, which answers keepalives on SIP ports.
 *   <li>Calls: the JDK only.
 *   <li>Owned by: whoever reads; a message read is borrowed until the next is.
 *   <li>Start at: {@link io.fairlead.stun.StunMessage}.
 * </ul>
 */
@NullMarked
package io.fairlead.stun;

import org.jspecify.annotations.NullMarked;
