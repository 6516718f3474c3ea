// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Fairlead says of the media: its meters now, and its call log of calls that are over. Owned
 * by one thread.
 */
final class RelayFigures {
  private static final Pattern CALL =
      Pattern.compile(
          " call-id=demo-a(?<line>\\d+)-\\S*"
              + ".* codec=(?<codec>\\S+)"
              + ".* caller-packets=(?<callerPackets>\\d+) caller-lost=(?<callerLost>\\d+)"
              + " caller-jitter-ms=(?<callerJitter>\\S+)(?: caller-mos=(?<callerMos>\\S+))?"
              + "(?: caller-dropped=\\d+)?"
              + " callee-packets=(?<calleePackets>\\d+) callee-lost=(?<calleeLost>\\d+)"
              + " callee-jitter-ms=(?<calleeJitter>\\S+)(?: callee-mos=(?<calleeMos>\\S+))?");

  /**
   * One direction of a call that is over.
   *
   * @param packets that came
   * @param lost that did not
   * @param jitterMs interarrival jitter, milliseconds
   * @param mos estimated listening quality, 0 when not known
   */
  record Direction(long packets, long lost, double jitterMs, double mos) {}

  /**
   * A call that is over, as the call log has it.
   *
   * @param line which line's
   * @param codec seen last
   * @param fromCaller what came from the caller
   * @param fromCallee what came from the callee
   */
  record EndedCall(int line, String codec, Direction fromCaller, Direction fromCallee) {}

  private final Counter fromCallers;
  private final Counter fromCallees;
  private final Counter strangers;
  private final Counter relearned;
  private final Path callLog;

  /**
   * @param callLog the file of the call log, in its form as text
   */
  RelayFigures(Meters meters, Path callLog) {
    fromCallers = meters.counter(Meter.MEDIA_PACKETS, "caller");
    fromCallees = meters.counter(Meter.MEDIA_PACKETS, "callee");
    strangers = meters.counter(Meter.MEDIA_DROPPED, "stranger");
    relearned = meters.counter(Meter.MEDIA_RELEARNED);
    this.callLog = callLog;
  }

  /** RTP packets taken, of both sides. */
  long packets() {
    return fromCallers.value() + fromCallees.value();
  }

  /** Packets of strangers, which were dropped. */
  long strangers() {
    return strangers.value();
  }

  /** How often a phone was found at another port. */
  long relearned() {
    return relearned.value();
  }

  /** The calls of the call log, oldest first. */
  List<EndedCall> ended() throws IOException {
    List<EndedCall> calls = new ArrayList<>();
    if (Files.exists(callLog)) {
      for (String line : Files.readAllLines(callLog, StandardCharsets.UTF_8)) {
        Matcher found = CALL.matcher(line);
        if (found.find()) {
          calls.add(
              new EndedCall(
                  Integer.parseInt(found.group("line")),
                  found.group("codec"),
                  direction(found, "caller"),
                  direction(found, "callee")));
        }
      }
    }
    return calls;
  }

  private static Direction direction(Matcher call, String side) {
    String mos = call.group(side + "Mos");
    return new Direction(
        Long.parseLong(call.group(side + "Packets")),
        Long.parseLong(call.group(side + "Lost")),
        Double.parseDouble(call.group(side + "Jitter")),
        mos == null ? 0 : Double.parseDouble(mos));
  }
}
