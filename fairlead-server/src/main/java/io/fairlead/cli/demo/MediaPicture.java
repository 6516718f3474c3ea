// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.cli.Plurals;
import io.fairlead.cli.TextTable;
import io.fairlead.cli.demo.RelayFigures.Direction;
import io.fairlead.cli.demo.RelayFigures.EndedCall;
import io.fairlead.cli.demo.tone.TonePhone;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the media demo shows: a table now, and its last words. Immutable. */
final class MediaPicture {
  private static final int ROWS = 5;

  /** The first piece of sound has been heard by then. */
  private static final long SETTLED_MS = 1000;

  private MediaPicture() {}

  /** The phones of these lines, one row each. */
  static List<String> table(List<ToneLine> shown) {
    TextTable table =
        new TextTable("PHONE", "SAYS IT IS AT", "COMES FROM", "CALL", "HEARS", ">SENT", ">GOT");
    for (ToneLine line : shown) {
      row(table, line, line.callerPhone(), true);
      row(table, line, line.calleePhone(), false);
    }
    return table.lines();
  }

  private static void row(
      TextTable table, ToneLine line, @Nullable TonePhone phone, boolean caller) {
    String name = caller ? line.caller() : line.callee();
    String address =
        (caller ? line.callerAddress() : line.calleeAddress()) + ":" + ToneDescription.PORT;
    String state = line.state().name().toLowerCase(Locale.ROOT);
    if (phone == null || line.state() == ToneLine.State.IDLE) {
      table.row(name, address, "-", state, "-", "-", "-");
      return;
    }
    String other = caller ? line.callee() : line.caller();
    table.row(
        name, address, phone.seenAs(), state, hears(phone, other), phone.sent(), phone.received());
  }

  private static String hears(TonePhone phone, String other) {
    if (phone.heardStranger()) {
      return "a stranger";
    }
    if (phone.hears()) {
      return other;
    }
    return phone.listening() ? "nothing" : "-";
  }

  /** How many phones should hear somebody now, and how many do. */
  static String hearing(List<ToneLine> lines) {
    List<TonePhone> listening = listening(lines);
    long hearing = listening.stream().filter(TonePhone::hears).count();
    return hearing + " of " + listening.size() + " phones hear the other";
  }

  private static List<TonePhone> listening(List<ToneLine> lines) {
    return lines.stream()
        .filter(line -> line.state() == ToneLine.State.TALKING)
        .flatMap(line -> Stream.of(line.callerPhone(), line.calleePhone()))
        .filter(Objects::nonNull)
        .filter(phone -> phone.listenedMs() > SETTLED_MS)
        .toList();
  }

  /** What the call log says of some calls, as a table of directions. */
  static List<String> quality(List<EndedCall> calls) {
    TextTable table =
        new TextTable("CALL", "FROM", "CODEC", ">PACKETS", ">LOST", ">JITTER", ">MOS");
    for (EndedCall call : calls) {
      row(table, call, "a" + call.line(), call.fromCaller());
      row(table, call, "b" + call.line(), call.fromCallee());
    }
    return table.lines();
  }

  private static void row(TextTable table, EndedCall call, String from, Direction direction) {
    table.row(
        call.line(),
        from,
        call.codec(),
        direction.packets(),
        direction.lost(),
        String.format(Locale.ROOT, "%.1f ms", direction.jitterMs()),
        mos(direction.mos()));
  }

  private static String mos(double mos) {
    return mos == 0 ? "-" : String.format(Locale.ROOT, "%.1f", mos);
  }

  /** All directions in one line. */
  static String quality(String what, List<EndedCall> calls) {
    List<Direction> all =
        calls.stream().flatMap(call -> Stream.of(call.fromCaller(), call.fromCallee())).toList();
    long packets = all.stream().mapToLong(Direction::packets).sum();
    long lost = all.stream().mapToLong(Direction::lost).sum();
    double jitter = all.stream().mapToDouble(Direction::jitterMs).average().orElse(0);
    double mos = all.stream().mapToDouble(Direction::mos).filter(each -> each > 0).min().orElse(0);
    return String.format(
        Locale.ROOT,
        "%s: %d packets, %d lost (%.2f %%), jitter %.1f ms, lowest MOS %s.",
        what,
        packets,
        lost,
        packets + lost == 0 ? 0 : 100.0 * lost / (packets + lost),
        jitter,
        mos(mos));
  }

  /**
   * Prints the last words.
   *
   * @param acts what was done to calls, in words
   * @param ended the calls of the call log
   * @return true when all calls were answered and all phones heard each other and nobody else
   */
  static boolean summary(
      PrintWriter out,
      ToneTally.Total total,
      List<String> acts,
      List<EndedCall> ended,
      RelayFigures figures) {
    out.printf(
        "%s placed, %d answered, %d failed. %d of %d phones heard the other, %d a stranger.%n",
        Plurals.count(total.placed(), "call"),
        total.answered(),
        total.failed(),
        total.heard(),
        total.phones(),
        total.strangers());
    acts.forEach(act -> out.println(act + "."));
    out.printf("Longest silence in a phone: %d ms", total.gapMs());
    if (total.movedGapMs() > 0) {
      out.printf("; after the NAT's change of port: %d ms", total.movedGapMs());
    }
    out.println(".");
    out.printf(
        "Relay: %d packets taken, %d of strangers dropped, %s of source learned.%n",
        figures.packets(), figures.strangers(), Plurals.count(figures.relearned(), "change"));
    if (!ended.isEmpty()) {
      out.println();
      longest(ended).forEach(out::println);
      out.println();
      out.println(quality(Plurals.count(ended.size(), "call"), ended));
    }
    total.reasons().forEach((reason, count) -> out.println("failed: " + reason + ": " + count));
    out.println(
        total.good()
            ? "Good: everybody heard the other, and nobody else."
            : total.answered() == 0 ? "Bad: no call was answered." : "Bad: see what failed.");
    out.flush();
    return total.good();
  }

  private static List<String> longest(List<EndedCall> ended) {
    List<EndedCall> sorted = new ArrayList<>(ended);
    sorted.sort((a, b) -> Long.compare(b.fromCaller().packets(), a.fromCaller().packets()));
    return quality(sorted.subList(0, Math.min(ROWS, sorted.size())));
  }
}
