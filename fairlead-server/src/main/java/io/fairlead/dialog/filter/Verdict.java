// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.observe.RefusalCause;

/** What a filter says of a message. */
public sealed interface Verdict permits Verdict.Pass, Verdict.Refused, Hold {
  /** It goes on, with the changes that stand in the edit. */
  Verdict PASS = new Pass();

  /** It goes on. Immutable. */
  record Pass() implements Verdict {}

  /**
   * It does not go on. A request is answered so; an answer with success is taken back from who gave
   * it, and who waits for it is told this. Immutable.
   *
   * @param cause with a status
   */
  record Refused(RefusalCause cause) implements Verdict {
    public Refused {
      if (cause.status() < 300) {
        throw new IllegalArgumentException(cause + " is no failure");
      }
    }
  }
}
