// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.cli.Plurals;
import java.io.PrintWriter;
import java.util.List;

/** The last words of the demo. Immutable. */
final class DemoSummary {
  private DemoSummary() {}

  /**
   * Prints it.
   *
   * @param answerer what answers calls: server
   * @param deaths what was done to them, in words
   * @return true when calls were answered and none failed
   */
  static boolean print(
      PrintWriter out, String answerer, CallTally.Total total, List<String> deaths) {
    out.printf(
        "%s placed, %d answered, %d failed. Set-up time, ringing included: p50 %d ms, p95 %d ms.%n",
        Plurals.count(total.placed(), "call"),
        total.answered(),
        total.failed(),
        total.p50Ms(),
        total.p95Ms());
    deaths.forEach(death -> out.println(death + "."));
    if (total.lost() > 0) {
      out.println(
          Plurals.count(total.lost(), "call")
              + " ended with a "
              + answerer
              + " that went down. They were ringing or talking on it, and what it knew of\n"
              + "a call goes with it. Calls begun while it was away went to the others.");
    }
    if (total.unfinished() > 0) {
      out.println(Plurals.count(total.unfinished(), "call") + " not over when the demo ended.");
    }
    total.reasons().forEach((reason, count) -> out.println("failed: " + reason + ": " + count));
    boolean good = total.failed() == 0 && total.answered() > 0;
    out.println(
        good
            ? "Good: no call failed."
            : total.answered() == 0 ? "Bad: no call was answered." : "Bad: calls failed.");
    out.flush();
    return good;
  }
}
