// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sip.OverloadParameters;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many calls go to a backend that has asked for fewer. */
class OverloadControlTest {
  private final OverloadControl control = new OverloadControl();
  private long nowNs = 5_000_000_000L;

  OverloadControlTest() {
    control.listens(true);
  }

  private void loss(int percent, long validityMs, long seq) {
    control.told(new OverloadParameters(percent, true, false, validityMs, seq), nowNs);
  }

  private void rate(int perSecond, long validityMs) {
    control.told(new OverloadParameters(perSecond, false, true, validityMs, 1), nowNs);
  }

  private int admitted(int calls) {
    int admitted = 0;
    for (int i = 0; i < calls; i++) {
      admitted += control.admits(nowNs) ? 1 : 0;
    }
    return admitted;
  }

  private void later(long ms) {
    nowNs += Duration.ofMillis(ms).toNanos();
  }

  @Test
  void allGoWhereNothingIsSaid() {
    assertThat(admitted(100)).isEqualTo(100);
  }

  @ParameterizedTest
  @CsvSource({"0, 1000", "1, 990", "20, 800", "50, 500", "99, 10", "100, 0", "500, 0"})
  void lossKeepsBackThatShare(int percent, int admitted) {
    loss(percent, 500, 1);
    assertThat(admitted(1000)).isEqualTo(admitted);
  }

  @Test
  void aShareIsSpreadEvenly() {
    loss(25, 500, 1);
    for (int i = 0; i < 10; i++) {
      assertThat(admitted(4)).isEqualTo(3);
    }
  }

  @Test
  void itEndsWithItsValidity() {
    loss(100, 500, 1);
    later(499);
    assertThat(admitted(10)).isZero();
    later(1);
    assertThat(admitted(10)).isEqualTo(10);
  }

  @Test
  void aValidityOfZeroEndsIt() {
    loss(100, 60_000, 1);
    loss(0, 0, 2);
    assertThat(admitted(10)).isEqualTo(10);
  }

  @Test
  void whatIsOlderIsNotHeardWhileTheNewerHolds() {
    loss(50, 500, 7);
    loss(100, 500, 6);
    assertThat(admitted(10)).isEqualTo(5);
    loss(100, 500, 8);
    assertThat(admitted(10)).isZero();
    later(500);
    loss(50, 500, 1);
    assertThat(admitted(10)).as("a server that was started anew").isEqualTo(5);
  }

  @Test
  void rateLetsThroughSoManyASecond() {
    rate(10, 60_000);
    int admitted = 0;
    for (int i = 0; i < 1000; i++) {
      admitted += admitted(1);
      later(10);
    }
    assertThat(admitted).isBetween(100, 102);
  }

  @Test
  void rateGivesNothingForIdleTime() {
    rate(10, 600_000);
    assertThat(admitted(100)).isEqualTo(2);
    later(60_000);
    assertThat(admitted(100)).isEqualTo(2);
  }

  @Test
  void rateOfZeroStopsAll() {
    rate(0, 500);
    assertThat(admitted(10)).isZero();
  }

  @Test
  void whatNamesNothingThatWeKnowIsNotObeyed() {
    control.told(new OverloadParameters(100, false, false, 500, 1), nowNs);
    control.told(new OverloadParameters(-1, true, true, 500, 2), nowNs);
    assertThat(admitted(10)).isEqualTo(10);
  }

  @Test
  void whoDoesNotListenObeysNobody() {
    loss(100, 60_000, 1);
    control.listens(false);
    assertThat(admitted(10)).isEqualTo(10);
    loss(100, 60_000, 2);
    assertThat(admitted(10)).isEqualTo(10);
  }
}
