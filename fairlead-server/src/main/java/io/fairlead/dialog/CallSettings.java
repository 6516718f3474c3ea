// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/**
 * How live calls are followed. Immutable.
 *
 * @param maxDuration longest life of a call nobody ends
 * @param sessionGrace time allowed past the session timer
 * @param lostMemory how long a call is remembered that was lost with its backend
 * @param challengeMemory how long the answer to a digest challenge follows the challenge
 * @param waitingMessages how many messages of a dialog wait behind one that is held
 */
public record CallSettings(
    @Setting(
            value = "12h",
            doc =
                "A call that nobody has ended after this time no longer counts as load, and the log"
                    + " says so. Long, because a phone may sit in a conference all day; peers with"
                    + " session timers are noticed much earlier.")
        Duration maxDuration,
    @Setting(
            value = "60s",
            doc =
                "How long past its Session-Expires a call is still believed to live. Room for one"
                    + " refresh that is late or lost.")
        Duration sessionGrace,
    @Setting(
            value = "5m",
            doc =
                "How long a call is remembered that was lost when its FreeSWITCH died and was"
                    + " started anew: what its phone still asks is answered 481 at once, by which"
                    + " it hangs up. People hang up a silent call within a minute; later the"
                    + " FreeSWITCH answers so itself.")
        Duration lostMemory,
    @Setting(
            value = "60s",
            doc =
                "How long a request with credentials goes to the backend that sent the challenge,"
                    + " found by Call-ID. A person who types a password needs about that long;"
                    + " FreeSWITCH keeps its nonces to itself.")
        Duration challengeMemory,
    @Setting(
            value = "16",
            doc =
                "How many messages wait in one direction of one dialog while one before them is"
                    + " held, such as for an answer of the media engine. With one more the oldest"
                    + " request is answered 500 with Retry-After. Peers that wait for answers, as"
                    + " they should, never have so many under way.")
        int waitingMessages) {
  public CallSettings {
    positive("max-duration", maxDuration);
    positive("session-grace", sessionGrace);
    positive("lost-memory", lostMemory);
    positive("challenge-memory", challengeMemory);
    if (waitingMessages < 1) {
      throw new SettingException("waiting-messages", "must be at least 1");
    }
  }

  private static void positive(String key, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new SettingException(key, "must be longer than 0s");
    }
  }
}
