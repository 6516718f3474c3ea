// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.sip.DetachedEdits;
import org.jspecify.annotations.Nullable;

/**
 * A message in a {@link FilterChain}: with a filter, or behind one that is. Owned by one loop.
 *
 * <pre>
 *   BEHIND --those before it are gone--> ASKED --a filter holds it--> HELD --decided--> ASKED
 *   ASKED --all have passed it, or one has refused--> GONE
 * </pre>
 */
final class QueuedMessage {
  /** Where it stands. */
  enum State {
    /** Others of its dialog and direction come first. */
    BEHIND,
    /** Its filters are asked now. */
    ASKED,
    /** A filter holds it. */
    HELD,
    /** It has gone on, or will not. */
    GONE
  }

  final CallMessage message;
  final FilterChainListener then;
  final long lane;
  final long identity;
  State state = State.BEHIND;
  // How many filters have passed it.
  int passed;
  @Nullable DetachedEdits edits;
  @Nullable Hold hold;
  @Nullable QueuedMessage following;

  QueuedMessage(CallMessage message, long identity, FilterChainListener then) {
    this.message = message;
    this.identity = identity;
    this.lane = message.lane();
    this.then = then;
  }
}
