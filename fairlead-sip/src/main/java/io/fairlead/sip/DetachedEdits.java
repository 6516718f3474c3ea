// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

/**
 * What an {@link Edit} was told of one message, kept until the message is written. Immutable.
 *
 * @param places as in the edit, counted from the first byte of the message
 * @param text what is inserted
 */
public record DetachedEdits(int[] places, byte[] text) {}
