// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears of every message whose step threw: a defect of ours. Any loop may tell. */
@FunctionalInterface
interface DefectListener {
  /**
   * One more.
   *
   * @param what whose step it was, and what became of it
   */
  void met(String what, Throwable e);

  /** Logs and counts them. */
  static DefectListener logged(Meters meters) {
    Logger log = LoggerFactory.getLogger(DefectListener.class);
    Counter errors = meters.counter(Meter.LOOP_ERRORS);
    return (what, e) -> {
      errors.add();
      log.error("a step failed: {}", what, e);
    };
  }
}
