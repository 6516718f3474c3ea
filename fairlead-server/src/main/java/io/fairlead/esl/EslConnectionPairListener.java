// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

/** Hears of a link, on its home loop; also of one that is closed already. */
interface EslConnectionPairListener {
  /** Both connections are there, and events are subscribed to. */
  void onUp(EslConnectionPair link);

  /** An event came. */
  void onEvent(EslConnectionPair link, EslEvent event);

  /** An event came that cannot be read. */
  void onUnreadable(EslConnectionPair link);

  /** The answer to the command that was sent last. */
  void onAnswer(EslConnectionPair link, String body);

  /** There is a new connection for commands, as asked for. */
  void onRenewed(EslConnectionPair link);

  /** It is at its end; of one link this may be told more than once. */
  void onDown(EslConnectionPair link, EslFailure trouble);
}
