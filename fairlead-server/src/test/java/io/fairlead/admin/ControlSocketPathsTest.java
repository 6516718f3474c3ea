// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketPathsTest {
  @TempDir private Path root;
  private Path session;
  private Path system;
  private Path temporary;

  @BeforeEach
  void folders() throws IOException {
    session = Files.createDirectory(root.resolve("session"));
    system = Files.createDirectory(root.resolve("run"));
    temporary = Files.createDirectory(root.resolve("tmp"));
  }

  @Test
  void prefersTheSessionThenTheSystemThenTheTemporaryFolder() throws Exception {
    assertThat(places(session).choose(7)).isEqualTo(session.resolve("fairlead/7.sock"));
    assertThat(places(null).choose(7)).isEqualTo(system.resolve("fairlead/7.sock"));
    Files.delete(system.resolve("fairlead"));
    Files.delete(system);
    Path last = places(null).choose(7);
    Path folder = folder(last);
    assertThat(folder.getParent()).isEqualTo(temporary);
    assertThat(String.valueOf(folder.getFileName())).matches("fairlead-[0-9]+");
    assertThat(mode(folder)).isEqualTo("rwx------");
  }

  @Test
  void refusesAFolderThatOthersMayWriteInto() throws Exception {
    Path folder = Files.createDirectory(session.resolve("fairlead"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> places(session).choose(7))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("others may write into")
        .hasMessageContaining("0700");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    places(session).choose(7);
    assertThat(mode(folder)).isEqualTo("rwx------");
  }

  @Test
  void refusesALinkInPlaceOfTheFolder() throws Exception {
    ControlSocketPaths places =
        new ControlSocketPaths(null, root.resolve("none"), temporary, pid -> true);
    Path own = folder(places.choose(7));
    Files.delete(own);
    Files.createSymbolicLink(own, system);
    assertThatThrownBy(() -> places.choose(7))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("not a folder of our own");
  }

  @Test
  void removesWhatDeadOnesLeftAndNothingElse() throws Exception {
    Path folder = folder(places(session).choose(7));
    dead(folder.resolve("11.sock"));
    dead(folder.resolve("12.sock"));
    Path notes = Files.writeString(folder.resolve("13.sock"), "no socket");
    Path other = folder.resolve("other.sock");
    dead(other);
    new ControlSocketPaths(session, system, temporary, pid -> pid == 12).choose(7);
    assertThat(folder.resolve("11.sock")).doesNotExist();
    assertThat(folder.resolve("12.sock")).exists();
    assertThat(notes).exists();
    assertThat(other).exists();
  }

  @Test
  void findsThoseThatAnswer() throws Exception {
    ControlSocketPaths places = places(session);
    Path path = places.choose(7);
    dead(path.resolveSibling("8.sock"));
    assertThat(places.live()).isEmpty();
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      assertThat(places.live()).containsExactly(path);
    }
  }

  private ControlSocketPaths places(@Nullable Path sessionFolder) {
    return new ControlSocketPaths(sessionFolder, system, temporary, pid -> false);
  }

  private static Path folder(Path socket) {
    return Objects.requireNonNull(socket.getParent());
  }

  private static void dead(Path socket) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
