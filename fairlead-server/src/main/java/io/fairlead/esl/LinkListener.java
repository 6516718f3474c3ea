// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

/** Hears of a link, on its home loop; also of one that is closed already. */
interface LinkListener {
  /** Both connections are there, and events are subscribed to. */
  void onUp(Link link);

  /** An event came. */
  void onEvent(Link link, EslEvent event);

  /** An event came that cannot be read. */
  void onUnreadable(Link link);

  /** The answer to the command that was sent last. */
  void onAnswer(Link link, String body);

  /** There is a new connection for commands, as asked for. */
  void onRenewed(Link link);

  /** It is at its end; of one link this may be told more than once. */
  void onDown(Link link, Trouble trouble);
}
