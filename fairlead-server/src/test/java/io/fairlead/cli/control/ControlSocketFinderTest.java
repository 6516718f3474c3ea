// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.admin.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketFinderTest {
  @TempDir private Path root;
  private Path edge;
  private Path core;

  @BeforeEach
  void folders() throws IOException {
    edge = Files.createDirectory(root.resolve("edge"));
    core = Files.createDirectory(root.resolve("core"));
    Files.writeString(edge.resolve("farm.yaml"), "listeners: [ \"udp://127.0.0.1:5060\" ]\n");
    Files.writeString(core.resolve("farm.yaml"), "listeners: [ \"udp://127.0.0.1:5070\" ]\n");
  }

  private static ControlSocketFinder.Running running(int pid, Path config) {
    return new ControlSocketFinder.Running(
        Path.of("/run/fairlead/" + pid + ".sock"), config.toString());
  }

  private ControlSocketFinder two(Path folder) {
    return new ControlSocketFinder(
        List.of(running(1, edge.resolve("farm.yaml")), running(2, core.resolve("farm.yaml"))),
        folder);
  }

  @Test
  void theOnlyOneIsMeantWhereverOneIs() throws Exception {
    ControlSocketFinder one =
        new ControlSocketFinder(List.of(running(7, edge.resolve("farm.yaml"))), root);
    assertThat(one.here()).hasToString("/run/fairlead/7.sock");
  }

  @Test
  void theFolderOfTheConfigurationChooses() throws Exception {
    assertThat(two(core).here()).hasToString("/run/fairlead/2.sock");
    Path link = Files.createSymbolicLink(root.resolve("current"), edge);
    assertThat(two(link).here()).hasToString("/run/fairlead/1.sock");
  }

  @Test
  void elsewhereTheyAreListedAsTheyAreToBeNamed() {
    assertThatThrownBy(() -> two(root).here())
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "2 of them run; say which, or call it in the folder of its configuration:\n"
                + "  --config "
                + edge.resolve("farm.yaml")
                + "\n  --config "
                + core.resolve("farm.yaml"));
  }

  @Test
  void thoseWithTheSameConfigurationAreListedByTheirSockets() {
    Path config = edge.resolve("farm.yaml");
    ControlSocketFinder finder =
        new ControlSocketFinder(
            List.of(running(1, config), running(2, config), running(3, core.resolve("farm.yaml"))),
            edge);
    assertThatThrownBy(finder::here)
        .hasMessage(
            "2 of them run in this folder; say which, or call it in the folder of its"
                + " configuration:\n  --socket /run/fairlead/1.sock  ("
                + config
                + ")\n  --socket /run/fairlead/2.sock  ("
                + config
                + ")");
  }

  @Test
  void oneThatHangsIsListedAndHidesNobody() throws Exception {
    ControlSocketFinder finder =
        new ControlSocketFinder(
            List.of(
                new ControlSocketFinder.Running(Path.of("/run/fairlead/1.sock"), ""),
                running(2, core.resolve("farm.yaml"))),
            core);
    assertThat(finder.here()).hasToString("/run/fairlead/2.sock");
    assertThat(finder.of(core.resolve("farm.yaml"))).hasToString("/run/fairlead/2.sock");
    ControlSocketFinder away =
        new ControlSocketFinder(List.of(running(2, core.resolve("x")), broken()), root);
    assertThatThrownBy(away::here)
        .hasMessageEndingWith("\n  --socket /run/fairlead/9.sock  (does not answer)");
  }

  private static ControlSocketFinder.Running broken() {
    return new ControlSocketFinder.Running(Path.of("/run/fairlead/9.sock"), "");
  }

  @Test
  void aConfigurationIsFoundThoughItHasErrorsSince() throws Exception {
    Files.writeString(edge.resolve("farm.yaml"), "listeners: nonsense\n");
    assertThat(two(root).of(edge.resolve("farm.yaml"))).hasToString("/run/fairlead/1.sock");
  }

  @Test
  void aSocketThatTheConfigurationNamesIsBelieved() throws Exception {
    Path config =
        Files.writeString(
            root.resolve("third.yaml"),
            "listeners: [ \"udp://127.0.0.1:5080\" ]\ncontrol: { socket: /run/other.sock }\n");
    assertThat(two(root).of(config)).hasToString("/run/other.sock");
  }

  @Test
  void nobodyRunsWithIt() throws Exception {
    Path config =
        Files.writeString(root.resolve("fourth.yaml"), "listeners: [ \"udp://127.0.0.1:5080\" ]\n");
    assertThatThrownBy(() -> two(root).of(config))
        .hasMessageContaining("no Fairlead of this user runs here with " + config);
    assertThatThrownBy(() -> new ControlSocketFinder(List.of(), root).here())
        .hasMessageStartingWith("no Fairlead of this user runs here;");
  }
}
