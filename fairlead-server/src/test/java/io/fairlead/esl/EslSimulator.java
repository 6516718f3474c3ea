// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fairlead.config.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The event socket of a FreeSWITCH 1.11 on a real socket, its words as they are on the wire. What a
 * test says of it may be said at any time and counts from then on.
 *
 * <p>Owned by one test; served by virtual threads.
 */
public final class EslSimulator implements AutoCloseable {
  /** As a greeting: it accepts connections and says nothing. */
  public static final String MUTE = "";

  /** How it greets whom its access list allows. */
  public static final String WELCOME = "Content-Type: auth/request\n\n";

  /** How it greets whom its access list does not have. */
  public static final String RUDE =
      "Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n";

  /** As an answer: none. The connection does nothing more then. */
  public static final String NO_ANSWER = "(no answer)";

  /** Its password when nothing else is said. */
  public static final String PASSWORD = "ClueCon";

  private final InetSocketAddress address;
  private final List<EslSimulatorPeer> peers = new CopyOnWriteArrayList<>();
  private final List<String> commands = new CopyOnWriteArrayList<>();
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final Map<String, String> figures = new LinkedHashMap<>();
  private volatile ServerSocket server;
  private volatile String greeting = WELCOME;
  private volatile String password = PASSWORD;
  private volatile boolean json = true;
  private volatile boolean torn;
  private volatile Duration pause = Duration.ZERO;
  private volatile boolean ended;
  private long sequence = 600;

  private volatile UnaryOperator<@Nullable String> otherwise = command -> null;

  private EslSimulator(InetSocketAddress wanted) {
    server = listen(wanted);
    address = (InetSocketAddress) server.getLocalSocketAddress();
    figures.put("Core-UUID", UUID.randomUUID().toString());
    figures.put("FreeSWITCH-Hostname", "vm");
    figures.put("FreeSWITCH-Switchname", "fs1");
    figures.put("FreeSWITCH-IPv4", "192.0.2.2");
    figures.put("FreeSWITCH-IPv6", "fd00::2");
    answers.put("fsctl pause_check inbound", "false");
    answers.put("fsctl shutdown_check", "false");
    serve(server);
  }

  /** One on any port of 127.0.0.1. */
  public static EslSimulator start() {
    return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** One on this address; port 0 for any. */
  public static EslSimulator start(InetSocketAddress address) {
    return new EslSimulator(address);
  }

  private static ServerSocket listen(InetSocketAddress where) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(where);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(ServerSocket on) {
    Thread.startVirtualThread(() -> {
      try {
        while (true) {
          Socket socket = on.accept();
          socket.setTcpNoDelay(true);
          EslSimulatorPeer peer = new EslSimulatorPeer(this, socket);
          peers.add(peer);
          Thread.startVirtualThread(peer);
        }
      } catch (IOException closed) {
        // It listens no more.
      }
    });
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** Settings that fit to it, with this time for each answer. */
  public EslSettings settings(Duration timeout) {
    return new EslSettings(
        Secret.of(PASSWORD),
        address.getPort(),
        null,
        timeout,
        Duration.ofSeconds(5),
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        "[^-@]+",
        20_000);
  }

  // ---- how it is ----

  /** What it says first, {@link #WELCOME}, {@link #RUDE}, {@link #MUTE} or any bytes. */
  public EslSimulator greeting(String text) {
    greeting = text;
    return this;
  }

  /** Asks for another password. */
  public EslSimulator password(String text) {
    password = text;
    return this;
  }

  /** Refuses {@code event json}, as one built without it. */
  public EslSimulator withoutJson() {
    json = false;
    return this;
  }

  /** Writes byte by byte, with this pause between them. */
  public EslSimulator torn(Duration between) {
    torn = true;
    pause = between;
    return this;
  }

  /** The answer to a command from now on, or {@link #NO_ANSWER}. */
  public EslSimulator answer(String command, String body) {
    answers.put(command, body);
    return this;
  }

  /** The answer to all other commands; null for one that it does not know. */
  public EslSimulator answers(UnaryOperator<@Nullable String> function) {
    otherwise = function;
    return this;
  }

  /** A header of all events from now on: {@code Session-Count}, {@code Core-UUID}, any. */
  public EslSimulator figure(String header, String value) {
    synchronized (figures) {
      figures.put(header, value);
    }
    return this;
  }

  /** A value given to {@link #figure}; empty when none was. */
  public String figure(String header) {
    synchronized (figures) {
      return figures.getOrDefault(header, "");
    }
  }

  // ---- what it does ----

  /** Sends a HEARTBEAT: an idle, ready node, but for what {@link #figure} has changed. */
  public void heartbeat() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Event-Info", "System Ready");
    headers.put(
        "Up-Time",
        "0 years, 0 days, 0 hours, 2 minutes, 19 seconds, 275 milliseconds, 695 microseconds");
    headers.put("FreeSWITCH-Version", "1.11.1-release+git~20260526T204126Z~c2c59645f6~64bit");
    headers.put("Uptime-msec", "139275");
    headers.put("Session-Count", "0");
    headers.put("Max-Sessions", "2000");
    headers.put("Session-Per-Sec", "500");
    headers.put("Session-Per-Sec-Last", "0");
    headers.put("Session-Per-Sec-Max", "2");
    headers.put("Session-Per-Sec-FiveMin", "2");
    headers.put("Session-Since-Startup", "5");
    headers.put("Session-Peak-Max", "2");
    headers.put("Session-Peak-FiveMin", "2");
    headers.put("Idle-CPU", "99.033333");
    event("HEARTBEAT", headers, "");
  }

  /** Sends a CUSTOM event to those who asked for this subclass. */
  public void custom(String subclass, Map<String, String> headers) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("Event-Subclass", subclass);
    all.putAll(headers);
    event("CUSTOM", all, "");
  }

