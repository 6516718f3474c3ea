// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fairlead.admin.JsonObject;
import io.fairlead.admin.RefusedException;
import io.fairlead.cli.control.ControlClient;
import io.fairlead.esl.EslSimulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Fairlead in front of three FreeSWITCHes, fs1 to fs3, on loopback addresses of their own: SIPp has
 * the calls of each, a simulator its event socket. Owned by one test.
 */
final class FreeSwitchFarm implements AutoCloseable {
  private static final int SIZE = 3;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final InetSocketAddress address = Loopback.free();
  private final List<Sipp> backends = new ArrayList<>();
  private final List<EslSimulator> sockets = new ArrayList<>();
  private final List<Sipp> callers = new ArrayList<>();
  private final Set<Integer> still = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();
  private final Future<?> beats;
  private final Path control;
  private final String config;
  private FairleadProcess fairlead;

  private FreeSwitchFarm(Path folder, String balance, String route) {
    control = folder.resolve("control").resolve("farm.sock");
    int port = Loopback.free("127.0.1.1").getPort();
    StringBuilder list = new StringBuilder();
    for (int i = 1; i <= SIZE; i++) {
      EslSimulator socket = EslSimulator.start(new InetSocketAddress("127.0.1." + i, port));
      socket.figure("FreeSWITCH-Switchname", "fs" + i).figure("Heartbeat-Interval", "2");
      sockets.add(socket);
      backends.add(sipp(Loopback.free("127.0.1." + i)));
      list.append("      - { name: fs%d, uri: \"sip:%s\" }\n".formatted(i, at(i)));
    }
    config =
        """
        listeners: [ udp://%s ]
        control: { socket: %s }
        pools:
          farm:
            balance: %s
            slow-start: off
            esl:
              password: file:%s
              port: %d
              poll: 500ms
              timeout: 2s
              retry-first: 100ms
              retry-longest: 1s
            backends:
        %sroutes: [ { %s } ]
        """
            .formatted(Loopback.text(address), control, balance, secret(folder), port, list, route);
    try {
      fairlead = FairleadProcess.run(config);
    } catch (AssertionError e) {
      closePeers();
      throw e;
    }
    beats = heart.scheduleAtFixedRate(this::beat, 0, 1, TimeUnit.SECONDS);
  }

  private String at(int number) {
    return Loopback.text(backend(number).address());
  }

