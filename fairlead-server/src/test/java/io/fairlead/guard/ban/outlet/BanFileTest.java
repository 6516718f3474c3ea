// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.outlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.guard.Offence;
import io.fairlead.guard.ban.BansRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BanFileTest {
  @TempDir private Path folder;

  private BansRig rig(Path file) {
    BansRig rig = new BansRig("");
    BanFile kept = new BanFile(file, rig.bans, rig.loop, Runnable::run, 1000);
    rig.bans.listen(kept, kept::close);
    kept.restore();
    rig.loop.runCommands();
    return rig;
  }

  @Test
  void bringsBansAndTheirHistoryBack() {
    Path file = folder.resolve("state/bans");
    BansRig before = rig(file);
    before.offend("192.0.2.9", Offence.SCANNER, 2);
    before.pass(Duration.ofMinutes(11));
    before.offend("192.0.2.1", Offence.SCANNER, 2);
    before.offend("2001:db8::1", Offence.SCANNER, 2);
    before.add("198.51.100.0/24", Duration.ofHours(1));
    before.pass(Duration.ofSeconds(2));
    assertThat(file).exists();

    BansRig after = rig(file);
    after.pass(Duration.ofMinutes(12));
    assertThat(after.isBanned("198.51.100.7")).isTrue();
    assertThat(after.isBanned("192.0.2.1")).isTrue();
    assertThat(after.isBanned("2001:db8::77")).isTrue();
    assertThat(after.isBanned("192.0.2.9")).isFalse();
    after.offend("192.0.2.9", Offence.SCANNER, 2);
    assertThat(after.told.getLast()).isEqualTo("ban 192.0.2.9 1200s POINTS scanner 2 2");
    assertThat(after.explain("192.0.2.1").offences()).isEmpty();
    assertThat(after.explain("192.0.2.1").times()).isEqualTo(1);
  }

  @Test
  void readsWhatIsLeftOfATornFile() throws IOException {
    Path file = folder.resolve("bans");
    BansRig before = rig(file);
    for (int i = 0; i < 10; i++) {
      before.offend("192.0.2." + i, Offence.SCANNER, 2);
    }
    before.bans.close();
    String whole = Files.readString(file);
    assertThat(BanFile.read(file)).hasSize(10);

    Files.writeString(file, whole.substring(0, whole.length() / 2));
    assertThat(BanFile.read(file)).hasSizeBetween(3, 6);
    Files.writeString(file, whole.replace("192.0.2.3", "nobody").replace("points", "\0"));
    assertThat(BanFile.read(file)).isEmpty();
    for (String rubbish : List.of("", "\n", "something else\n", "fairlead-bans 1\n")) {
      Files.writeString(file, rubbish);
      assertThat(BanFile.read(file)).isEmpty();
      assertThat(rig(file).bans.all()).isEmpty();
    }
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, '\n', '\t', '\t'});
    assertThat(rig(file).bans.all()).isEmpty();
  }

  @Test
  void bansAllTheSameWhereNothingCanBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "").resolve("bans");
    BansRig rig = rig(file);
    rig.offend("192.0.2.1", Offence.SCANNER, 2);
    rig.pass(Duration.ofSeconds(3));
    assertThat(rig.isBanned("192.0.2.1")).isTrue();
    rig.bans.close();
  }
}
