// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.util.Arrays;
import java.util.Locale;

/** How a decision came about, one label value of its meter each. Immutable. */
enum AuthOutcome {
  GRANTED,
  /** No answer to a challenge of ours was there. */
  CHALLENGED,
  /** The nonce was ours and too old. */
  STALE,
  /** The nonce was not ours. */
  FORGED,
  /** Nonce and count had been used. */
  REPLAYED,
  WRONG_PASSWORD,
  UNKNOWN_USER,
  /** The user asks for another's address of record. */
  OTHER_USER,
  /** The source has no hash for the algorithm that the phone chose. */
  NO_HASH,
  NO_QOP,
  MALFORMED,
  UNAVAILABLE;

  /** The counters of a registrar, by ordinal. */
  static Counter[] counters(Meters meters, String registrar) {
    return Arrays.stream(values())
        .map(o -> meters.counter(Meter.REGISTRAR_AUTH, registrar, o.label()))
        .toArray(Counter[]::new);
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
