// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import java.net.InetSocketAddress;

/**
 * An event socket and how it is spoken to. Immutable.
 *
 * @param name of whom it is, for logs and threads
 * @param address where it listens
 * @param settings password and times
 */
public record EslTarget(String name, InetSocketAddress address, EslSettings settings) {}
