// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.overload;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What happens when there are more calls than can be handled. Immutable.
 *
 * @param queueDelay from when on new calls are refused; null for never
 * @param retryAfter when a refused caller may come again
 * @param tell whether clients that ask for it are told to send less
 * @param validity how long they shall
 */
public record OverloadSettings(
    @Setting(
            value = "200ms",
            off = true,
            doc =
                "How long messages may queue for a loop before new calls are refused: some at this"
                    + " delay, more the longer it is, all at twice of it. Below 500 ms, after which"
                    + " every peer repeats what it sent and doubles the load.")
        @Nullable Duration queueDelay,
    @Setting(
            value = "5s",
            doc =
                "When a caller who was refused may come again, in Retry-After: an overload of"
                    + " seconds is over by then.")
        Duration retryAfter,
    @Setting(
            value = "on",
            doc =
                "Whether clients whose Via asks for it by `oc` are told which share of their calls"
                    + " to keep back (RFC 7339). A client that does not ask is told nothing.")
        boolean tell,
    @Setting(
            value = "500ms",
            doc =
                "How long a client keeps them back when it hears nothing new; RFC 7339's own"
                    + " default.")
        Duration validity) {
  public OverloadSettings {
    if (queueDelay != null && queueDelay.toMillis() < 10) {
      throw new SettingException("queue-delay", "expected 10ms or more, or off");
    }
    if (retryAfter.toSeconds() < 1) {
      throw new SettingException("retry-after", "expected 1s or more");
    }
    if (!validity.isPositive()) {
      throw new SettingException("validity", "must be longer than 0s");
    }
  }
}
