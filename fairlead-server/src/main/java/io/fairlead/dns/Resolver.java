// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

/** Asks the DNS one question, without memory. Blocks, so never called on a loop. */
@FunctionalInterface
public interface Resolver {
  /** The answer; one that cannot be had is {@link Answer.Outcome#FAILED}. */
  Answer ask(Question question);
}
