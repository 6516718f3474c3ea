// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event, its headers decoded. Immutable.
 *
 * @param headers by name, as FreeSWITCH spells it
 * @param body empty when it has none
 */
public record EslEvent(Map<String, String> headers, String body) {
  public EslEvent {
    headers = Map.copyOf(headers);
  }

  /** {@code HEARTBEAT}, {@code CUSTOM}; empty when it says none. */
  public String name() {
    return headers.getOrDefault("Event-Name", "");
  }

  /** {@code conference::maintenance} of a {@code CUSTOM} event; empty for others. */
  public String subclass() {
    return headers.getOrDefault("Event-Subclass", "");
  }

  /** A header's value, or null. */
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /** A header's value as a number, or the other one when it is none. */
  public long number(String name, long otherwise) {
    String value = headers.get(name);
    if (value == null || !value.matches("-?[0-9]{1,18}")) {
      return otherwise;
    }
    return Long.parseLong(value);
  }
}
