// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.guard.GuardDependencies;
import io.fairlead.guard.ban.BanSettings;
import io.fairlead.guard.ban.Bans;
import io.fairlead.guard.ban.outlet.BanOutlets;
import io.fairlead.registrar.RegistrarMode;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.store.Bindings;
import io.fairlead.transport.NetworkListeners;
import java.io.IOException;

/** Gives bans what they need of the rest, before traffic is taken. Immutable. */
final class BanPreparation {
  private BanPreparation() {}

  /**
   * Says where devices are registered, opens what carries bans out, and brings back those of
   * before.
   *
   * @throws StartException when the kernel must carry bans out and cannot
   */
  static void of(
      Bans bans, Plan plan, GuardDependencies ground, NetworkListeners network, Bindings bindings) {
    BanSettings settings = plan.settings().guard().bans();
    if (settings != null && provesPasswords(plan)) {
      bindings.forEach(
          bans.nowMs(),
          (aor, binding) ->
              bans.registered(
                  binding.origin().remote().getAddress(), binding.renewal().expiresMs()));
    }
    try {
      BanOutlets.open(
          bans,
          settings,
          ground,
          new BanOutlets.Outside(
              network.listeners(),
              plan.settings().cluster().store(),
              plan.settings().cluster().all().own()));
    } catch (IOException e) {
      throw new StartException("guard.bans.firewall: " + e.getMessage(), e);
    }
  }

  // Where anybody may register, a registration proves nothing.
  private static boolean provesPasswords(Plan plan) {
    return plan.settings().registrars().values().stream().allMatch(BanPreparation::provesPasswords);
  }

  private static boolean provesPasswords(RegistrarSettings registrar) {
    return registrar.users() != null || registrar.mode() != RegistrarMode.LOCAL;
  }
}
