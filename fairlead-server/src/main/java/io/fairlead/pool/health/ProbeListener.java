// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

/** Hears what came of one probe. */
public interface ProbeListener {
  /** A final answer arrived. */
  void onAnswer(int status, long elapsedNs);

  /** None arrived in time. */
  void onSilence();

  /** Nobody could say how it is: that changes nothing. */
  void onUnknown();

  /** The probe could not be delivered: refused, reset, unreachable. */
  void onUnreachable(String why);
}
