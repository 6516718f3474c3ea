// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Calls with the same key go to the same backend: conferences, queues. Immutable. */
public record AffinitySettings(
    @Setting(
            value = "user",
            doc =
                "What of the request is the key: `user` of the request-URI, `user:REGEX` for the"
                    + " first group of an expression that matches all of it, or `header:NAME`, of"
                    + " at most 256 bytes. A request without it is balanced as usual.")
        AffinityKey key,
    @Setting(
            doc =
                "Keys of routes with the same scope mean the same thing; such routes lead to one"
                    + " pool. Without it: the pool's name.")
        @Nullable String scope,
    @Setting(
            value = "rendezvous",
            doc =
                "rendezvous: by hash, so that all nodes agree without asking; a call that lives"
                    + " holds its key where it is. discovered: where FreeSWITCH says that the room"
                    + " lives (needs `esl` on the pool), else by hash. sticky: where the pool's"
                    + " balance put the first call, as long as one lives.")
        Mode mode,
    @Setting(
            value = "spill",
            doc =
                "When the backend of a key takes no more calls: queue waits for a place, spill"
                    + " goes to the next backend, so that the room is on two, reject refuses with"
                    + " 486.")
        OnFull onFull,
    @Setting(value = "10s", doc = "With `on-full: queue`: how long a call waits before a 486.")
        Duration queueTime,
    @Setting(
            value = "rehome",
            doc =
                "When the backend of a key is down: rehome gives the key another one, reject"
                    + " refuses with 503 until it is back.")
        OnFailure onFailure,
    @Setting(
            value = "5s",
            doc =
                "With `mode: sticky`: how long a key is remembered whose last call has ended, so"
                    + " that a caller who drops and dials again finds the same backend. By hash it"
                    + " finds it anyway, and all nodes agree.")
        Duration linger,
    @Setting(
            value = "100000",
            doc =
                "How many keys are remembered. One that nobody holds makes room, the oldest first;"
                    + " a new key that finds none is balanced and not remembered.")
        int maxKeys) {
  /** How the backend of a key is found. */
  public enum Mode {
    RENDEZVOUS,
    DISCOVERED,
    STICKY
  }

  /** What becomes of a call whose backend is full. */
  public enum OnFull {
    QUEUE,
    SPILL,
    REJECT
  }

  /** What becomes of a call whose backend is down. */
  public enum OnFailure {
    REHOME,
    REJECT
  }

  public AffinitySettings {
    if (!queueTime.isPositive()) {
      throw new SettingException("queue-time", "expected more than zero");
    }
    if (linger.isNegative()) {
      throw new SettingException("linger", "expected 0s or more");
    }
    if (maxKeys < 1) {
      throw new SettingException("max-keys", "expected 1 or more, not " + maxKeys);
    }
  }

  /** The scope as configured, or that of the pool. */
  public String scope(String pool) {
    return scope == null ? pool : scope;
  }
}
