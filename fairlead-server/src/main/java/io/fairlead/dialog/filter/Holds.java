// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

/** By this a filter holds the message it is asked about. Valid until it has answered. */
public interface Holds {
  /**
   * Holds it. To be returned by {@link CallFilter#onMessage}.
   *
   * @param deadlineNs how long, in nanoseconds; below 32 s, the life of a transaction
   * @param otherwise what happens when nothing was decided by then: {@link Verdict#PASS} or a
   *     {@link Verdict.Refused}
   */
  Hold until(long deadlineNs, Verdict otherwise);
}
