// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where control sockets are: {@code PID.sock} in the first folder that can be had. Only its owner
 * may enter such a folder. Immutable.
 */
public final class ControlSocketPaths {
  private static final Pattern NAME = Pattern.compile("([0-9]{1,10})\\.sock");
  private static final Set<PosixFilePermission> OURS_ALONE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private final @Nullable Path session;
  private final Path system;
  private final Path temporary;
  private final LongPredicate alive;

  /**
   * @param session the folder of the user's session, if there is one
   * @param system where services have theirs
   * @param temporary the folder for temporary files
   * @param alive whether there is a process of that number
   */
  ControlSocketPaths(@Nullable Path session, Path system, Path temporary, LongPredicate alive) {
    this.session = session;
    this.system = system;
    this.temporary = temporary;
    this.alive = alive;
  }

  /** Those of this machine. */
  public static ControlSocketPaths ofThisMachine() {
    String session = System.getenv("XDG_RUNTIME_DIR");
    return new ControlSocketPaths(
        session == null || session.isEmpty() ? null : Path.of(session),
        Path.of("/run"),
        Path.of(System.getProperty("java.io.tmpdir", "/tmp")),
        pid -> ProcessHandle.of(pid).isPresent());
  }

  /** All folders there may be sockets in. */
  private List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    if (session != null) {
      folders.add(session.resolve("fairlead"));
    }
    folders.add(system.resolve("fairlead"));
    folders.add(temporary.resolve("fairlead-" + user()));
    return folders;
  }

  /** Where a process without a setting has its socket; what dead ones left there is removed. */
  Path choose(long pid) throws RefusedException {
    List<Path> folders = folders();
    for (Path folder : folders) {
      boolean last = folder.equals(folders.getLast());
      Path above = folder.toAbsolutePath().getParent();
      boolean there = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
      if (last || Files.isWritable(there || above == null ? folder : above)) {
        claim(folder);
        sweep(folder);
        return folder.resolve(pid + ".sock");
      }
    }
    throw new RefusedException("no folder for the control socket");
  }

  /** Makes the folder of a socket that a setting names, when it is not there. */
  static void prepare(Path socket) throws RefusedException {
    Path folder = socket.toAbsolutePath().getParent();
    try {
      if (folder != null && !Files.isDirectory(folder)) {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OURS_ALONE));
      }
    } catch (IOException e) {
      throw new RefusedException("the folder " + folder + " cannot be made: " + words(e));
    }
  }

  // Where others may write, they may have put a socket or a link of their own.
  private void claim(Path folder) throws RefusedException {
    try {
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OURS_ALONE));
      }
      PosixFileAttributes found =
          Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!found.isDirectory() || uid(folder) != user()) {
        throw new RefusedException(folder + " is not a folder of our own");
      }
      if (found.permissions().stream().anyMatch(OTHERS_WRITE::contains)) {
        throw new RefusedException("others may write into " + folder + ": it needs mode 0700");
      }
      if (!found.permissions().equals(OURS_ALONE)) {
        Files.setPosixFilePermissions(folder, OURS_ALONE);
      }
    } catch (IOException e) {
      throw new RefusedException("the folder " + folder + " cannot be used: " + words(e));
    }
  }

  private void sweep(Path folder) {
    for (Path socket : sockets(folder)) {
      if (!alive.test(pid(socket)) && !answers(socket)) {
        removeSocket(socket);
      }
    }
  }

  /** The sockets of all that run, as far as they can be seen. */
  public List<Path> live() {
    return folders().stream()
        .distinct()
        .flatMap(folder -> sockets(folder).stream())
        .filter(ControlSocketPaths::answers)
        .toList();
  }

  /** Whether somebody listens there. */
  static boolean answers(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Removes a socket, and nothing that is none. */
  static void removeSocket(Path socket) {
    try {
      if (isSocket(socket)) {
        Files.deleteIfExists(socket);
      }
    } catch (IOException e) {
      // Binding says what is wrong with it.
    }
  }

  static boolean isSocket(Path path) throws IOException {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .isOther();
  }

  private static List<Path> sockets(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> pid(file) >= 0).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The number in the name, or -1. */
  private static long pid(Path socket) {
    Matcher name = NAME.matcher(String.valueOf(socket.getFileName()));
    return name.matches() ? Long.parseLong(name.group(1)) : -1;
  }

  private static long user() {
    try {
      return uid(Path.of("/proc/self"));
    } catch (IOException e) {
      return -1;
    }
  }

  static long uid(Path file) throws IOException {
    return ((Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS))
        & 0xffffffffL;
  }

  /** What went wrong with a file, without the name of a Java class where the text suffices. */
  static String words(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException denied -> "permission denied: " + denied.getFile();
      case java.nio.file.FileAlreadyExistsException there -> "there is a file: " + there.getFile();
      case java.nio.file.NoSuchFileException missing -> "not found: " + missing.getFile();
      default -> String.valueOf(e.getMessage());
    };
  }
}
