// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.loop.Loop;
import io.fairlead.registrar.auth.RegistrarAuthentication;
import io.fairlead.registrar.users.DigestAlgorithm;
import io.fairlead.registrar.users.UserQuery;
import io.fairlead.store.AddressOfRecord;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hashes of the users that a registrar's configuration names. Owned by one loop. */
final class UserHa1s implements Ha1Source {
  private final RegistrarAuthentication users;
  private final Loop loop;

  UserHa1s(RegistrarAuthentication users, Loop loop) {
    this.users = users;
    this.loop = loop;
  }

  @Override
  public void find(
      AddressOfRecord aor, String realm, boolean sha256, Consumer<byte @Nullable []> onLoop) {
    String text = aor.toString();
    int at = text.lastIndexOf('@');
    UserQuery account =
        new UserQuery(text.substring(0, Math.max(0, at)), text.substring(at + 1), realm, false);
    DigestAlgorithm algorithm = sha256 ? DigestAlgorithm.SHA_256 : DigestAlgorithm.MD5;
    users.credentials(
        account, loop, known -> onLoop.accept(known == null ? null : known.ha1(algorithm)));
  }
}
