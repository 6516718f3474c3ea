// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.sip.Edit;
import io.fairlead.sip.SipMessage;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;

/**
 * A message on its way over the boundary, and what becomes of it. Owned by one loop.
 *
 * @param rules what is hidden
 * @param message as it stands
 * @param flow by which it leaves or came
 * @param edit takes the changes, on the message's own positions
 * @param anonymous whether its sender asks not to be named
 */
public record CrossingMessage(
    HidingRules rules, SipMessage message, Flow flow, Edit edit, boolean anonymous) {
  /** The listener it leaves or came by. */
  Listener listener() {
    return flow.listener();
  }

  /** The bytes of the message. */
  byte[] bytes() {
    return message.bytes();
  }

  /** Cuts the i-th header line. */
  void cut(int i) {
    edit.cut(message.lineStart(i), message.lineEnd(i));
  }
}
