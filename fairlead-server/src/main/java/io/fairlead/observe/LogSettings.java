// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import io.fairlead.config.Setting;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is logged, and how. The call log goes to standard output or a file; the system log (starts,
 * reloads, backends coming and going) always to standard error. Immutable.
 */
public record LogSettings(
    @Setting(doc = "The least important messages that the system log shows.", value = "info")
        Level level,
    @Setting(
            doc = "`text` has `key=value` fields, `json` one object per line; for both logs.",
            value = "text")
        Format format,
    @Setting(
            doc =
                "A line for every call when it ends: `on`, `off`, or `failed` for only those that"
                    + " were not answered with success or lost their backend.",
            value = "on")
        Calls calls,
    @Setting(doc = "A line for every REGISTER relayed.", value = "on") boolean registrations,
    @Setting(
            doc =
                "A line for every other request outside a dialog, such as MESSAGE or SUBSCRIBE. Off"
                    + " because they are many and seldom asked for.",
            value = "off")
        boolean requests,
    @Setting(
            doc =
                "The file that the call log is appended to; standard output without it. A reload"
                    + " (SIGHUP) opens it again, so it can be rotated.")
        @Nullable Path file) {

  /** Everything off; for tests and for tools that print their own lines. */
  public static final LogSettings SILENT =
      new LogSettings(Level.ERROR, Format.TEXT, Calls.OFF, false, false, null);

  /** How important a message of the system log is. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  /** What a line looks like. */
  public enum Format {
    TEXT,
    JSON
  }

  /** Which calls are logged. */
  public enum Calls {
    ON,
    OFF,
    FAILED
  }

  /** True when the record is to be written. */
  boolean wants(CallRecord record) {
    return switch (record.kind) {
      case CALL -> calls == Calls.ON || calls == Calls.FAILED && record.failed();
      case REGISTRATION -> registrations;
      case REQUEST -> requests;
    };
  }
}
