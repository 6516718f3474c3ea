// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.list;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlocklistTextTest {
  @Test
  void readsLinesAndLeavesCommentsOut() {
    BlocklistText list =
        new BlocklistText(100)
            .plain(
                "# a list\n"
                    + "192.0.2.1\n\n"
                    + "  198.51.100.0/24 ; SBL1\r\n"
                    + "2001:db8::1\n"
                    + "192.0.2.1 # again\n");

    assertThat(list.entries())
        .map(Object::toString)
        .containsExactly("192.0.2.1/32", "198.51.100.0/24", "2001:db8:0:0:0:0:0:1/128");
    assertThat(list.bad()).isZero();
  }

  @Test
  void countsAndNamesWhatIsNone() {
    BlocklistText list =
        new BlocklistText(100).plain("192.0.2.1\n<html>\nexample.com\n0.0.0.0/0\n10.0.0.0/33\n");

    assertThat(list.entries()).hasSize(1);
    assertThat(list.bad()).isEqualTo(4);
    assertThat(list.firstBad()).isEqualTo("line 2: `<html>`");
  }

  @Test
  void takesNoMoreThanItMay() {
    BlocklistText list = new BlocklistText(2).plain("192.0.2.1\n192.0.2.2\n192.0.2.3\n192.0.2.1\n");

    assertThat(list.entries()).hasSize(2);
    assertThat(list.beyond()).isEqualTo(1);
  }

  @Test
  void readsPagesOfApiban() {
    BlocklistText list = new BlocklistText(100);

    assertThat(list.apiban("{\"ipaddress\":[\"192.0.2.1\",\"x\"], \"ID\":\"77\"}")).isSameAs(list);
    assertThat(list.next()).isEqualTo("77");
    assertThat(list.apiban("{\"ipaddress\":[\"no new bans\"],\"ID\":\"none\"}")).isSameAs(list);
    assertThat(list.next()).isEqualTo("77");
    assertThat(list.entries()).hasSize(1);
    assertThat(list.bad()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "<html>",
        "{\"ipaddress\":\"x\"}",
        "{\"ipaddress\":[\"x\"",
        "{\"ID\":\"1\"}",
        "{\"ipaddress\":[1],\"ID\":\"1\"}"
      })
  void refusesWhatApibanDoesNotGive(String text) {
    assertThat(new BlocklistText(100).apiban(text)).isNull();
  }
}
