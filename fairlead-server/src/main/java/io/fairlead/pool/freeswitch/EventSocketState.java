// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import io.fairlead.esl.EslSessionError;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How it is with an event socket. Immutable.
 *
 * @param connected true when it is connected
 * @param problem why it is not; null when it is, or was not yet
 * @param why the same in words
 * @param since since when it is so
 */
public record EventSocketState(
    boolean connected, @Nullable EslSessionError problem, String why, Instant since) {
  static EventSocketState begun() {
    return new EventSocketState(false, null, "not connected yet", Instant.now());
  }

  static EventSocketState up() {
    return new EventSocketState(true, null, "connected", Instant.now());
  }

  EventSocketState down(EslSessionError now, String words) {
    return new EventSocketState(false, now, words, problem == now ? since : Instant.now());
  }
}
