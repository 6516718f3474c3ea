// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.outlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.guard.Offence;
import io.fairlead.guard.ban.BansRig;
import io.fairlead.net.Cidr;
import io.fairlead.observe.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BanLogTest {
  @TempDir private Path folder;

  @Test
  void tellsOffencesAndBansButNotThoseOfLists() throws IOException {
    Path file = folder.resolve("fail2ban.log");
    BansRig rig = new BansRig("");
    rig.bans.listen(new BanLog(file, rig::nowMs, Runnable::run, new Counter()), () -> {});
    rig.offend("192.0.2.1", Offence.SCANNER, 2);
    rig.offend("2001:db8::9", Offence.WRONG_PASSWORD, 1);
    rig.add("2001:db8:0:5::9", Duration.ofHours(1));
    rig.bans.listed("apiban", List.of(Cidr.parse("192.0.2.3")), rig.nowMs() + 60_000);
    rig.loop.runCommands();
    Files.move(file, folder.resolve("fail2ban.log.1"));
    rig.lift("192.0.2.1");

    assertThat(Files.readAllLines(folder.resolve("fail2ban.log.1")))
        .map(line -> line.replaceFirst("^2027-01-15T08:00:0\\d\\.\\d{3}Z ", ""))
        .containsExactly(
            "offence 192.0.2.1 kind=scanner points=50 total=50",
            "offence 192.0.2.1 kind=scanner points=50 total=100",
            "ban 192.0.2.1 seconds=600 times=1 cause=points why=\"scanner 2\"",
            "offence [2001:db8:0:0:0:0:0:9] kind=wrong-password points=5 total=5",
            "ban [2001:db8:0:5:0:0:0:0]/64 seconds=3600 times=0 cause=operator why=\"ordered\"");
    assertThat(Files.readString(file)).endsWith("end 192.0.2.1 how=lifted\n");
  }
}
