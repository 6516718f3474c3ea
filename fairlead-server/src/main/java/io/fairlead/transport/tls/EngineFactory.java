// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** Makes engines that agree to the same terms, all alike. Any thread. */
interface EngineFactory {
  /**
   * A new engine.
   *
   * @param domain whom we connect to; null when the peer connects to us
   */
  SSLEngine engine(@Nullable String domain, int port);

  /** New keys for tickets, where the engines do not make their own. */
  default void seal(TicketKeys tickets) {}

  /** The engine is not used any more. */
  default void release(SSLEngine engine) {}

  /** No more engines will be asked for; those there are go on. */
  default void retire() {}
}
