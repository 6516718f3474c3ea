// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

/** Hears what a session learns, on its home loop. */
public interface EslListener {
  /** Both connections are there and authenticated, and events are subscribed to. */
  void onConnected();

  /** An event came. */
  void onEvent(EslEvent event);

  /**
   * An event came that cannot be read, and is passed over: what is in events comes from phones, so
   * it says nothing about the connection.
   */
  void onUnreadable();

  /**
   * The session is cut, or could not begin; it is tried again. Called once for each attempt.
   *
   * @param why in words, for people
   */
  void onDown(EslSessionError problem, String why);
}
