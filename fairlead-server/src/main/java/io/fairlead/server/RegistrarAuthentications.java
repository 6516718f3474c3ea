// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ChosenPlugin;
import io.fairlead.dialog.CookieKeys;
import io.fairlead.observe.Meters;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.registrar.auth.AuthSettings;
import io.fairlead.registrar.auth.RegistrarAuthentication;
import io.fairlead.registrar.users.UserSource;
import io.fairlead.registrar.users.UserTools;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What asks for passwords, by the registrar's name; stays over a reload when its settings do, with
 * all that it remembers.
 *
 * <p>Owned by whoever started Fairlead.
 */
final class RegistrarAuthentications {
  private record Made(
      ChosenPlugin<?, UserTools, UserSource> users,
      AuthSettings settings,
      RegistrarAuthentication authentication) {}

  private final CookieKeys keys;
  private final Meters meters;
  private Map<String, Made> byName = Map.of();

  RegistrarAuthentications(CookieKeys keys, Meters meters) {
    this.keys = keys;
    this.meters = meters;
  }

  /**
   * Makes those that the settings name.
   *
   * @return what is no longer needed, to be closed when no loop uses it
   */
  List<RegistrarAuthentication> take(Map<String, RegistrarSettings> registrars) {
    Map<String, Made> next = new HashMap<>();
    registrars.forEach((name, registrar) -> {
      ChosenPlugin<?, UserTools, UserSource> users = registrar.users();
      if (users != null) {
        next.put(name, made(name, users, registrar.authentication()));
      }
    });
    List<RegistrarAuthentication> left = new ArrayList<>();
    byName.forEach((name, made) -> {
      Made kept = next.get(name);
      if (kept == null || !kept.authentication.equals(made.authentication)) {
        left.add(made.authentication);
      }
    });
    byName = next;
    return left;
  }

  private Made made(
      String name, ChosenPlugin<?, UserTools, UserSource> users, AuthSettings settings) {
    Made known = byName.get(name);
    return known != null && known.users.equals(users) && known.settings.equals(settings)
        ? known
        : new Made(
            users, settings, new RegistrarAuthentication(name, settings, users, keys, meters));
  }

  /** Those there are now. */
  Map<String, RegistrarAuthentication> all() {
    Map<String, RegistrarAuthentication> all = new HashMap<>();
    byName.forEach((name, made) -> all.put(name, made.authentication));
    return Map.copyOf(all);
  }

  /** Lets go of every source of users. */
  void close() {
    take(Map.of()).forEach(RegistrarAuthentication::close);
  }
}
