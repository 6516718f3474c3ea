// SPDX-License-Identifier: Apache-2.0
/**
 * Bytes to messages and back (RFC 3261 §7, §25).
 *
 * <ul>
 *   <li>Holds: the parser, the header index, {@code Edit} (splice), URI, Via, name-addr, framing.
 *   <li>Called by: every room that looks into a message.
 *   <li>Calls: the JDK only.
 *   <li>Owned by: whoever parses; a parsed message is borrowed until {@code keep()}.
 *   <li>Start at: {@link io.fairlead.sip.SipParser}.
 * </ul>
 */
@NullMarked
package io.fairlead.sip;

import org.jspecify.annotations.NullMarked;
