// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which numbers both sides know a request by. */
class InsertedCSeqsTest {
  private final InsertedCSeqs numbers = new InsertedCSeqs();

  // What the party says, and what the other one is told.
  private void assertNumbered(long party, long other) {
    assertThat(numbers.outward(party)).isEqualTo(other);
    assertThat(numbers.inward(other)).isEqualTo(party);
  }

  @Test
  void whatWasSentBeforeKeepsItsNumberAndWhatFollowsIsHigher() {
    assertNumbered(7, 7);
    numbers.add(8);
    assertNumbered(7, 7);
    assertNumbered(8, 9);
    assertNumbered(9, 10);
    numbers.add(11);
    numbers.add(12);
    assertNumbered(7, 7);
    assertNumbered(9, 10);
    assertNumbered(10, 13);
    assertNumbered(5_000, 5_003);
  }

  @Test
  void aPartyThatHasSentNothingBeginsBehindOurs() {
    numbers.add(1);
    assertNumbered(1, 2);
    assertNumbered(20_000, 20_001);
  }

  @Test
  void theyAreBounded() {
    for (int i = 1; i <= InsertedCSeqs.MOST; i++) {
      assertThat(numbers.isFull()).isFalse();
      numbers.add(i);
    }
    assertThat(numbers.isFull()).isTrue();
  }
}
