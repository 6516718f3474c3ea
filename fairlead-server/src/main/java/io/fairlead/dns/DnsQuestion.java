// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

/**
 * One question to the DNS. Immutable.
 *
 * @param name lower case, without the final dot
 * @param type what is asked of it
 */
public record DnsQuestion(String name, DnsRecordType type) {
  @Override
  public String toString() {
    return type + " " + name;
  }
}
