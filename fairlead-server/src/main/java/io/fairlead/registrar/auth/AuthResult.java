// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

/** What became of a request that must say who sends it. Immutable. */
public sealed interface AuthResult {
  /**
   * The user has proved to know the password, and the address of record is the user's own.
   *
   * @param user the name without domain
   */
  record Granted(String user) implements AuthResult {}

  /**
   * 401 Unauthorized.
   *
   * @param headers whole WWW-Authenticate lines with CR LF, the strongest algorithm first
   */
  record Challenge(String headers) implements AuthResult {}

  /** 403 Forbidden: an unknown user, a wrong password or another's address of record. */
  record Refused() implements AuthResult {}

  /**
   * 400 Bad Request.
   *
   * @param why what is wrong, fit for a reason phrase
   */
  record Malformed(String why) implements AuthResult {}

  /**
   * 500 Server Internal Error with Retry-After: the users cannot be asked now.
   *
   * @param retryAfterSeconds when to try again
   */
  record Unavailable(int retryAfterSeconds) implements AuthResult {}

  /** Not known yet: keep the request and give it to {@link Authenticator#later}. */
  record Pending() implements AuthResult {}
}
