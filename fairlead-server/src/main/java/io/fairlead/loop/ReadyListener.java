// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

import java.nio.channels.SelectionKey;

/** Is told, on the loop, that a socket can be read, written, accepted from or is connected. */
@FunctionalInterface
public interface ReadyListener {
  /**
   * The key's ready operations say what is possible; an error on the socket shows as all of them.
   */
  void onReady(SelectionKey key);

  /** {@link #onReady} threw. What would only throw again and again must end here. */
  default void onDefect() {}
}
