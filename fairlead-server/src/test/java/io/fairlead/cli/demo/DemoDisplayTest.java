// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.cli.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoDisplayTest {
  private final StringWriter out = new StringWriter();
  private Terminal.Size size = new Terminal.Size(7, 20);

  @Test
  void printsEventsAsLinesWithoutATerminal() {
    DemoDisplay display = display(false);
    display.event(3, "fs2 is killed");
    display.draw(List.of("head", "row"));
    assertThat(out).hasToString("   3 s  fs2 is killed\n");
  }

  @Test
  void redrawsInPlaceWithTheLatestEventsThatFit() {
    DemoDisplay display = display(true);
    display.draw(List.of("head", "row"));
    assertThat(out).hasToString("\033[?25lhead\033[K\nrow\033[K\n\033[K\n\033[J");
    for (int i = 1; i <= 5; i++) {
      display.event(i, "event");
    }
    out.getBuffer().setLength(0);
    display.draw(List.of("head", "row"));
    assertThat(out.toString())
        .startsWith("\033[3A\rhead")
        .contains("   3 s  event\033[K\n   4 s  event\033[K\n   5 s  event\033[K\n")
        .doesNotContain("2 s  event");
    assertThat(out.toString().chars().filter(c -> c == '\n').count()).isLessThan(size.rows());
  }

  @Test
  void cutsLinesAtTheWidth() {
    size = new Terminal.Size(24, 10);
    display(true).draw(List.of("0123456789abcdef"));
    assertThat(out.toString()).contains("012345678\033[K").doesNotContain("9a");
  }

  @Test
  void showsTheCursorAgainAtTheEnd() {
    DemoDisplay display = display(true);
    display.draw(List.of("head"));
    display.end();
    assertThat(out.toString()).endsWith("\033[?25h\n");
  }

  private DemoDisplay display(boolean live) {
    return new DemoDisplay(new PrintWriter(out, true), live, false, () -> size);
  }
}
