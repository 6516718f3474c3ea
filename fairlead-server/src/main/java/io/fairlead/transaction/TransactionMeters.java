// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;

/**
 * The room's counters, resolved once. Shared: see docs/ownership.md.
 *
 * @param requestsAbsorbed requests that came again
 * @param responsesAbsorbed final responses that came again
 * @param requestsResent requests sent again
 * @param responsesResent responses sent again
 * @param strayResponses responses nobody waits for
 * @param strayCancels CANCELs without an INVITE
 * @param timerB INVITEs without answer
 * @param timerF other requests without final answer
 * @param timerH final responses without ACK
 */
record TransactionMeters(
    Counter requestsAbsorbed,
    Counter responsesAbsorbed,
    Counter requestsResent,
    Counter responsesResent,
    Counter strayResponses,
    Counter strayCancels,
    Counter timerB,
    Counter timerF,
    Counter timerH) {

  static TransactionMeters of(Meters meters) {
    return new TransactionMeters(
        meters.counter(Meter.TRANSACTION_ABSORBED, "request"),
        meters.counter(Meter.TRANSACTION_ABSORBED, "response"),
        meters.counter(Meter.TRANSACTION_RETRANSMITTED, "request"),
        meters.counter(Meter.TRANSACTION_RETRANSMITTED, "response"),
        meters.counter(Meter.TRANSACTION_STRAYS, "response"),
        meters.counter(Meter.TRANSACTION_STRAYS, "cancel"),
        meters.counter(Meter.TRANSACTION_TIMEOUTS, "B"),
        meters.counter(Meter.TRANSACTION_TIMEOUTS, "F"),
        meters.counter(Meter.TRANSACTION_TIMEOUTS, "H"));
  }
}
