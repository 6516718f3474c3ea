// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

/**
 * What happens when: a server is killed and later brought back. With a length once, at a third and
 * two thirds of it; without one again and again, with the next server. Owned by one thread.
 */
final class DemoScript {
  private static final int FIRST_SERVER = 1;
  private static final int ENDLESS_PART = 10;

  /** One act. */
  sealed interface Act {}

  /** Nothing now. */
  record Nothing() implements Act {}

  /**
   * Kill a server.
   *
   * @param server which, counting on for ever
   */
  record Kill(int server) implements Act {}

  /**
   * Bring it back.
   *
   * @param server which
   */
  record Revive(int server) implements Act {}

  private final int seconds;
  private final int part;
  private int acts;

  /**
   * @param seconds length, or 0 for endless
   */
  DemoScript(int seconds) {
    this.seconds = seconds;
    part = seconds == 0 ? ENDLESS_PART : Math.max(1, seconds / 3);
  }

  /** True when the time is over. */
  boolean over(long now) {
    return seconds != 0 && now >= seconds;
  }

  /** What is due now; each act once. */
  Act next(long now) {
    if (now < (acts + 1L) * part || seconds != 0 && acts >= 2) {
      return new Nothing();
    }
    int server = FIRST_SERVER + acts / 2;
    boolean kill = acts % 2 == 0;
    acts++;
    return kill ? new Kill(server) : new Revive(server);
  }
}
