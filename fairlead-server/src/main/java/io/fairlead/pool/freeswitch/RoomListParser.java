// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import io.fairlead.pool.freeswitch.RoomReport.Kind;
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
final class RoomListParser {
  /**
   * Who is in a room. Immutable.
   *
   * @param members those who are in it, or wait
   * @param agents those who serve it
   */
  record People(int members, int agents) {
    /** When the answer does not say how many. */
    static final People UNSAID = new People(-1, -1);

    /** Nobody. */
    static final People NONE = new People(0, 0);
  }

  /**
   * A fifo that FreeSWITCH always has, for calls of agents that came by no fifo: nobody calls it.
   */
  static final String MANUAL = "manual_calls";

  private static final Pattern CONFERENCE =
      Pattern.compile("(?:\\+OK )?Conference (.+) \\(([0-9]{1,9}) members?[ )].*");
  private static final Pattern FIFO = Pattern.compile("<fifo ([^>]*)>");
  private static final Pattern FIFO_NAME = Pattern.compile("(?:^| )name=\"([^\"]*)\"");
  private static final Pattern FIFO_CALLERS = Pattern.compile("caller_count=\"([0-9]{1,9})\"");
  private static final Pattern FIFO_CONSUMERS = Pattern.compile("consumer_count=\"([0-9]{1,9})\"");

  private RoomListParser() {}

  /** The command that lists them; the shortest that says names and members. */
  static String command(Kind kind) {
    return switch (kind) {
      case CONFERENCE -> "conference list summary";
      case QUEUE -> "callcenter_config queue list";
      case FIFO -> "fifo list";
    };
  }

  /** Names and how many are in each, of the command's answer. */
  static Map<String, People> read(Kind kind, String body) {
    return switch (kind) {
      case CONFERENCE -> conferences(body);
      case QUEUE -> queues(body);
      case FIFO -> fifos(body);
    };
  }

  // Conference 3000-192.0.2.2@default (2 members rate: 8000 flags: running|answered|...)
  private static Map<String, People> conferences(String body) {
    Map<String, People> found = new LinkedHashMap<>();
    body.lines()
        .forEach(line -> {
          Matcher matcher = CONFERENCE.matcher(line);
          if (matcher.matches()) {
            found.put(matcher.group(1), new People(Integer.parseInt(matcher.group(2)), 0));
          }
        });
    return found;
  }

  // A table with | between columns, their names above and +OK below. It does not say who waits.
  private static Map<String, People> queues(String body) {
    Map<String, People> found = new LinkedHashMap<>();
    List<String> lines = body.lines().toList();
    int column =
        lines.isEmpty() ? -1 : Arrays.asList(lines.getFirst().split("\\|")).indexOf("name");
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      String[] cells = line.split("\\|", -1);
      if (column >= 0 && cells.length > 1 && column < cells.length) {
        found.put(cells[column], People.UNSAID);
      }
    }
    return found;
  }

  /**
   * How many wait, of the members of a queue: a table as that of the queues. Before the state stand
   * names of callers, which may have the divider in them.
   */
  static int waiting(String body) {
    List<String> lines = body.lines().toList();
    List<String> names = lines.isEmpty() ? List.of() : List.of(lines.getFirst().split("\\|", -1));
    int fromRight = names.size() - names.indexOf("state");
    int waiting = 0;
    for (String line : lines) {
      String[] cells = line.split("\\|", -1);
      String state = cells.length < fromRight ? "" : cells[cells.length - fromRight];
      waiting += state.equals("Waiting") || state.equals("Trying") ? 1 : 0;
    }
    return names.contains("state") ? waiting : 0;
  }

  // <fifo name="support@default" consumer_count="0" caller_count="1" ...>
  private static Map<String, People> fifos(String body) {
    Map<String, People> found = new LinkedHashMap<>();
    Matcher fifo = FIFO.matcher(body);
    while (fifo.find()) {
      String attributes = fifo.group(1);
      Matcher name = FIFO_NAME.matcher(attributes);
      People people =
          new People(count(FIFO_CALLERS, attributes), count(FIFO_CONSUMERS, attributes));
      if (name.find() && !name.group(1).equals(MANUAL)) {
        found.put(plain(name.group(1)), people);
      }
    }
    return found;
  }

  private static int count(Pattern which, String attributes) {
    Matcher matcher = which.matcher(attributes);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
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
