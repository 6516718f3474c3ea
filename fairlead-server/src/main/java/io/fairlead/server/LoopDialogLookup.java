// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.CallEndpoints;
import io.fairlead.dialog.ReferencedDialog;
import io.fairlead.loop.Loop;
import io.fairlead.proxy.DialogLookup;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the loop that owns a Call-ID whether it has the call, and brings the answer home. The
 * stations are all there before the first request. Immutable.
 */
final class LoopDialogLookup implements DialogLookup {
  private final LoopDispatcher owners;
  private final List<LoopComponents> stations;

  LoopDialogLookup(LoopDispatcher owners, List<LoopComponents> stations) {
    this.owners = owners;
    this.stations = stations;
  }

  @Override
  public void find(ReferencedDialog dialog, Loop home, Consumer<@Nullable CallEndpoints> then) {
    Loop owner = owners.ofCall(dialog.callId(), 0, dialog.callId().length).loop();
    LoopComponents station = stations.get(owner.index());
    if (owner.index() == home.index()) {
      then.accept(station.calls().ends(dialog));
    } else {
      owner.execute(() -> {
        CallEndpoints found = station.calls().ends(dialog);
        home.execute(() -> then.accept(found));
      });
    }
  }
}
