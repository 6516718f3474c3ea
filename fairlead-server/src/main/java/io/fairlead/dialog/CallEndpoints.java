// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where the two sides of a live call are: the source of its INVITE, and the backend that has it.
 * Immutable.
 *
 * @param asked the side that a {@link ReferencedDialog} means
 * @param other the side it talks with
 */
public record CallEndpoints(@Nullable InetSocketAddress asked, @Nullable InetSocketAddress other) {}
