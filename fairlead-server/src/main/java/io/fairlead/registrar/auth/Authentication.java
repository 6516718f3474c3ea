// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import io.fairlead.config.Choice;
import io.fairlead.dialog.RoutingKeys;
import io.fairlead.loop.Loop;
import io.fairlead.observe.Meters;
import io.fairlead.registrar.users.UserTools;
import io.fairlead.registrar.users.Users;

/** The authentication of one registrar: what its loops share. Immutable. */
public final class Authentication implements AutoCloseable {
  private final AuthSettings settings;

  /**
   * @param registrar its name, for meters and log lines
   * @param settings how users prove who they are
   * @param users where they come from
   * @param keys from which the key of the nonces is made
   */
  public Authentication(
      String registrar,
      AuthSettings settings,
      Choice<?, UserTools, Users> users,
      RoutingKeys keys,
      Meters meters) {
    this.settings = settings;
  }

  /** The authenticator of one loop; one is enough for the life of the loop. */
  public Authenticator on(Loop loop) {
    return new Authenticator(settings);
  }

  /** Lets go of the source of users. */
  @Override
  public void close() {}
}
