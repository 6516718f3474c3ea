// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.outlet;

import io.fairlead.guard.GuardDependencies;
import io.fairlead.guard.ban.BanSettings;
import io.fairlead.guard.ban.Bans;
import io.fairlead.guard.ban.FirewallMode;
import io.fairlead.guard.ban.kernel.KernelBans;
import io.fairlead.guard.ban.list.Blocklists;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.store.SharedStoreSettings;
import io.fairlead.transport.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins what carries bans out, keeps them, brings some and tells of them. Immutable. */
public final class BanOutlets {
  /**
   * What is outside. Immutable.
   *
   * @param listeners whose ports the kernel guards
   * @param shared where nodes of a cluster share bans
   * @param node the number of this one
   */
  public record Outside(List<Listener> listeners, SharedStoreSettings shared, int node) {}

  private BanOutlets() {}

  /**
   * Opens them and brings back the bans of before; before the loops run. They close with the bans.
   *
   * @param settings null when nobody is to be banned
   * @throws IOException when the kernel must carry bans out and cannot
   */
  public static void open(
      Bans bans, @Nullable BanSettings settings, GuardDependencies ground, Outside outside)
      throws IOException {
    if (settings == null) {
      return;
    }
    Meters meters = ground.meters();
    if (settings.firewall() != FirewallMode.OFF) {
      KernelBans kernel =
          KernelBans.open(bans, settings.firewall(), outside.listeners(), settings.bans(), meters);
      bans.listen(kernel, kernel::close);
      bans.kernel(kernel);
    }
    Path folder = ground.stateDir();
    if (folder != null) {
      BanFile file =
          new BanFile(
              folder.resolve("bans"),
              bans,
              ground.loops().getFirst(),
              ground.walker(),
              settings.bans());
      bans.listen(file, file::close);
      file.restore();
    }
    Path log = settings.log();
    if (log != null) {
      BanLog lines =
          new BanLog(log, ground.clockMs(), ground.walker(), meters.counter(Meter.BAN_LOG_LOST));
      bans.listen(lines, () -> {});
    }
    if (outside.shared().redis() != null) {
      SharedBans shared =
          new SharedBans(
              bans, outside.shared(), outside.node(), meters.counter(Meter.BANS_SHARED_LOSSES));
      bans.listen(shared, shared::close);
    }
    Blocklists lists = new Blocklists(bans, meters);
    bans.blocklists(lists::take);
    lists.take(settings.blocklists());
    bans.closing(lists::close);
  }
}
