// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void alignsColumnsLeftAndRight() {
    assertThat(
            new TextTable("NAME", ">CALLS", "STATE")
                .row("fs1", 7, "HEALTHY")
                .row("a-long-one", 12345, "DOWN")
                .lines())
        .containsExactly(
            "NAME        CALLS  STATE", "fs1             7  HEALTHY", "a-long-one  12345  DOWN");
  }
}
