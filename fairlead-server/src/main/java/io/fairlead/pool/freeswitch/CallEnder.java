// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import io.fairlead.esl.EslReply;
import io.fairlead.esl.EslSession;
import java.util.function.Consumer;

/** Ends all calls of a backend, by having the backend do it. Used on the pools' home loop. */
public interface CallEnder {
  /** Orders it; then is told what came of the order, on the home loop. */
  void endCalls(Consumer<EslReply> then);

  /** One that uses the backend's event socket: FreeSWITCH sends the BYEs, to both sides. */
  static CallEnder over(EslSession session) {
    return then -> session.api("hupall MANAGER_REQUEST", then);
  }
}
