// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.Json;
import io.fairlead.admin.JsonObject;
import io.fairlead.admin.RefusedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Speaks with the Fairlead behind a control socket. Immutable. */
public final class ControlClient {
  private static final Duration LONGEST = Duration.ofSeconds(45);

  private final Path socket;
  private final Duration longest;

  /** The one behind this socket. */
  public ControlClient(Path socket) {
    this(socket, LONGEST);
  }

  /**
   * The same.
   *
   * @param longest how long an answer is waited for
   */
  ControlClient(Path socket, Duration longest) {
    this.socket = socket;
    this.longest = longest;
  }

  /** Where it is. */
  public Path socket() {
    return socket;
  }

  /**
   * Asks once.
   *
   * @param verb what is wanted
   * @param more further fields; those that are null are left out
   * @throws RefusedException when it is refused, or nobody answers
   */
  public JsonObject ask(String verb, Map<String, ? extends @Nullable Object> more)
      throws RefusedException {
    try (SocketChannel channel = connect()) {
      Thread.ofVirtual().start(() -> closeLater(channel));
      BufferedReader reader = say(channel, verb, more);
      String line = reader.readLine();
      if (line == null) {
        throw new RefusedException("Fairlead closed " + socket + " without an answer");
      }
      return answer(line);
    } catch (IOException e) {
      throw new RefusedException("Fairlead does not answer at " + socket + ": " + e.getMessage());
    }
  }

  /** Is given the status again and again, until the connection ends. */
  public void watch(long intervalMs, Consumer<JsonObject> seen) throws RefusedException {
    try (SocketChannel channel = connect()) {
      BufferedReader reader = say(channel, "watch", Map.of("interval-ms", intervalMs));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        seen.accept(answer(line));
      }
    } catch (IOException e) {
      throw new RefusedException("the connection to Fairlead is lost: " + e.getMessage());
    }
  }

  private SocketChannel connect() throws RefusedException {
    SocketChannel channel;
    try {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (IOException e) {
      throw new RefusedException("no socket can be opened: " + e.getMessage());
    }
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException e) {
      try (channel) {
        throw new RefusedException(
            "Fairlead does not listen at " + socket + " (" + e.getMessage() + "): is it running?");
      } catch (IOException closing) {
        throw new RefusedException("Fairlead does not listen at " + socket);
      }
    }
  }

  private static BufferedReader say(
      SocketChannel channel, String verb, Map<String, ? extends @Nullable Object> more)
      throws IOException {
    Map<String, @Nullable Object> request = new LinkedHashMap<>();
    request.put("version", 1);
    request.put("do", verb);
    more.forEach((name, value) -> {
      if (value != null) {
        request.put(name, value);
      }
    });
    ByteBuffer bytes =
        ByteBuffer.wrap((Json.text(request) + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    return new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
  }

  private static JsonObject answer(String line) throws RefusedException {
    JsonObject answer = Json.read(line);
    if (answer == null) {
      throw new RefusedException("what answers is not Fairlead");
    }
    if (answer.has("error")) {
      throw new RefusedException(answer.text("error"));
    }
    return answer;
  }

  private void closeLater(SocketChannel channel) {
    try {
      Thread.sleep(longest);
      channel.close();
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt();
    }
  }
}