  /** Sends an event to those who asked for it. */
  public void event(String name, Map<String, String> own, String body) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Event-Name", name);
    synchronized (figures) {
      headers.putAll(figures);
      headers.put("Event-Date-Local", "2026-11-22 10:32:29");
      headers.put("Event-Date-GMT", "Sun, 22 Nov 2026 10:32:29 GMT");
      headers.put("Event-Date-Timestamp", "1795343549012126");
      headers.put("Event-Calling-File", "switch_core.c");
      headers.put("Event-Calling-Function", "send_heartbeat");
      headers.put("Event-Calling-Line-Number", "95");
      headers.put("Event-Sequence", Long.toString(++sequence));
      own.forEach(headers::putIfAbsent);
    }
    String subclass = own.getOrDefault("Event-Subclass", "");
    peers.stream()
        .filter(peer -> peer.wants(name, subclass))
        .forEach(peer -> peer.sendEvent(headers, body));
  }

  /** Sends any bytes to those who listen to events. */
  public void raw(String text) {
    peers.stream().filter(EslSimulatorPeer::listens).forEach(peer -> peer.send(text));
  }

  /** As on TERM: SHUTDOWN, goodbye to all, and after a while the end of all connections. */
  public void terminate(Duration linger) {
    event("SHUTDOWN", Map.of("Event-Info", "System Shutting Down"), "");
    leave();
    peers.forEach(EslSimulatorPeer::sayGoodbye);
    LockSupport.parkNanos(linger.toNanos());
    cut();
  }

  /** Begins anew after {@link #terminate} or {@link #leave}, with another Core-UUID. */
  public void comeBack() {
    figure("Core-UUID", UUID.randomUUID().toString());
    server = listen(address);
    serve(server);
  }

  /** Listens no more. */
  public void leave() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes all connections without a word. */
  public void cut() {
    peers.forEach(EslSimulatorPeer::close);
    peers.clear();
  }

  /** All commands so far but {@code auth}, {@code api} before them included. */
  public List<String> commands() {
    return List.copyOf(commands);
  }

  /** How many are connected. */
  public long connections() {
    return peers.stream().filter(EslSimulatorPeer::isOpen).count();
  }

  /** How many listen to events. */
  public long listeners() {
    return peers.stream().filter(peer -> peer.isOpen() && peer.listens()).count();
  }

  @Override
  public void close() {
    ended = true;
    leave();
    cut();
  }

  // ---- asked by its connections ----

  String greeting() {
    return greeting;
  }

  boolean opensTo(String given) {
    return password.equals(given);
  }

  boolean hasJson() {
    return json;
  }

  void heard(String command) {
    commands.add(command);
  }

  String answerTo(String command) {
    String answer = answers.get(command);
    if (answer == null) {
      answer = otherwise.apply(command);
    }
    return answer == null ? "-ERR " + command.split(" ")[0] + " Command not found!\n" : answer;
  }

  /** In pieces when it is torn. */
  List<byte[]> pieces(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    if (!torn) {
      return List.of(bytes);
    }
    return IntStream.range(0, bytes.length)
        .mapToObj(i -> new byte[] {bytes[i]})
        .toList();
  }

  void pause() {
    if (!ended && pause.isPositive()) {
      LockSupport.parkNanos(pause.toNanos());
    }
  }
}