  private static Path secret(Path folder) {
    try {
      return Files.writeString(folder.resolve("esl.secret"), EslSimulator.PASSWORD);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Sipp sipp(InetSocketAddress at) {
    return Sipp.play("backend-is-freeswitch").calls(0).at(at).start();
  }

  /** Starts it and waits until all event sockets are connected and have told their figures. */
  static FreeSwitchFarm start(Path folder, String balance, String route) {
    FreeSwitchFarm farm = new FreeSwitchFarm(folder, balance, route);
    try {
      farm.awaitSockets();
    } catch (AssertionError e) {
      farm.close();
      throw e;
    }
    return farm;
  }

  void awaitSockets() {
    for (int i = 1; i <= SIZE; i++) {
      await(i, "connected", each -> each.text("esl").equals("connected") && each.has("sessions"));
    }
  }

  // ---- Fairlead ----

  /** Waits until its log says so; false when it does not. */
  boolean logs(String text) {
    return Loopback.await(LIMIT, () -> fairlead.log().contains(text));
  }

  /** Ends Fairlead and starts it with the same file. */
  void restartFairlead() {
    fairlead.stop();
    fairlead.close();
    fairlead = FairleadProcess.run(config);
    awaitSockets();
  }

  /** What a command of Fairlead says; it must succeed. */
  String says(String... args) throws IOException {
    String[] all = Arrays.copyOf(args, args.length + 2);
    all[args.length] = "--socket";
    all[args.length + 1] = control.toString();
    try (Program program = FairleadProcess.command(all)) {
      if (program.await(LIMIT) != 0) {
        throw new AssertionError(String.join(" ", args) + ": " + program.read("output"));
      }
      return program.read("output");
    }
  }

  /** The pool as {@code fairlead status --json} prints it. */
  JsonObject status() {
    try {
      return new ControlClient(control).ask("status", Map.of()).each("pools").getFirst();
    } catch (RefusedException e) {
      throw new AssertionError(e.getMessage() + "\n" + fairlead.log(), e);
    }
  }

  /** One backend in the status, by its number from 1. */
  JsonObject status(int number) {
    return status().each("backends").get(number - 1);
  }

  /** Waits until the status of a backend is so, and returns it. */
  JsonObject await(int number, String what, Predicate<JsonObject> so) {
    if (!Loopback.await(LIMIT, () -> so.test(status(number)))) {
      throw new AssertionError(
          "fs" + number + " should be " + what + ": " + status(number).all() + log());
    }
    return status(number);
  }

  /** Waits until the pool knows so many rooms. */
  void awaitRooms(int count) {
    if (!Loopback.await(LIMIT, () -> status().number("rooms", -1) == count)) {
      throw new AssertionError(count + " rooms are not known: " + status().all() + log());
    }
  }

  private String log() {
    return "\n--- fairlead\n" + fairlead.log();
  }

  // ---- calls ----

  /** A SIPp that calls; {@link #call} starts it. */
  Sipp.Script caller(String scenario) {
    return Sipp.play(scenario).at(Loopback.free()).to(address);
  }

  Sipp call(Sipp.Script script) {
    Sipp caller = script.start();
    callers.add(caller);
    return caller;
  }

  /** Waits until a caller is through; all its calls must succeed. */
  void ends(Sipp caller) {
    try {
      caller.succeeds();
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + log(), e);
    }
  }

  /** Plays calls to their end; returns how many each backend had of them. */
  List<Long> calls(Sipp.Script script) {
    List<Long> before = invites();
    ends(call(script));
    List<Long> after = invites();
    return IntStream.range(0, SIZE).mapToObj(i -> after.get(i) - before.get(i)).toList();
  }

  /** How many INVITEs each backend has received; none of those before it was {@link #killed}. */
  List<Long> invites() {
    return backends.stream().map(each -> each.received("INVITE")).toList();
  }

  // ---- FreeSWITCHes, by number from 1 ----

  Sipp backend(int number) {
    return backends.get(number - 1);
  }

  EslSimulator socket(int number) {
    return sockets.get(number - 1);
  }

  /**
   * {@code fsctl pause inbound}: waits until it has refused a call, and says only then over its
   * event socket that it is paused.
   */
  void pause(int number) {
    tell(number, true, false);
    if (!Loopback.await(LIMIT, () -> backend(number).sent("SIP/2.0 503 "))) {
      throw new AssertionError("fs" + number + " refused no call" + log());
    }
    socket(number).answer("fsctl pause_check inbound", "true");
  }

  /** {@code fsctl resume inbound}. */
  void resume(int number) {
    tell(number, false, false);
    socket(number).answer("fsctl pause_check inbound", "false");
  }

  /** Sends no more heartbeats. */
  void still(int number) {
    still.add(number);
  }

  /** Has it hang up when {@code hupall} comes; new calls too, until {@link #keepsCalls}. */
  void obeysHupall(int number) {
    socket(number)
        .answers(command -> {
          if (!command.startsWith("hupall ")) {
            return null;
          }
          tell(number, false, true);
          return "+OK hangup all channels with cause MANAGER_REQUEST\n";
        });
  }

  /** Its calls stay again. */
  void keepsCalls(int number) {
    tell(number, false, false);
  }

  /** Its event socket keeps its connections and says nothing any more. */
  void mute(int number) {
    still.add(number);
    socket(number)
        .greeting(EslSimulator.MUTE)
        .answer("fsctl pause_check inbound", EslSimulator.NO_ANSWER)
        .answer("fsctl shutdown_check", EslSimulator.NO_ANSWER);
  }

  /** Takes back {@link #mute}. */
  void speak(int number) {
    socket(number)
        .greeting(EslSimulator.WELCOME)
        .answer("fsctl pause_check inbound", "false")
        .answer("fsctl shutdown_check", "false");
    still.remove(number);
  }

  /** Ends without a word and is started anew: another Core-UUID, and no call is known. */
  void killed(int number) {
    still.add(number);
    backend(number).close();
    backends.set(number - 1, sipp(backend(number).address()));
    // Last, and back at once: while a busy machine starts SIPp, the client's pauses would grow.
    socket(number).leave();
    socket(number).cut();
    socket(number).figure("Uptime-msec", "10");
    socket(number).comeBack();
    still.remove(number);
  }

  private void beat() {
    for (int i = 1; i <= SIZE; i++) {
      if (!still.contains(i)) {
        socket(i).heartbeat();
      }
    }
  }

  // The same order twice does no harm.
  private void tell(int number, boolean paused, boolean ending) {
    InetSocketAddress to = backend(number).address();
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(to.getAddress(), 0))) {
      socket.setSoTimeout(1000);
      for (int attempt = 0; attempt < 10; attempt++) {
        byte[] text = order(to, socket.getLocalPort(), attempt, paused, ending).getBytes(US_ASCII);
        socket.send(new DatagramPacket(text, text.length, to));
        if (answered(socket)) {
          return;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("fs" + number + " does not obey");
  }

  private static boolean answered(DatagramSocket socket) throws IOException {
    DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
    try {
      socket.receive(answer);
      return new String(answer.getData(), 0, answer.getLength(), US_ASCII).contains(" 200 OK");
    } catch (SocketTimeoutException none) {
      return false;
    }
  }

  private static String order(
      InetSocketAddress to, int port, int attempt, boolean paused, boolean ending) {
    String host = to.getAddress().getHostAddress();
    String id = port + "-" + attempt;
    return """
    MESSAGE sip:%1$s SIP/2.0
    Via: SIP/2.0/UDP %2$s:%3$d;branch=z9hG4bK%4$s
    From: <sip:test@%2$s>;tag=%4$s
    To: <sip:%1$s>
    Call-ID: order-%4$s@%2$s
    CSeq: 1 MESSAGE
    Max-Forwards: 70
    X-Paused: %5$d
    X-Ending: %6$d
    Content-Length: 0

    """
        .formatted(Loopback.text(to), host, port, id, paused ? 1 : 0, ending ? 1 : 0)
        .replace("\n", "\r\n");
  }

  @Override
  public void close() {
    beats.cancel(true);
    heart.shutdownNow();
    callers.forEach(Sipp::close);
    fairlead.close();
    closePeers();
  }

  private void closePeers() {
    backends.forEach(Sipp::close);
    sockets.forEach(EslSimulator::close);
  }
}
