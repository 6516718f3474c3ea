// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Unix domain socket by which a running Fairlead is asked and ordered. One virtual thread
 * accepts, one serves each connection. Who may open the file may order anything, so it belongs to
 * its user alone. Shared: see docs/ownership.md.
 */
public final class ControlSocket implements AutoCloseable {
  /**
   * What one who connects may take. Immutable.
   *
   * @param connections at the same time
   * @param watchers at most so many of them watch, so that an order always finds a place
   * @param requestBytes in a request
   * @param request how long it may take to come
   * @param answer how long its answer may take to be taken
   */
  record Limits(
      int connections, int watchers, int requestBytes, Duration request, Duration answer) {
    static final Limits USUAL =
        new Limits(32, 16, 16_384, Duration.ofSeconds(5), Duration.ofSeconds(60));
  }

  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

  private final Path path;
  private final ServerSocketChannel server;
  private final ControlCommands verbs;
  private final Limits limits;
  private final String owner;
  private final Set<ControlSession> sessions = ConcurrentHashMap.newKeySet();

  private ControlSocket(Path path, ServerSocketChannel server, ControlCommands verbs, Limits limits)
      throws IOException {
    this.path = path;
    this.server = server;
    this.verbs = verbs;
    this.limits = limits;
    this.owner = Files.getOwner(path).getName();
  }

  /**
   * Opens it where the settings say, and serves.
   *
   * @throws RefusedException when it cannot be opened, with the reason
   */
  public static ControlSocket open(ControlSettings settings, ControlledFairlead subject)
      throws RefusedException {
    Path wanted = settings.socket();
    Path path =
        wanted == null
            ? ControlSocketPaths.ofThisMachine().choose(ProcessHandle.current().pid())
            : wanted;
    return open(path, subject, Limits.USUAL);
  }

  static ControlSocket open(Path path, ControlledFairlead subject, Limits limits)
      throws RefusedException {
    if (ControlSettings.tooLong(path)) {
      throw new RefusedException(path + ": " + ControlSettings.expected(path));
    }
    ControlSocketPaths.prepare(path);
    try {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        makeRoom(path);
      }
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        server.bind(UnixDomainSocketAddress.of(path), limits.connections());
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      } catch (IOException e) {
        server.close();
        throw e;
      }
      ControlSocket control = new ControlSocket(path, server, new ControlCommands(subject), limits);
      Thread.ofVirtual().name("fl-control").start(control::accept);
      return control;
    } catch (IOException e) {
      throw new RefusedException(path + ": " + ControlSocketPaths.words(e));
    }
  }

  private static void makeRoom(Path path) throws IOException, RefusedException {
    if (!ControlSocketPaths.isSocket(path)) {
      throw new RefusedException(path + " is there and is no socket: it was left alone");
    }
    if (ControlSocketPaths.answers(path)) {
      throw new RefusedException(path + " is the socket of another process that runs");
    }
    ControlSocketPaths.removeSocket(path);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        serve(server.accept());
      } catch (IOException e) {
        if (server.isOpen()) {
          LOG.warn("a connection to the control socket failed: {}", ControlSocketPaths.words(e));
          pause();
        }
      }
    }
  }

  // Without it a process that has run out of files would spin.
  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SocketChannel channel) {
    // Who was refused is still told so, but holds no place of those who are served.
    boolean room = sessions.stream().filter(ControlSession::served).count() < limits.connections();
    ControlSession session = new ControlSession(this, channel, limits, room);
    if (sessions.size() >= 2 * limits.connections()) {
      session.close();
      return;
    }
    sessions.add(session);
    Thread.ofVirtual().name("fl-control-session").start(room ? session::serve : session::refuse);
  }

  ControlCommands verbs() {
    return verbs;
  }

  /** Whether one more may watch; it counts as one that does. */
  boolean mayWatch() {
    return sessions.stream().filter(ControlSession::watches).count() <= limits.watchers();
  }

  void ended(ControlSession session) {
    sessions.remove(session);
  }

  /** Whether who connects may order: the file lets no other in, once it has its mode. */
  boolean allows(SocketChannel channel) throws IOException {
    String user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    return user.equals(owner) || user.equals(Files.getOwner(Path.of("/")).getName());
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.warn("the control socket was not closed: {}", ControlSocketPaths.words(e));
    }
    ControlSocketPaths.removeSocket(path);
    sessions.forEach(ControlSession::close);
  }
}
