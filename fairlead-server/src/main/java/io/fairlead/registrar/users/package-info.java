// SPDX-License-Identifier: Apache-2.0
/**
 * Whom the registrar knows: users and the hashes of their passwords.
 *
 * <ul>
 *   <li>Holds: the sources (file, SQL, HTTP) and the cache before them.
 *   <li>Called by: registrar.auth.
 *   <li>Calls: config for the file, HikariCP, Caffeine, the JDK's HTTP client.
 *   <li>Owned by: nobody: shared by all loops; sources are asked on virtual threads.
 *   <li>Start at: {@link io.fairlead.registrar.users.UserCache}.
 * </ul>
 */
@NullMarked
package io.fairlead.registrar.users;

import org.jspecify.annotations.NullMarked;
