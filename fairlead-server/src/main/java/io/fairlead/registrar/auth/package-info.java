// SPDX-License-Identifier: Apache-2.0
/**
 * Who may register (RFC 3261 §22, RFC 7616, RFC 8760).
 *
 * <ul>
 *   <li>Holds: digest authentication: challenge, nonces, the check of an answer.
 *   <li>Called by: registrar.
 *   <li>Calls: registrar.users for what is known of a user.
 *   <li>Owned by: each {@code Authenticator} by one loop.
 *   <li>Start at: {@link io.fairlead.registrar.auth.Authenticator}.
 * </ul>
 */
@NullMarked
package io.fairlead.registrar.auth;

import org.jspecify.annotations.NullMarked;
