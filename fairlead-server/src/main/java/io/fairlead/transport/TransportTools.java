// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.loop.Loops;
import io.fairlead.observe.Meters;
import io.fairlead.transport.tls.TlsRuntime;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the network lends a transport to open a port with. Immutable.
 *
 * @param index the listener's place in the configuration
 * @param loops where its sockets are served
 * @param scratch one per loop
 * @param connections where open connections are numbered
 * @param meters where it counts
 * @param tls what TLS listeners share, made when the first asks
 */
record TransportTools(
    int index,
    Loops loops,
    List<LoopBuffers> scratch,
    ConnectionRegistry connections,
    Meters meters,
    Supplier<TlsRuntime> tls) {
  /** The scratch of the loop of that index. */
  LoopBuffers scratch(int loop) {
    return scratch.get(loop);
  }
}
