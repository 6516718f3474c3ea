// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/**
 * What an event socket sends at a time: some headers, and a body of the length they say. Immutable.
 *
 * @param headers by name
 * @param body empty when it has none; not to be changed
 */
record EslFrame(Map<String, String> headers, byte[] body) {
  /** {@code command/reply}, {@code text/event-json}; empty when it says none. */
  String type() {
    return headers.getOrDefault("Content-Type", "");
  }

  /** The answer to {@code auth} and {@code event}; empty when it says none. */
  String reply() {
    return headers.getOrDefault("Reply-Text", "");
  }

  /** The body as text. */
  String text() {
    return new String(body, UTF_8);
  }
}
