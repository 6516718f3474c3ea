// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/**
 * The timers of RFC 3261 §17 (table 4 in its appendix A). Immutable.
 *
 * @param t1 the round trip expected
 * @param t2 the longest interval between retransmissions
 * @param t4 how long a message may stay in the network
 * @param timerC how long an INVITE may ring
 */
public record TimerSettings(
    @Setting(
            value = "500ms",
            doc =
                "The round trip expected. The first retransmission over UDP comes after it, and a"
                    + " transaction without a final answer ends after 64 times it. RFC 3261 asks"
                    + " for 500 ms; less only in a network of your own.")
        Duration t1,
    @Setting(
            value = "4s",
            doc =
                "The longest interval between retransmissions of a request other than INVITE and of"
                    + " a final answer to an INVITE. RFC 3261 asks for 4 s.")
        Duration t2,
    @Setting(
            value = "5s",
            doc =
                "How long a message may stay in the network: so long a finished transaction absorbs"
                    + " late copies over UDP.")
        Duration t4,
    @Setting(
            value = "181s",
            doc =
                "How long an INVITE may ring without a final answer; every provisional answer but"
                    + " 100 begins it anew. RFC 3261 asks for more than three minutes, so that"
                    + " people have time to answer.")
        Duration timerC) {

  /** Checks that the lengths make sense together. */
  public TimerSettings {
    if (t1.compareTo(Duration.ofMillis(10)) < 0) {
      throw new SettingException("t1", "expected at least 10ms");
    }
    if (t2.compareTo(t1) < 0) {
      throw new SettingException("t2", "expected at least t1");
    }
    if (t4.isNegative()) {
      throw new SettingException("t4", "expected a duration");
    }
    if (timerC.compareTo(t1) < 0) {
      throw new SettingException("timer-c", "expected at least t1");
    }
  }

  /** What RFC 3261 gives. */
  public static TimerSettings defaults() {
    return new TimerSettings(
        Duration.ofMillis(500),
        Duration.ofSeconds(4),
        Duration.ofSeconds(5),
        Duration.ofSeconds(181));
  }
}
