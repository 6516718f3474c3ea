// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import io.fairlead.loop.Loop;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens sessions over the network.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class EslClient implements EslConnector, AutoCloseable {
  private final Set<NetworkEslSession> sessions = ConcurrentHashMap.newKeySet();

  /** May be called from any thread. */
  @Override
  public EslSession open(EslTarget target, Loop home, EslListener listener) {
    NetworkEslSession session = new NetworkEslSession(target, home, listener, sessions::remove);
    sessions.add(session);
    home.execute(session::connect);
    return session;
  }

  /** Has every session that is still open closed on its home loop; from any thread. */
  @Override
  public void close() {
    sessions.forEach(session -> session.home().execute(session::close));
  }
}
