// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import javax.net.ssl.SSLEngine;

/**
 * An engine and who made it, to be given back once.
 *
 * <p>Owned by the loop of its connection, or during a handshake by the thread that works it.
 */
public final class TlsEngine {
  private final SSLEngine engine;
  private final EngineFactory source;

  TlsEngine(SSLEngine engine, EngineFactory source) {
    this.engine = engine;
    this.source = source;
  }

  /** The engine itself. */
  public SSLEngine engine() {
    return engine;
  }

  /** Gives it back. */
  public void release() {
    source.release(engine);
  }
}
