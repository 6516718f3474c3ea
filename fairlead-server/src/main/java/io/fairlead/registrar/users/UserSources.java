// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import io.fairlead.config.Plugin;
import java.util.List;

/** All sources of users there are. Immutable. */
public final class UserSources {
  private static final List<Plugin<?, UserTools, UserSource>> ALL =
      List.of(FileUsers.KIND, SqlUsers.KIND, HttpUsers.KIND);

  private UserSources() {}

  /** The list, in the order of the reference page. */
  public static List<Plugin<?, UserTools, UserSource>> kinds() {
    return ALL;
  }
}
