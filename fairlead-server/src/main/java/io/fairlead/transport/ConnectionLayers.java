// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the sockets of a listener and its messages. Immutable.
 *
 * @param security encrypts each connection; null for none
 * @param framing cuts each connection's bytes into messages
 */
record ConnectionLayers(
    @Nullable Function<LayeredConnection, ConnectionEncryption> security,
    Function<LayeredConnection, Framing> framing) {}
