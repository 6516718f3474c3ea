// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.guard.OffenceListener;
import io.fairlead.loop.Loop;
import io.fairlead.observe.RefusalCause;
import io.fairlead.registrar.auth.AuthResult;
import io.fairlead.registrar.auth.Authenticator;
import io.fairlead.registrar.auth.RegistrarAuthentication;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a device for the password here where one registration behind us stands for all devices of a
 * user: the registrar there need not hear of one more. Without users of our own it has to, since
 * nobody else knows the password.
 *
 * <p>Owned by one loop.
 */
final class LocalDeviceAuth {
  /** What becomes of a device. */
  interface Gate {
    /** It is who it says. */
    void joins(IncomingRegister arrival);

    /** Only the registrar behind us can tell. */
    void passes(IncomingRegister arrival);

    /** It is not let in. */
    void refuses(IncomingRegister arrival, RefusalCause cause);
  }

  private final Supplier<@Nullable RegistrarAuthentication> users;
  private final Loop loop;
  private final OffenceListener offences;
  private final Gate gate;
  private @Nullable RegistrarAuthentication known;
  private @Nullable Authenticator authenticator;

  LocalDeviceAuth(
      Supplier<@Nullable RegistrarAuthentication> users,
      Loop loop,
      OffenceListener offences,
      Gate gate) {
    this.offences = offences;
    this.users = users;
    this.loop = loop;
    this.gate = gate;
  }

  void ask(IncomingRegister arrival) {
    Authenticator now = authenticator();
    if (now == null) {
      gate.passes(arrival);
      return;
    }
    AuthResult result = now.now(arrival.flow(), arrival.request());
    if (result instanceof AuthResult.Pending) {
      now.later(arrival.flow(), arrival.request(), late -> decided(arrival, late));
    } else {
      decided(arrival, result);
    }
  }

  private @Nullable Authenticator authenticator() {
    RegistrarAuthentication now = users.get();
    if (now != known) {
      known = now;
      authenticator = now == null ? null : now.on(loop, offences);
    }
    return authenticator;
  }

  private void decided(IncomingRegister arrival, AuthResult result) {
    switch (result) {
      case AuthResult.Granted granted -> gate.joins(arrival);
      case AuthResult.Challenge challenge ->
          arrival
              .device()
              .reject(
                  RefusalCause.UNAUTHORIZED.status(),
                  RefusalCause.UNAUTHORIZED.reason(),
                  challenge.headers());
      case AuthResult.Refused refused -> gate.refuses(arrival, RefusalCause.WRONG_USER);
      case AuthResult.Malformed malformed -> gate.refuses(arrival, RefusalCause.BAD_REGISTRATION);
      case AuthResult.Unavailable unavailable -> gate.passes(arrival);
      case AuthResult.Pending pending ->
          throw new IllegalStateException("an answer that is late cannot be later still");
    }
  }
}
