// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import io.fairlead.config.ChosenPlugin;
import io.fairlead.dialog.CookieKeys;
import io.fairlead.guard.OffenceListener;
import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meters;
import io.fairlead.registrar.users.Credentials;
import io.fairlead.registrar.users.UserCache;
import io.fairlead.registrar.users.UserLookupResult;
import io.fairlead.registrar.users.UserQuery;
import io.fairlead.registrar.users.UserSource;
import io.fairlead.registrar.users.UserTools;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The authentication of one registrar: what its loops share. Immutable. */
public final class RegistrarAuthentication implements AutoCloseable {
  private final AuthSettings settings;
  private final UserCache users;
  private final List<SipHash> keys;
  private final Counter[] outcomes;
  private final LongSupplier clockMs;

  /**
   * @param registrar its name, for meters and log lines
   * @param settings how users prove who they are
   * @param users where they come from
   * @param keys from which the keys of the nonces are made
   * @throws io.fairlead.config.ConfigException when a file of users is broken
   */
  public RegistrarAuthentication(
      String registrar,
      AuthSettings settings,
      ChosenPlugin<?, UserTools, UserSource> users,
      CookieKeys keys,
      Meters meters) {
    this(
        settings,
        new UserCache(
            registrar,
            users.create(new UserTools(registrar)),
            settings.cache(),
            meters,
            System::nanoTime),
        keys.derived("nonce"),
        AuthOutcome.counters(meters, registrar),
        System::currentTimeMillis);
  }

  RegistrarAuthentication(
      AuthSettings settings,
      UserCache users,
      List<SipHash> keys,
      Counter[] outcomes,
      LongSupplier clockMs) {
    this.settings = settings;
    this.users = users;
    this.keys = keys;
    this.outcomes = outcomes;
    this.clockMs = clockMs;
  }

  /**
   * The authenticator of one loop. A new one knows no nonce made before it, so it is kept as long
   * as the loop.
   *
   * @param offences hears who gives wrong answers, and right ones
   */
  public Authenticator on(Loop loop, OffenceListener offences) {
    long first = new SecureRandom().nextLong();
    Nonces nonces = new Nonces(keys, settings.nonceLifetime().toSeconds(), first, clockMs);
    return new Authenticator(settings, users, nonces, outcomes, loop, offences);
  }

  /**
   * What is known of a user, for a REGISTER of our own to a registrar behind us.
   *
   * @param onLoop gets it on the loop, now or later; null when nothing is known
   */
  public void credentials(UserQuery account, Loop loop, Consumer<@Nullable Credentials> onLoop) {
    UserLookupResult known = users.now(account);
    if (known == null) {
      users.ask(account, loop, answer -> onLoop.accept(found(answer)));
    } else {
      onLoop.accept(found(known));
    }
  }

  private static @Nullable Credentials found(UserLookupResult answer) {
    return answer instanceof UserLookupResult.Found found ? found.credentials() : null;
  }

  /** Lets go of the source of users. */
  @Override
  public void close() {
    users.close();
  }
}
