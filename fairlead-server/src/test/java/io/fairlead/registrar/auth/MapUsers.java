// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import io.fairlead.registrar.users.Account;
import io.fairlead.registrar.users.Credentials;
import io.fairlead.registrar.users.UserAnswer;
import io.fairlead.registrar.users.Users;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Users with passwords, in memory. Owned by one test. */
final class MapUsers implements Users {
  final Map<String, String> passwords = new ConcurrentHashMap<>(Map.of("alice", "secret"));
  boolean immediate = true;
  volatile boolean dead;

  @Override
  public UserAnswer find(Account account) {
    if (dead) {
      return new UserAnswer.Failed("dead", true);
    }
    String password = passwords.get(account.user());
    return password == null
        ? new UserAnswer.Unknown()
        : new UserAnswer.Found(Credentials.ofPassword(account, password));
  }

  @Override
  public boolean immediate() {
    return immediate;
  }

  @Override
  public void close() {}
}
