// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import io.fairlead.sip.SipRequest;
import java.util.function.Consumer;

/** Decides who may register, on one loop. Owned by one loop. */
public final class Authenticator {
  private final AuthSettings settings;

  Authenticator(AuthSettings settings) {
    this.settings = settings;
  }

  /** Decides on a borrowed REGISTER, as far as that can be done without waiting. */
  public AuthResult now(SipRequest request) {
    return new AuthResult.Unavailable((int) settings.retryAfter().toSeconds());
  }

  /**
   * Decides on a REGISTER for which {@link #now} gave {@link AuthResult.Pending}, when its user has
   * been asked for.
   *
   * @param kept the request, kept
   * @param onLoop gets the result on this loop, never Pending, never before this method returns
   */
  public void later(SipRequest kept, Consumer<AuthResult> onLoop) {
    onLoop.accept(now(kept));
  }
}
