// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScriptTest {
  @Test
  void killsOnceAndRevivesOnceInAGivenTime() {
    Script script = new Script(30);
    assertThat(script.next(9)).isEqualTo(new Script.Nothing());
    assertThat(script.next(10)).isEqualTo(new Script.Kill(1));
    assertThat(script.next(10)).isEqualTo(new Script.Nothing());
    assertThat(script.next(20)).isEqualTo(new Script.Revive(1));
    assertThat(script.next(29)).isEqualTo(new Script.Nothing());
    assertThat(script.over(29)).isFalse();
    assertThat(script.over(30)).isTrue();
  }

  @Test
  void goesOnWithTheNextServerForEver() {
    Script script = new Script(0);
    assertThat(script.next(10)).isEqualTo(new Script.Kill(1));
    assertThat(script.next(20)).isEqualTo(new Script.Revive(1));
    assertThat(script.next(30)).isEqualTo(new Script.Kill(2));
    assertThat(script.next(40)).isEqualTo(new Script.Revive(2));
    assertThat(script.over(Integer.MAX_VALUE)).isFalse();
  }
}
