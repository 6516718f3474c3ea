// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads events from frames, in the two forms of FreeSWITCH that we ask for. */
final class EventReader {
  static final String JSON = "text/event-json";
  static final String PLAIN = "text/event-plain";

  private EventReader() {}

  /** True when the frame says that it is an event. */
  static boolean is(EslFrame frame) {
    return frame.type().equals(JSON) || frame.type().equals(PLAIN);
  }

  /** The event, or null when what the frame holds is none. */
  static @Nullable EslEvent read(EslFrame frame) {
    return frame.type().equals(JSON) ? json(frame) : plain(frame.body());
  }

  private static @Nullable EslEvent json(EslFrame frame) {
    Map<String, String> fields = EventJsonReader.read(frame.text());
    if (fields == null) {
      return null;
    }
    String body = fields.remove("_body");
    return new EslEvent(fields, body == null ? "" : body);
  }

  private static @Nullable EslEvent plain(byte[] bytes) {
    int end = endOfHeaders(bytes);
    Map<String, String> headers = EslHeaderReader.read(bytes, 0, end, true);
    if (headers == null) {
      return null;
    }
    int from = Math.min(bytes.length, end + 1);
    int length = length(headers, bytes.length - from);
    return new EslEvent(headers, new String(bytes, from, length, UTF_8));
  }

  // The place of the empty line, or the end.
  private static int endOfHeaders(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] == '\n')) {
        return i;
      }
    }
    return bytes.length;
  }

  private static int length(Map<String, String> headers, int there) {
    String said = headers.getOrDefault("Content-Length", "");
    return said.matches("[0-9]{1,9}") ? Math.min(there, Integer.parseInt(said)) : 0;
  }
}
