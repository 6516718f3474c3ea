// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTest {
  @Test
  void readsTheSizeThatSttyPrints() {
    assertThat(Terminal.parse("24 80\n")).isEqualTo(new Terminal.Size(24, 80));
  }

  @Test
  void takesNoSizeFromAnythingElse() {
    assertThat(Terminal.parse("")).isNull();
    assertThat(Terminal.parse("0 0\n")).isNull();
    assertThat(Terminal.parse("stty: standard input: not a terminal")).isNull();
  }
}
