// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.config.Plugin;

/**
 * A transport protocol that listeners can speak, and how one is opened. Immutable.
 *
 * @param transport what the layers above must know of it
 * @param kind opens a port
 */
record TransportPlugin(
    Transport transport, Plugin<ListenerSettings, TransportTools, OpenListener> kind) {}
