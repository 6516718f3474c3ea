// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import io.fairlead.loop.ManualLoop;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An rtpproxy as its manual describes it, without media: sessions by Call-ID and tags, ports in
 * order, the same answer to the same cookie. Owned by one test.
 */
final class RtpproxySimulator implements Datagrams {
  /** Commands it got, without cookies; repetitions too. */
  final List<String> commands = new ArrayList<>();

  private final ManualLoop loop;
  private final Map<String, Integer> ports = new TreeMap<>();
  private final Map<String, String> answered = new TreeMap<>();
  private int next = 35_000;
  private int losing;
  private String address = "";
  private @Nullable RemoteEngine asker;

  RtpproxySimulator(ManualLoop loop) {
    this.loop = loop;
  }

  void answers(RemoteEngine engine) {
    asker = engine;
  }

  /** It says an address beside each port. */
  void says(String text) {
    address = " " + text;
  }

  /** Answers to the next datagrams get lost. */
  void loses(int datagrams) {
    losing = datagrams;
  }

  /** It was started anew. */
  void restarts() {
    ports.clear();
    answered.clear();
  }

  int sessions() {
    return ports.size();
  }

  @Override
  public void send(byte[] bytes, InetSocketAddress to) {
    String text = new String(bytes, StandardCharsets.UTF_8).strip();
    String cookie = text.substring(0, text.indexOf(' '));
    String command = text.substring(cookie.length() + 1);
    commands.add(command);
    String said = answered.computeIfAbsent(cookie, c -> c + ' ' + answer(command) + '\n');
    if (losing > 0) {
      losing--;
      return;
    }
    byte[] datagram = said.getBytes(StandardCharsets.UTF_8);
    loop.execute(() -> Objects.requireNonNull(asker).onDatagram(datagram, datagram.length));
  }

  private String answer(String command) {
    String[] words = command.split(" ");
    return switch (command.charAt(0)) {
      case 'V' -> "20040107";
      case 'U', 'L' -> port(words);
      case 'Q' -> ports.containsKey(words[1] + ' ' + words[2]) ? "60 10 20 29 1" : "E50";
      case 'D' -> ports.keySet().removeIf(key -> key.startsWith(words[1] + ' ')) ? "0" : "E8";
      default -> "E0";
    };
  }

  // One port for each side of each session; a lookup needs a session that an update began.
  private String port(String[] words) {
    String session = words[1] + ' ' + words[4];
    boolean update = words[0].startsWith("U");
    if (!update && !ports.containsKey(session)) {
      return "0";
    }
    String key = update ? session : session + " answer";
    Integer port = ports.get(key);
    if (port == null) {
      port = next;
      next += 2;
      ports.put(key, port);
    }
    return port + address;
  }
}
