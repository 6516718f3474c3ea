// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

/** Asks the DNS one question, without memory. Blocks, so never called on a loop. */
@FunctionalInterface
public interface DnsResolver {
  /** The answer; one that cannot be had is {@link DnsAnswer.Outcome#FAILED}. */
  DnsAnswer ask(DnsQuestion question);
}
