// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

/**
 * The timers A to M in nanoseconds, derived once from the settings. Immutable.
 *
 * @param t1 first value of A, E and G
 * @param t2 largest value of E and G
 * @param t4 I and K over an unreliable transport
 * @param whole 64 times T1: B, F, H, J, L and M
 * @param d how long a final answer to an INVITE may be repeated over an unreliable transport
 * @param trying when a request other than INVITE is answered 100 (RFC 4320 §4.1)
 */
record TimerLengths(long t1, long t2, long t4, long whole, long d, long trying) {
  private static final long D_AT_LEAST = 32_000_000_000L;

  static TimerLengths of(TimerSettings settings) {
    long t1 = settings.t1().toNanos();
    long t2 = settings.t2().toNanos();
    long whole = 64 * t1;
    return new TimerLengths(
        t1, t2, settings.t4().toNanos(), whole, Math.max(D_AT_LEAST, whole), trying(t1, t2));
  }

  // The time until a client's timer E has grown to T2: 3.5 s with the usual values.
  private static long trying(long t1, long t2) {
    long at = t1;
    for (long e = t1; 2 * e < t2; e *= 2) {
      at += 2 * e;
    }
    return at;
  }

  /** The value of E or G behind this one. */
  long afterwards(long interval) {
    return Math.min(2 * interval, t2);
  }
}
