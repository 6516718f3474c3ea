// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DemoScriptTest {
  @Test
  void killsOnceAndRevivesOnceInAGivenTime() {
    DemoScript script = new DemoScript(30);
    assertThat(script.next(9)).isEqualTo(new DemoScript.Nothing());
    assertThat(script.next(10)).isEqualTo(new DemoScript.Kill(1));
    assertThat(script.next(10)).isEqualTo(new DemoScript.Nothing());
    assertThat(script.next(20)).isEqualTo(new DemoScript.Revive(1));
    assertThat(script.next(29)).isEqualTo(new DemoScript.Nothing());
    assertThat(script.over(29)).isFalse();
    assertThat(script.over(30)).isTrue();
  }

  @Test
  void goesOnWithTheNextServerForEver() {
    DemoScript script = new DemoScript(0);
    assertThat(script.next(10)).isEqualTo(new DemoScript.Kill(1));
    assertThat(script.next(20)).isEqualTo(new DemoScript.Revive(1));
    assertThat(script.next(30)).isEqualTo(new DemoScript.Kill(2));
    assertThat(script.next(40)).isEqualTo(new DemoScript.Revive(2));
    assertThat(script.over(Integer.MAX_VALUE)).isFalse();
  }
}
