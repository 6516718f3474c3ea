// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.cli.demo.MediaScript.Act;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MediaScriptTest {
  @Test
  void playsEachActOnceAndLeavesTimeForTheLast() {
    MediaScript script = new MediaScript(21);
    List<String> played = new ArrayList<>();
    for (int now = 0; !script.over(now); now++) {
      Act act = script.next(now);
      if (act != null) {
        played.add(now + " " + act);
      }
    }
    assertThat(played).containsExactly("3 HOLD", "6 RESUME", "9 INTRUDE", "12 GIVE_UP", "15 MOVE");
  }

  @Test
  void goesOnFromTheStartForEver() {
    MediaScript script = new MediaScript(0);
    List<Act> played = new ArrayList<>();
    for (int now = 0; now <= 35; now++) {
      Act act = script.next(now);
      if (act != null) {
        played.add(act);
      }
    }
    assertThat(played).startsWith(Act.values()).endsWith(Act.HOLD, Act.RESUME);
    assertThat(script.over(Integer.MAX_VALUE)).isFalse();
  }
}
