// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalsTest {
  @Test
  void hearsASignal() throws Exception {
    CountDownLatch heard = new CountDownLatch(2);
    assertThat(Signals.on("WINCH", heard::countDown)).isTrue();
    raise();
    raise();
    assertThat(heard.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void saysWhenThereIsNoSuchSignal() {
    assertThat(Signals.on("NOSUCH", () -> {})).isFalse();
  }

  private static void raise() throws Exception {
    Class<?> signal = Class.forName("sun.misc.Signal");
    signal
        .getMethod("raise", signal)
        .invoke(null, signal.getConstructor(String.class).newInstance("WINCH"));
  }
}
