// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.Ends;
import io.fairlead.dialog.NamedDialog;
import io.fairlead.loop.Loop;
import io.fairlead.proxy.DialogOwners;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the loop that owns a Call-ID whether it has the call, and brings the answer home. The
 * stations are all there before the first request. Immutable.
 */
final class CallOwners implements DialogOwners {
  private final Inbound.Owners owners;
  private final List<Station> stations;

  CallOwners(Inbound.Owners owners, List<Station> stations) {
    this.owners = owners;
    this.stations = stations;
  }

  @Override
  public void find(NamedDialog dialog, Loop home, Consumer<@Nullable Ends> then) {
    Loop owner = owners.ofCall(dialog.callId(), 0, dialog.callId().length).loop();
    Station station = stations.get(owner.index());
    if (owner.index() == home.index()) {
      then.accept(station.calls().ends(dialog));
    } else {
      owner.execute(() -> {
        Ends found = station.calls().ends(dialog);
        home.execute(() -> then.accept(found));
      });
    }
  }
}
