// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One connection to the simulator. Owned by its thread; whoever has an event writes to it. */
final class EslSimulatorPeer implements Runnable {
  private static final String GOODBYE =
      "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n";
  // What switch_url_encode() encodes.
  private static final String UNSAFE = "\r\n \"#%&+:;<=>?@[\\]^`{|}";

  private final EslSimulator simulator;
  private final Socket socket;
  private final ReentrantLock writing = new ReentrantLock();
  private final Set<String> wanted = ConcurrentHashMap.newKeySet();
  private volatile String format = "";
  private boolean known;

  EslSimulatorPeer(EslSimulator simulator, Socket socket) {
    this.simulator = simulator;
    this.socket = socket;
  }

  @Override
  public void run() {
    send(simulator.greeting());
    if (simulator.greeting().equals(EslSimulator.RUDE)) {
      close();
    }
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
      for (String command = next(in); command != null; command = next(in)) {
        if (simulator.greeting().equals(EslSimulator.WELCOME)) {
          obey(command);
        }
      }
    } catch (IOException cut) {
      // Its end.
    }
    close();
  }

  // A command is all up to an empty line; what stands behind the first line is headers.
  private static @Nullable String next(BufferedReader in) throws IOException {
    String command = "";
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.isEmpty() && !command.isEmpty()) {
        return command;
      }
      command = command.isEmpty() ? line : command;
    }
    return null;
  }

  private void obey(String command) {
    String word = command.split(" ", 2)[0];
    String rest = command.substring(Math.min(command.length(), word.length() + 1));
    if (word.equals("auth")) {
      authenticate(rest);
    } else if (!known) {
      reply("-ERR command not found");
    } else {
      simulator.heard(command);
      switch (word) {
        case "api" -> api(rest);
        case "bgapi" -> background(rest);
        case "event" -> subscribe(rest);
        case "exit" -> {
          reply("+OK bye");
          sayGoodbye();
          close();
        }
        default -> reply("-ERR command not found");
      }
    }
  }

  private void authenticate(String password) {
    known = simulator.opensTo(password);
    if (known) {
      reply("+OK accepted");
    } else {
      reply("-ERR invalid");
      sayGoodbye();
      close();
    }
  }

  private void api(String command) {
    String body = simulator.answerTo(command);
    if (!body.equals(EslSimulator.NO_ANSWER)) {
      send("Content-Type: api/response\nContent-Length: " + length(body) + "\n\n" + body);
    }
  }

  private void background(String command) {
    String job = UUID.randomUUID().toString();
    send(
        "Content-Type: command/reply\nReply-Text: +OK Job-UUID: %s\nJob-UUID: %s\n\n"
            .formatted(job, job));
    String body = simulator.answerTo(command);
    if (!body.equals(EslSimulator.NO_ANSWER)) {
      simulator.event("BACKGROUND_JOB", Map.of("Job-UUID", job, "Job-Command", command), body);
    }
  }

  private void subscribe(String text) {
    String[] words = text.split(" +");
    if (words[0].equals("json") && !simulator.hasJson()) {
      reply("-ERR json format not supported");
      return;
    }
    wanted.addAll(Arrays.asList(words).subList(1, words.length));
    format = words[0];
    reply("+OK event listener enabled " + format);
  }

  boolean wants(String name, String subclass) {
    return listens()
        && (wanted.contains("ALL")
            || (name.equals("CUSTOM") ? wanted.contains(subclass) : wanted.contains(name)));
  }

  boolean listens() {
    return !format.isEmpty();
  }

  boolean isOpen() {
    return !socket.isClosed();
  }

  void sendEvent(Map<String, String> headers, String body) {
    String text = format.equals("json") ? json(headers, body) : plain(headers, body);
    send(
        "Content-Length: " + length(text) + "\nContent-Type: text/event-" + format + "\n\n" + text);
  }

  private static String plain(Map<String, String> headers, String body) {
    String lines =
        headers.entrySet().stream()
            .map(each -> each.getKey() + ": " + encoded(each.getValue()) + "\n")
            .collect(Collectors.joining());
    return lines + (body.isEmpty() ? "" : "Content-Length: " + length(body) + "\n") + "\n" + body;
  }

  private static String encoded(String value) {
    StringBuilder out = new StringBuilder();
    for (byte b : value.getBytes(UTF_8)) {
      boolean plain = b >= ' ' && b < 127 && UNSAFE.indexOf(b) < 0;
      out.append(plain ? String.valueOf((char) b) : "%%%02X".formatted(b & 0xff));
    }
    return out.toString();
  }

  private static String json(Map<String, String> headers, String body) {
    String fields =
        headers.entrySet().stream()
            .map(each -> quoted(each.getKey()) + ":" + value(each.getValue()))
            .collect(Collectors.joining(","));
    return body.isEmpty()
        ? "{" + fields + "}"
        : "{%s,\"Content-Length\":\"%d\",\"_body\":%s}"
            .formatted(fields, length(body), quoted(body));
  }

  private static String value(String text) {
    if (!text.startsWith("ARRAY::")) {
      return quoted(text);
    }
    return Arrays.stream(text.substring(7).split("\\|:"))
        .map(EslSimulatorPeer::quoted)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      int i = "\"\\\b\f\n\r\t".indexOf(c);
      if (i >= 0) {
        out.append('\\').append("\"\\bfnrt".charAt(i));
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  private static int length(String text) {
    return text.getBytes(UTF_8).length;
  }

  private void reply(String text) {
    send("Content-Type: command/reply\nReply-Text: " + text + "\n\n");
  }

  void sayGoodbye() {
    send(
        "Content-Type: text/disconnect-notice\nContent-Length: "
            + length(GOODBYE)
            + "\n\n"
            + GOODBYE);
  }

  void send(String text) {
    writing.lock();
    try {
      OutputStream out = socket.getOutputStream();
      for (byte[] piece : simulator.pieces(text)) {
        out.write(piece);
        simulator.pause();
      }
    } catch (IOException cut) {
      // Its own thread finds out.
    } finally {
      writing.unlock();
    }
  }

  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
