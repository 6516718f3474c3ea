// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.CallEndpoints;
import io.fairlead.dialog.ReferencedDialog;
import io.fairlead.loop.Loop;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds a live call of this node by its dialog, on whichever loop it lives. */
public interface DialogLookup {
  /**
   * Looks for a call.
   *
   * @param home the calling loop
   * @param then told on that loop, maybe at once; null when no call here has that dialog
   */
  void find(ReferencedDialog dialog, Loop home, Consumer<@Nullable CallEndpoints> then);
}
