// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.server.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Debian's fail2ban reads what Fairlead tells it, by the filter that comes with it. */
@Timeout(180)
class Fail2banIT {
  private static final Path FILTER = Pages.file("examples/fail2ban/filter.d/fairlead.conf");
  private static final Path JAIL = Pages.file("examples/fail2ban/jail.d/fairlead.conf");

  @TempDir private Path folder;

  private FairleadProcess fairlead() {
    return FairleadProcess.run(
        """
        listeners: [ "udp://%s" ]
        guard: { bans: { firewall: off, log: %s } }
        control: { socket: %s }
        state-dir: %s
        """
            .formatted(
                Loopback.text(Loopback.free()),
                folder.resolve("fail2ban.log"),
                folder.resolve("control/it.sock"),
                folder.resolve("state")));
  }

  private void ban(String address) throws IOException {
    try (Program program =
        FairleadProcess.command(
            "bans", "add", address, "--socket", folder.resolve("control/it.sock").toString())) {
      assertThat(program.await(Duration.ofSeconds(30))).as(program.read("output")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Tokyo", "America/New_York"})
  void bansWhomFairleadBansWhateverTheZone(String zone) throws IOException {
    Files.writeString(folder.resolve("fail2ban.log"), "");
    Path banned = folder.resolve("banned");
    try (FairleadProcess _ = fairlead();
        Program _ = server(zone, banned)) {
      ban("192.0.2.7");
      ban("2001:db8:0:5::9");
      assertThat(
              Loopback.await(
                  Duration.ofSeconds(40),
                  () -> read(banned).contains("192.0.2.7") && read(banned).contains("2001:db8")))
          .as(read(banned) + read(folder.resolve("f2b.out")) + read(folder.resolve("fail2ban.log")))
          .isTrue();
      assertThat(read(banned).lines()).containsExactlyInAnyOrder("192.0.2.7", "2001:db8:0:5::/64");
    }
  }

  private Program server(String zone, Path banned) throws IOException {
    Path config = Files.createDirectories(folder.resolve("f2b"));
    Files.createDirectories(config.resolve("filter.d"));
    Files.createDirectories(config.resolve("action.d"));
    Files.createDirectories(config.resolve("jail.d"));
    Files.copy(FILTER, config.resolve("filter.d/fairlead.conf"));
    Files.writeString(
        config.resolve("fail2ban.conf"),
        """
        [DEFAULT]
        loglevel = INFO
        logtarget = %1$s/f2b.out
        allowipv6 = yes
        syslogsocket = auto
        socket = %1$s/f2b.sock
        pidfile = %1$s/f2b.pid
        dbfile = %1$s/f2b.sqlite3
        dbpurgeage = 1d
        dbmaxmatches = 10
        [Definition]
        """
            .formatted(folder));
    Files.writeString(
        config.resolve("action.d/record.conf"),
        "[Definition]\nactionban = echo '<ip>' >> " + banned + "\nactionunban =\n");
    Files.writeString(config.resolve("jail.conf"), "[DEFAULT]\nignoreip =\n");
    String jail =
        Files.readString(JAIL)
            .replaceAll("logpath .*", "logpath = " + folder.resolve("fail2ban.log"))
            .replaceAll("banaction .*", "action = record");
    Files.writeString(config.resolve("jail.d/fairlead.conf"), jail);
    List<String> command =
        List.of(
            "/usr/bin/env",
            "TZ=" + zone,
            Program.require("fail2ban-server", "fail2ban"),
            "-f",
            "-c",
            config.toString(),
            "-s",
            folder.resolve("f2b.sock").toString(),
            "-p",
            folder.resolve("f2b.pid").toString(),
            "start");
    Program server = Program.start("fail2ban", Program.directory("fail2ban"), command);
    assertThat(
            Loopback.await(
                Duration.ofSeconds(30),
                () -> read(folder.resolve("f2b.out")).contains("Jail 'fairlead' started")))
        .as(server.read("output") + read(folder.resolve("f2b.out")))
        .isTrue();
    return server;
  }

  @Test
  void countsOffencesForItself() throws IOException {
    Path log =
        Files.writeString(
            folder.resolve("fail2ban.log"),
            """
            2026-12-01T10:00:00.123Z offence 192.0.2.1 kind=wrong-password points=5 total=15
            2026-12-01T10:00:00.124Z offence [2001:db8:0:0:0:0:0:9] kind=scanner points=50 total=50
            2026-12-01T10:00:09.001Z ban 192.0.2.1 seconds=600 times=1 cause=points why="scanner 2"
            2026-12-01T10:00:09.002Z ban [2001:db8:0:5:0:0:0:0]/64 seconds=600 times=1 cause=points why="x"
            2026-12-01T10:10:09.001Z end 192.0.2.1 how=expired
            """);
    assertThat(regex(log, "ban")).contains("5 lines, 0 ignored, 2 matched, 3 missed");
    assertThat(regex(log, "offence")).contains("5 lines, 0 ignored, 2 matched, 3 missed");
  }

  private static String regex(Path log, String mode) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Program.require("fail2ban-regex", "fail2ban"));
    String config = Pages.file("examples/fail2ban").toAbsolutePath().toString();
    command.addAll(List.of("-c", config, log.toString(), "fairlead[mode=" + mode + "]"));
    try (Program program = Program.start("regex", Program.directory("regex"), command)) {
      program.await(Duration.ofSeconds(30));
      return program.read("output");
    }
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
