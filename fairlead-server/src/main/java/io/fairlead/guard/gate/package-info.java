// SPDX-License-Identifier: Apache-2.0
/**
 * What is judged before a message makes any state: who may speak, how often, and what is no message
 * of a good peer.
 *
 * <ul>
 *   <li>Holds: the gate that listeners ask for each message, the one that requests pass when they
 *       have been read, and who is never counted.
 *   <li>Called by: {@code transport} through its {@code SourceGate}, {@code server}, {@code proxy}.
 *   <li>Calls: {@code transport}, {@code store}, {@code sip}, {@code net}, {@code observe}, {@code
 *       config}, {@code loop}.
 *   <li>Owned by: the node; any loop asks it.
 *   <li>Start at: {@link io.fairlead.guard.gate.Gate}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard.gate;

import org.jspecify.annotations.NullMarked;
