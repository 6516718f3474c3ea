// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.cli.Signals;
import io.fairlead.cli.Terminal;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Shows the demo: on a terminal a picture redrawn in place, elsewhere plain lines. Owned by one
 * thread.
 */
final class DemoDisplay {
  private static final String CLEAR_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";
  private static final String HIDE_CURSOR = "\033[?25l";
  private static final String SHOW_CURSOR = "\033[?25h";
  private static final String BOLD = "\033[1m";
  private static final String PLAIN = "\033[0m";
  private static final int KEPT = 50;

  private final PrintWriter out;
  private final boolean live;
  private final boolean colours;
  private final Supplier<Terminal.Size> size;
  private final Deque<String> events = new ArrayDeque<>();
  private int drawn;

  /**
   * @param live redraw in place; else events are printed as they come
   * @param colours use bold type
   * @param size asked before every picture
   */
  DemoDisplay(PrintWriter out, boolean live, boolean colours, Supplier<Terminal.Size> size) {
    this.out = out;
    this.live = live;
    this.colours = colours;
    this.size = size;
  }

  /** One for the terminal, if there is one; it follows its size. */
  static DemoDisplay onTerminal(PrintWriter out) {
    boolean live = Terminal.present();
    AtomicReference<Terminal.Size> size =
        new AtomicReference<>(live ? Terminal.size() : Terminal.Size.USUAL);
    if (live) {
      Signals.on("WINCH", () -> size.set(Terminal.size()));
    }
    return new DemoDisplay(out, live, Terminal.colours(), size::get);
  }

  /** True when pictures are redrawn. */
  boolean live() {
    return live;
  }

  /** Something happened. */
  void event(long seconds, String text) {
    String line = "%4d s  %s".formatted(seconds, text);
    events.addLast(line);
    if (events.size() > KEPT) {
      events.removeFirst();
    }
    if (!live) {
      out.println(line);
    }
  }

  /**
   * Draws the lines, the first of them as a headline, and below them the latest events, as many as
   * there is room for.
   */
  void draw(List<String> lines) {
    if (!live) {
      return;
    }
    Terminal.Size now = size.get();
    // The last row stays free: a line feed there would scroll the picture up.
    int rows = Math.max(1, now.rows() - 1);
    List<String> picture = new ArrayList<>(lines);
    picture.add("");
    List<String> latest = List.copyOf(events);
    int room = Math.max(0, rows - picture.size());
    picture.addAll(latest.subList(Math.max(0, latest.size() - room), latest.size()));
    StringBuilder text = new StringBuilder(drawn == 0 ? HIDE_CURSOR : "\033[" + drawn + "A\r");
    drawn = Math.min(rows, picture.size());
    for (int i = 0; i < drawn; i++) {
      String line = cut(picture.get(i), now.columns() - 1);
      text.append(i == 0 && colours ? BOLD + line + PLAIN : line).append(CLEAR_LINE).append('\n');
    }
    out.print(text.append(CLEAR_BELOW));
    out.flush();
  }

  /** Leaves the picture standing and the cursor below it. */
  void end() {
    if (live && drawn > 0) {
      out.print(SHOW_CURSOR);
    }
    out.println();
    out.flush();
  }

  private static String cut(String line, int width) {
    return line.length() <= width ? line : line.substring(0, Math.max(0, width));
  }
}
