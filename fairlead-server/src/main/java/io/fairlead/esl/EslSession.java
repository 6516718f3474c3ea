// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import java.util.function.Consumer;

/**
 * A session with one event socket: a connection for events, and a second one for commands, so that
 * a slow command holds up no event. Its methods are called on its home loop.
 */
public interface EslSession {
  /** A session without anybody at the other end. */
  EslSession NONE =
      new EslSession() {
        @Override
        public void api(String command, Consumer<EslReply> then) {
          then.accept(new EslReply.Failed("not connected"));
        }

        @Override
        public void hasten() {}

        @Override
        public void close() {}
      };

  /**
   * Has a command run, {@code fsctl pause_check inbound}.
   *
   * @param then is given the answer, exactly once, on the home loop; at once when not connected
   */
  void api(String command, Consumer<EslReply> then);

  /**
   * There is reason to believe that the other end is there: when it waits for its next attempt,
   * that is made now.
   */
  void hasten();

  /** Ends it; the listener hears nothing more. */
  void close();
}
