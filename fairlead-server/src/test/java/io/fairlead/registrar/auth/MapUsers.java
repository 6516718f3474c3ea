// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import io.fairlead.registrar.users.Credentials;
import io.fairlead.registrar.users.UserLookupResult;
import io.fairlead.registrar.users.UserQuery;
import io.fairlead.registrar.users.UserSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Users with passwords, in memory. Owned by one test. */
final class MapUsers implements UserSource {
  final Map<String, String> passwords = new ConcurrentHashMap<>(Map.of("alice", "secret"));
  boolean immediate = true;
  volatile boolean dead;

  @Override
  public UserLookupResult find(UserQuery account) {
    if (dead) {
      return new UserLookupResult.Failed("dead", true);
    }
    String password = passwords.get(account.user());
    return password == null
        ? new UserLookupResult.Unknown()
        : new UserLookupResult.Found(Credentials.ofPassword(account, password));
  }

  @Override
  public boolean immediate() {
    return immediate;
  }

  @Override
  public void close() {}
}
