// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLifecycleTest {
  private static final String FARM =
      """
      listeners:
        - udp://127.0.0.1:0
      pools:
        farm:
          health: off
          backends:
            - sip:127.0.0.31:5060
            - sip:127.0.0.32:5060
      routes:
        - to: farm
      log: { calls: off }
      """;

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path file;
  private RunLifecycle running;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("farm.yaml"), FARM);
    running = new RunLifecycle(file, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @Test
  void saysInOneLineThatItIsReadyAndEndsWhenAsked() throws Exception {
    running.post(RunLifecycle.Event.STOP);
    assertThat(running.run()).as(err.toString()).isZero();
    assertThat(out.toString().lines().findFirst().orElse(""))
        .matches(
            "fairlead 0\\.1\\.0 ready: udp 127\\.0\\.0\\.1:[0-9]+; pool farm: 2 backends; 1 route");
    assertThat(out.toString()).endsWith("fairlead stopped\n");
  }

  @Test
  void reloadsAndPrintsTheDifference() throws Exception {
    running.post(RunLifecycle.Event.HANGUP);
    Thread changer = Thread.startVirtualThread(this::changeWhenReady);
    assertThat(running.run()).isZero();
    changer.join();
    assertThat(out.toString())
        .contains("fairlead reload (SIGHUP): no change")
        .containsPattern("fairlead reload \\(file changed\\): [0-9]+ change");
  }

  @Test
  void refusesABadFileAndGoesOn() throws Exception {
    Thread breaker = Thread.startVirtualThread(() -> replaceWhen("ready:", FARM + "nonsense: 1\n"));
    assertThat(running.run()).isZero();
    breaker.join();
    assertThat(out.toString())
        .contains("fairlead reload (file changed): refused, nothing was changed");
    assertThat(err.toString()).contains("nonsense").contains("1 error");
  }

  @Test
  void doesNotStartWithABadFile() throws Exception {
    Files.writeString(file, "listeners: [");
    assertThat(running.run()).isEqualTo(Main.FAILED);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("farm.yaml");
  }

  @Test
  void saysWhyItCannotStart() throws Exception {
    Files.writeString(file, FARM.replace("127.0.0.1:0", "192.0.2.1:5060"));
    assertThat(running.run()).isEqualTo(Main.FAILED);
    assertThat(err.toString()).contains("cannot start").contains("192.0.2.1:5060");
    assertThat(out.toString()).isEmpty();
  }

  private void changeWhenReady() {
    replaceWhen(
        "no change",
        FARM.replace("            - sip:127.0.0.32:5060\n", "")
            .replace("127.0.0.31", "127.0.0.33"));
  }

  private void replaceWhen(String printed, String text) {
    while (!out.toString().contains(printed)) {
      LockSupport.parkNanos(1_000_000);
    }
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      err.append(e.toString());
    }
    running.post(RunLifecycle.Event.FILE_CHANGED);
    running.post(RunLifecycle.Event.STOP);
  }
}
