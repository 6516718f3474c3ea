// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import io.fairlead.config.Kind;
import java.util.List;

/** All sources of users there are. Immutable. */
public final class UserSources {
  private static final List<Kind<?, UserTools, Users>> ALL =
      List.of(FileUsers.KIND, SqlUsers.KIND, HttpUsers.KIND);

  private UserSources() {}

  /** The list, in the order of the reference page. */
  public static List<Kind<?, UserTools, Users>> kinds() {
    return ALL;
  }
}
