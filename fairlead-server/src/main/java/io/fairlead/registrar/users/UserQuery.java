// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

/**
 * Whom a source is asked for. Immutable.
 *
 * @param user the name without domain
 * @param domain the host of the address of record, in lower case
 * @param realm what the hashes are made with
 * @param qualified the phone gave its name as {@code user@domain}, which its hash is made with
 */
public record UserQuery(String user, String domain, String realm, boolean qualified) {
  /** The name that the hash is made with (RFC 7616 §3.4.2). */
  public String username() {
    return qualified ? user + "@" + domain : user;
  }
}
