// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import io.fairlead.pool.Rooms.Kind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what FreeSWITCH answers when it is asked which conferences and queues it has. A line that
 * is not as expected is passed over. Immutable.
 */
final class Listings {
  /** For the members of a room when the answer does not say how many. */
  static final int UNSAID = -1;

  private static final Pattern CONFERENCE =
      Pattern.compile("(?:\\+OK )?Conference (.+) \\(([0-9]{1,9}) members?[ )].*");
  private static final Pattern FIFO = Pattern.compile("<fifo ([^>]*)>");
  private static final Pattern FIFO_NAME = Pattern.compile("(?:^| )name=\"([^\"]*)\"");
  private static final Pattern FIFO_CALLERS = Pattern.compile("caller_count=\"([0-9]{1,9})\"");

  private Listings() {}

  /** The command that lists them; the shortest that says names and members. */
  static String command(Kind kind) {
    return switch (kind) {
      case CONFERENCE -> "conference list summary";
      case QUEUE -> "callcenter_config queue list";
      case FIFO -> "fifo list";
    };
  }

  /** Names and how many are in each, of the command's answer. */
  static Map<String, Integer> read(Kind kind, String body) {
    return switch (kind) {
      case CONFERENCE -> conferences(body);
      case QUEUE -> queues(body);
      case FIFO -> fifos(body);
    };
  }

  // Conference 3000-192.0.2.2@default (2 members rate: 8000 flags: running|answered|...)
  private static Map<String, Integer> conferences(String body) {
    Map<String, Integer> found = new LinkedHashMap<>();
    body.lines()
        .forEach(line -> {
          Matcher matcher = CONFERENCE.matcher(line);
          if (matcher.matches()) {
            found.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
          }
        });
    return found;
  }

  // A table with | between columns, their names above and +OK below. It does not say who waits.
  private static Map<String, Integer> queues(String body) {
    Map<String, Integer> found = new LinkedHashMap<>();
    List<String> lines = body.lines().toList();
    int column =
        lines.isEmpty() ? -1 : Arrays.asList(lines.getFirst().split("\\|")).indexOf("name");
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      String[] cells = line.split("\\|", -1);
      if (column >= 0 && cells.length > 1 && column < cells.length) {
        found.put(cells[column], UNSAID);
      }
    }
    return found;
  }

  // <fifo name="support@default" consumer_count="0" caller_count="1" ...>
  private static Map<String, Integer> fifos(String body) {
    Map<String, Integer> found = new LinkedHashMap<>();
    Matcher fifo = FIFO.matcher(body);
    while (fifo.find()) {
      Matcher name = FIFO_NAME.matcher(fifo.group(1));
      Matcher callers = FIFO_CALLERS.matcher(fifo.group(1));
      if (name.find()) {
        found.put(plain(name.group(1)), callers.find() ? Integer.parseInt(callers.group(1)) : 0);
      }
    }
    return found;
  }

  private static String plain(String attribute) {
    return attribute
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
  }
}
