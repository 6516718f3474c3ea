// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a reader finds in bytes that come so many at a time, as a text to compare. */
final class FramesCut {
  private FramesCut() {}

  static String of(byte[] bytes, int step) {
    StringJoiner out = new StringJoiner(" ");
    EslFrameReader reader = new EslFrameReader();
    for (int at = 0; at < bytes.length && reader.problem() == null; at += step) {
      reader.received(bytes, at, Math.min(step, bytes.length - at));
      for (EslFrame frame = reader.next(); frame != null; frame = reader.next()) {
        out.add(text(frame));
      }
    }
    String problem = reader.problem();
    return problem == null ? out.toString() : out.add("!" + problem).toString();
  }

  private static String text(EslFrame frame) {
    String headers =
        new TreeMap<>(frame.headers())
            .entrySet().stream()
                .map((Map.Entry<String, String> each) -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(";"));
    String body = new String(frame.body(), ISO_8859_1).replace('\n', '~');
    return "[" + headers + "]'" + body + "'";
  }
}
