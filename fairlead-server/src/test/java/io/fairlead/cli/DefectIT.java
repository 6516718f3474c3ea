// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process whose main thread fails does not stay. */
@Timeout(120)
class DefectIT {
  @Test
  void aDefectInTheMainThreadEndsTheProcess() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Failing.class.getName()))
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("has ended").isTrue();
      assertThat(process.exitValue()).isEqualTo(Main.FAILED);
      assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("NoClassDefFoundError: gone");
    } finally {
      process.destroyForcibly();
    }
  }

  /** What holds the process is another thread, as a loop is. */
  static final class Failing {
    private Failing() {}

    public static void main(String[] args) {
      Thread.ofPlatform().daemon(false).start(Failing::stay);
      Main.endsWhenItFails();
      throw new NoClassDefFoundError("gone");
    }

    private static void stay() {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
