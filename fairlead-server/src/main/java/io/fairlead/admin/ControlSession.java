// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the control socket: one request in a line, its answer in a line, and the end; a
 * watch is answered until the other side leaves. A second thread closes the connection when its
 * time is over. Shared: see docs/ownership.md.
 */
final class ControlSession {
  private static final Logger LOG = LoggerFactory.getLogger(ControlSession.class);
  private static final long SHORTEST_MS = 100;
  private static final long LONGEST_MS = 60_000;
  private static final long USUAL_MS = 1000;

  private final ControlSocket socket;
  private final SocketChannel channel;
  private final ControlSocket.Limits limits;
  private final boolean served;
  private final Thread watch =
      Thread.ofVirtual().name("fl-control-watch").unstarted(this::closeInTime);
  private volatile long deadlineNs;
  private volatile boolean watches;

  /**
   * @param served false when it is only told that there is no room
   */
  ControlSession(
      ControlSocket socket, SocketChannel channel, ControlSocket.Limits limits, boolean served) {
    this.socket = socket;
    this.channel = channel;
    this.limits = limits;
    this.served = served;
    within(limits.request());
  }

  boolean served() {
    return served;
  }

  boolean watches() {
    return watches;
  }

  /** Serves it to its end. */
  void serve() {
    guarded(() -> {
      String line = line();
      within(limits.answer());
      if (line != null) {
        answer(ControlRequest.read(line));
      }
    });
  }

  /** Says that there is no room, and ends. */
  void refuse() {
    guarded(() -> {
      throw new RefusedException(
          "there are " + limits.connections() + " connections already: try again");
    });
  }

  /** What a connection is for. */
  private interface Work {
    void run() throws IOException, RefusedException, InterruptedException;
  }

  private void guarded(Work work) {
    watch.start();
    try (channel) {
      try {
        if (!socket.allows(channel)) {
          throw new RefusedException("only the user that runs Fairlead, and root, may use this");
        }
        work.run();
      } catch (RefusedException e) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("version", 1);
        answer.put("error", e.why());
        write(answer);
        discard();
      }
    } catch (IOException e) {
      LOG.debug("a connection to the control socket ended: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      watch.interrupt();
      socket.ended(this);
    }
  }

  private void answer(ControlRequest request)
      throws IOException, RefusedException, InterruptedException {
    if (request.verb() != ControlCommand.WATCH) {
      write(socket.verbs().answer(request));
      return;
    }
    long intervalMs = request.number("interval-ms", SHORTEST_MS, LONGEST_MS, USUAL_MS);
    watches = true;
    if (!socket.mayWatch()) {
      watches = false;
      throw new RefusedException("there are " + limits.watchers() + " that watch already");
    }
    Duration next = limits.answer().plusMillis(intervalMs);
    while (true) {
      write(socket.verbs().answer(request));
      within(next);
      Thread.sleep(intervalMs);
    }
  }

  // The watch may be waiting for a later moment than this.
  private void within(Duration time) {
    deadlineNs = System.nanoTime() + time.toNanos();
    LockSupport.unpark(watch);
  }

  private void closeInTime() {
    for (long left = left(); left > 0; left = left()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
    close();
  }

  private long left() {
    return deadlineNs - System.nanoTime();
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("a connection to the control socket was not closed: {}", e.toString());
    }
  }

  // What closes with something unread breaks the connection, and the answer may be lost with it.
  private void discard() throws IOException {
    within(limits.request());
    channel.shutdownOutput();
    ByteBuffer rest = ByteBuffer.allocate(limits.requestBytes());
    for (int read = 0; read >= 0; read = channel.read(rest)) {
      rest.clear();
    }
  }

  // Null when nothing was said.
  private @Nullable String line() throws IOException, RefusedException {
    ByteBuffer read = ByteBuffer.allocate(limits.requestBytes() + 1);
    int end = -1;
    while (end < 0 && read.hasRemaining()) {
      int from = read.position();
      if (channel.read(read) < 0) {
        end = read.position();
      }
      for (int i = from; i < read.position() && end < 0; i++) {
        end = read.get(i) == '\n' ? i : -1;
      }
    }
    if (end < 0 || end > limits.requestBytes()) {
      throw new RefusedException("a request may have at most " + limits.requestBytes() + " bytes");
    }
    try {
      String line = StandardCharsets.UTF_8.newDecoder().decode(read.flip().limit(end)).toString();
      return line.isBlank() ? null : line;
    } catch (CharacterCodingException e) {
      throw new RefusedException("the request is not UTF-8");
    }
  }

  private void write(Map<String, @Nullable Object> answer) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((Json.text(answer) + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
