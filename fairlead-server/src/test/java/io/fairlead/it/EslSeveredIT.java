// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An event socket whose packets are lost from some moment on, without a word from anybody. */
@Timeout(180)
@Order(2)
class EslSeveredIT {
  private static final int PORT = 8021;

  @Test
  void noticesTheSilenceAndComesBack() {
    try (QuietNamespace namespace = new QuietNamespace();
        Program program = start(namespace)) {
      assertThat(count(program, "connected", 1)).as(program.tail("output")).isTrue();
      assertThat(count(program, "answer false", 1)).as(program.tail("output")).isTrue();
      assertThat(program.read("output")).doesNotContain("down ");

      namespace.sever(PORT);
      assertThat(count(program, "down SILENT", 1)).as(program.tail("output")).isTrue();
      // A command that has no answer, then a connection that nobody takes, each 2 s, asked every
      // half second; the rest is for a busy machine. A heartbeat would be missed after 50 s.
      assertThat(silentMs(program)).isBetween(2_000L, 15_000L);
      assertThat(count(program, "down UNREACHABLE", 1)).as(program.tail("output")).isTrue();

      namespace.heal();
      assertThat(count(program, "connected", 2)).as(program.tail("output")).isTrue();
      int answers = answers(program);
      assertThat(count(program, "answer false", answers + 1)).as(program.tail("output")).isTrue();
    }
  }

  private static Program start(QuietNamespace namespace) {
    List<String> command = new ArrayList<>(namespace.inside());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
    command.addAll(List.of("-cp", absolute(classes), EslTalk.class.getName(), "127.0.0.1:" + PORT));
    return Program.start("talk", Program.directory("talk"), command);
  }

  private static String absolute(String classPath) {
    return String.join(
        ":",
        List.of(classPath.split(":")).stream()
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }

  private static int answers(Program program) {
    return lines(program, "answer false");
  }

  private static boolean count(Program program, String start, int wanted) {
    return Loopback.await(
        Duration.ofSeconds(60),
        () -> lines(program, start) >= wanted || !program.process().isAlive());
  }

  private static int lines(Program program, String start) {
    return (int) program.read("output").lines().filter(line -> line.startsWith(start)).count();
  }

  // How long after its last answer it was called silent.
  private static long silentMs(Program program) {
    String line =
        program
            .read("output")
            .lines()
            .filter(each -> each.startsWith("down SILENT"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceFirst(".* after (\\d+) ms$", "$1"));
  }
}
