// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running Fairlead is asked and ordered by the commands an operator has. */
@Timeout(120)
class ControlIT {
  @TempDir private Path folder;
  private Path socket;
  private FairleadProcess fairlead;

  @BeforeEach
  void run() throws IOException {
    socket = folder.resolve("control").resolve("it.sock");
    InetSocketAddress listener = Loopback.free();
    fairlead =
        FairleadProcess.run(
            """
            listeners: [ udp://%s ]
            pools:
              farm:
                health: off
                balance: priority
                backends:
                  - { name: fs1, uri: "sip:127.0.0.98:5060" }
                  - { name: fs2, uri: "sip:127.0.0.99:5060" }
            routes: [ { to: farm } ]
            control: { socket: %s }
            """
                .formatted(Loopback.text(listener), socket));
  }

  @AfterEach
  void end() {
    fairlead.close();
  }

  @Test
  void drainsWaitsTellsAndTakesBack() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
    assertThat(says(0, "status"))
        .contains("pool farm: priority, 2 of 2 backends taking calls")
        .containsPattern("fs1 +healthy");

    assertThat(says(0, "drain", "fs1", "--deadline", "1h", "--then", "maintenance", "--wait"))
        .contains("farm/fs1 is drained: all calls have ended");
    assertThat(says(0, "status")).containsPattern("fs1 +maintenance").contains("1 of 2 backends");
    assertThat(says(0, "status", "--json")).contains("\"phase\":\"drained\"");

    assertThat(says(1, "undrain", "fs1")).contains("farm/fs1 is in maintenance");
    assertThat(says(0, "ready", "fs1")).containsPattern("farm/fs1 +healthy");
    assertThat(says(0, "drain", "farm/fs2")).containsPattern("farm/fs2 +draining");
    assertThat(says(0, "undrain", "farm/fs2")).containsPattern("farm/fs2 +healthy");
    assertThat(says(0, "maintenance", "fs1", "fs2"))
        .contains("note: no backend of pool farm takes calls now");
    assertThat(says(0, "reload")).contains("no change");
    assertThat(fairlead.log()).contains("ordered: maintenance farm/fs1", "reload (ordered)");
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertThat(says(1, "drain", "fs3")).contains("`fs3` is not known; did you mean `fs1`?");
    assertThat(says(1, "drain", "fs1", "--deadline", "1h", "--calls", "bye"))
        .contains("cannot be ended", "event socket");
    assertThat(says(1, "top")).contains("top needs a terminal");
    assertThat(says(2, "drain")).contains("BACKEND");
    assertThat(fairlead.stop()).isIn(0, 143);
    assertThat(socket).doesNotExist();
    assertThat(says(1, "status")).contains("Fairlead does not listen at", "is it running?");
  }

  private String says(int exit, String... args) throws IOException {
    String[] all = new String[args.length + 2];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "--socket";
    all[args.length + 1] = socket.toString();
    try (Program program = FairleadProcess.command(all)) {
      assertThat(program.await(Duration.ofSeconds(30))).as(program.read("output")).isEqualTo(exit);
      return program.read("output");
    }
  }
}
