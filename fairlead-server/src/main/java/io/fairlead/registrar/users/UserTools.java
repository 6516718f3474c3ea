// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

/**
 * What a source of users is lent. Immutable.
 *
 * @param registrar the name of the registrar it serves, for threads and log lines
 */
public record UserTools(String registrar) {}
