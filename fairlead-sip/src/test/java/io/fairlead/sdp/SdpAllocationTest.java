// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Reading a description leaves no garbage once the buffers have grown. */
class SdpAllocationTest {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int DESCRIPTIONS = 500;

  @Test
  void readingAllocatesNothing() {
    byte[] browser = Sdp.BROWSER.getBytes(StandardCharsets.UTF_8);
    SdpParser parser = new SdpParser();
    long least = Long.MAX_VALUE;
    int lines = 0;
    for (int round = 0; round < 50 && least > 0; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < DESCRIPTIONS; i++) {
        lines += parser.parse(browser, 0, browser.length).lines();
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(lines).isPositive();
    assertThat(least).isZero();
  }
}
