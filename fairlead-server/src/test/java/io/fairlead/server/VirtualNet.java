// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.loop.Loop;
import io.fairlead.loop.TimerWheel;
import io.fairlead.net.SourceKey;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Flow;
import io.fairlead.transport.FlowListener;
import io.fairlead.transport.Listener;
import io.fairlead.transport.ListenerChoice;
import io.fairlead.transport.ListenerChoices;
import io.fairlead.transport.ListenerSettings;
import io.fairlead.transport.OutboundFlows;
import io.fairlead.transport.PongListener;
import io.fairlead.transport.SourceGate;
import io.fairlead.transport.SourceVerdict;
import io.fairlead.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network with virtual time: loops, UDP with delay, jitter, loss and copies, streams in order
 * (TLS and WebSocket are names only here), closed ports. Every second message of a peer leaves out
 * Content-Length where its transport allows it (RFC 3261 §20.14, RFC 7118). What happens next
 * follows from the seed and the order of calls alone. Packets of one path keep their order, packets
 * of different sources do not.
 *
 * <p>Owned by the test's thread.
 */
final class VirtualNet implements OutboundFlows {
  /** Who receives at an address. */
  interface Peer {
    /** A message arrived; the link is the way back. */
    void onMessage(Link link, String text);
  }

  /** A peer's way to Fairlead. */
  interface Link {
    /** Sends a message to Fairlead. */
    void send(String text);

    /** Transport of the path. */
    Transport transport();

    /** The Fairlead side. */
    InetSocketAddress remote();
  }

  private record Event(long dueNs, long order, Runnable action) {}

  private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: [0-9]+\r\n");

  private final SplittableRandom random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          java.util.Comparator.comparingLong(Event::dueNs).thenComparingLong(Event::order));
  private final List<VirtualLoop> loops = new ArrayList<>();

  /** How long the loops have had no rest: they are never busy by themselves. */
  long standingQueueNs;

  private final List<Listener> listeners = new ArrayList<>();
  private final Map<InetSocketAddress, Peer> peers = new HashMap<>();
  private final List<Connection> connections = new ArrayList<>();
  private final Map<String, String> routed = new HashMap<>();
  private ListenerChoice reach = ListenerChoices.of(List.of(), routed);
  private final Map<String, Long> lastOnPath = new HashMap<>();
  private final Map<InetSocketAddress, Long> stunNs = new HashMap<>();
  private @Nullable VirtualLoop current;
  private @Nullable FlowListener house;
  private SourceGate gate = SourceGate.OPEN;
  private long nowNs = 1_000_000_000L;
  private long order;
  private long delayNs = 1_000_000;
  private long jitterNs;
  private double loss;
  private double copies;
  private long lastConnection;
  private long messages;
  private long lengthEvery = 2;

  /** Blown or not at each thing the house asks of the network, before it is done. */
  Runnable fuse = () -> {};

  /** Hears of what the house lets escape; at first that is a failure of the test. */
  DefectListener defects =
      (what, e) -> {
        throw new AssertionError(what, e);
      };

  VirtualNet(long seed, int loopCount) {
    random = new SplittableRandom(seed);
    for (int i = 0; i < loopCount; i++) {
      loops.add(new VirtualLoop(i));
    }
  }

  // ---- set-up ----

  void listen(List<ListenerSettings> settings) {
    listeners.addAll(VirtualListeners.of(settings));
    reach = ListenerChoices.of(listeners, routed);
  }

  /** From now on the kernel reaches these addresses by the interface with that address. */
  void routes(String prefix, String local) {
    routed.put(prefix, local);
  }

  static InetSocketAddress at(String host, int port) {
    return new InetSocketAddress(host, port);
  }

  void start(FlowListener newHouse, SourceGate newGate) {
    house = newHouse;
    gate = newGate;
  }

  /** Makes UDP bad: shares from 0 to 1. */
  void weather(Duration jitter, double lossShare, double copyShare) {
    jitterNs = jitter.toNanos();
    loss = lossShare;
    copies = copyShare;
  }

  /** A peer listens there from now on, over every transport. */
  void open(InetSocketAddress where, Peer peer) {
    peers.put(where, peer);
  }

  /** Nobody listens there any more: connect refused, port unreachable. */
  void close(InetSocketAddress where) {
    peers.remove(where);
  }

  /** The peer there closes all its connections. */
  void hangUp(InetSocketAddress peer) {
    connections.stream()
        .filter(c -> c.open && c.remote.equals(peer))
        .toList()
        .forEach(Connection::hangUp);
  }

  /** How many connections are open with that host. */
  int connections(InetAddress host) {
    return (int)
        connections.stream().filter(c -> c.open && c.remote.getAddress().equals(host)).count();
  }

  List<VirtualLoop> loops() {
    return loops;
  }

  SplittableRandom random() {
    return random;
  }

  long nowMs() {
    return nowNs / 1_000_000;
  }

  /** From now on nobody says Content-Length where the transport allows to leave it out. */
  void leaveOutLengths() {
    lengthEvery = Long.MAX_VALUE;
  }

  // ---- time ----

  void after(long ms, Runnable action) {
    schedule(nowNs + ms * 1_000_000, action);
  }

  private void schedule(long dueNs, Runnable action) {
    events.add(new Event(dueNs, order++, action));
  }

  void run(Duration time) {
    long until = nowNs + time.toNanos();
    for (long next = next(); next <= until; next = next()) {
      nowNs = Math.max(nowNs, next);
      fire();
    }
    nowNs = until;
    fire();
  }

  void runMs(long ms) {
    run(Duration.ofMillis(ms));
  }

  private long next() {
    Event first = events.peek();
    long next = first == null ? Long.MAX_VALUE : first.dueNs();
    for (VirtualLoop loop : loops) {
      next = Math.min(next, loop.timers.nextDeadlineNs());
    }
    return next;
  }

  private void fire() {
    for (VirtualLoop loop : loops) {
      while (!on(loop, () -> loop.timers.advance(nowNs))) {}
    }
    for (Event e = events.peek(); e != null && e.dueNs() <= nowNs; e = events.peek()) {
      events.remove();
      e.action().run();
    }
  }

  // False when it threw; then the loop goes on as a real one does.
  private boolean on(VirtualLoop loop, Runnable action) {
    current = loop;
    try {
      action.run();
      return true;
    } catch (Throwable e) {
      String what = String.valueOf(loop.steps().current());
      loop.steps().failed();
      loop.timers.failed();
      defects.met("a step on a loop, for " + what, e);
      return false;
    } finally {
      current = null;
    }
  }

  /** One loop of the house; commands wait a moment, as on a busy machine. */
  final class VirtualLoop implements Loop {
    private final int index;
    private final TimerWheel timers = new TimerWheel(nowNs);
    private final ArrayDeque<Runnable> commands = new ArrayDeque<>();

    VirtualLoop(int index) {
      this.index = index;
    }

    @Override
    public int index() {
      return index;
    }

    @Override
    public long nowNs() {
      fuse.run();
      return nowNs;
    }

    @Override
    public TimerWheel timers() {
      return timers;
    }

    @Override
    public long standingQueueNs() {
      return standingQueueNs;
    }

    @Override
    public boolean inLoop() {
      return current == this;
    }

    @Override
    public void execute(Runnable command) {
      commands.add(command);
      schedule(nowNs + (loops.size() > 1 ? random.nextInt(2_000_000) : 0), this::drain);
    }

    private void drain() {
      while (!commands.isEmpty()) {
        on(this, commands.remove());
      }
    }
  }

  // ---- what the house sees ----

  @Override
  public List<Listener> listeners() {
    fuse.run();
    return listeners;
  }

  @Override
  public @Nullable Flow flowTo(
      String transport, InetSocketAddress remote, @Nullable Listener preferred) {
    fuse.run();
    if (preferred != null && preferred.speaks(transport, remote.getAddress())) {
      return flow(preferred, remote);
    }
    for (Listener listener : listeners) {
      if (listener.speaks(transport, remote.getAddress())) {
        return flow(listener, remote);
      }
    }
    return null;
  }

  @Override
  public ListenerChoice reach() {
    fuse.run();
    return reach;
  }

  @Override
  public @Nullable Flow connection(long number) {
    return connections.stream()
        .filter(c -> c.open && number != 0 && c.number == number)
        .findFirst()
        .orElse(null);
  }

  private Flow flow(Listener listener, InetSocketAddress remote) {
    if (!listener.transport().reliable()) {
      return new Datagrams(this, listener, remote);
    }
    for (Connection connection : connections) {
      if (connection.open
          && connection.listener.equals(listener)
          && connection.remote.equals(remote)) {
        return connection;
      }
    }
    Connection connection = new Connection(listener, remote, null);
    connections.add(connection);
    return connection;
  }

  private VirtualLoop reader(InetSocketAddress source) {
    return loops.get(Math.floorMod(source.hashCode(), loops.size()));
  }

  private void up(Flow flow, String said) {
    boolean stream = flow.transport().reliable() && !flow.transport().viaToken().startsWith("WS");
    boolean bare = !stream && ++messages % lengthEvery != 0;
    String text = bare ? LENGTH.matcher(said).replaceFirst("\r\n") : said;
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    FlowListener upper = house;
    if (upper != null && isHeard(flow)) {
      on(reader(flow.remote()), () -> upper.onMessage(flow, bytes, 0, bytes.length));
    }
  }

  // As the real listeners ask before they read.
  private boolean isHeard(Flow flow) {
    InetAddress source = flow.remote().getAddress();
    long upper = SourceKey.upper(source);
    boolean connected = flow.transport().reliable();
    return gate.message(upper, SourceKey.lower(source), connected, nowNs) == SourceVerdict.HEARD;
  }

  /** A message could not be delivered. */
  void failed(Flow flow, String text, boolean closed) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    FlowListener upper = house;
    if (upper != null) {
      on(
          reader(flow.remote()),
          () -> {
            upper.onUndeliverable(flow, bytes, 0, bytes.length, "connection refused");
            if (closed) {
              upper.onClosed(flow, "connection refused");
            }
          });
    }
  }

  /** Who listens there; null for nobody. */
  @Nullable Peer peer(InetSocketAddress where) {
    return peers.get(where);
  }

  /** Sends a datagram on a path, if the weather lets it. */
  void datagram(String path, Runnable arrives) {
    if (loss > 0 && random.nextDouble() < loss) {
      return;
    }
    deliver(path, arrives);
    if (copies > 0 && random.nextDouble() < copies) {
      deliver(path, arrives);
    }
  }

  private void deliver(String path, Runnable arrives) {
    long due = nowNs + delayNs + (jitterNs == 0 ? 0 : random.nextLong(jitterNs));
    due = Math.max(due, lastOnPath.getOrDefault(path, 0L));
    lastOnPath.put(path, due);
    schedule(due, arrives);
  }

  // ---- what peers see ----

  /** A UDP path from the peer's address to a listener. */
  Link udp(InetSocketAddress from, Listener to) {
    Flow back = new Datagrams(this, to, from);
    return new Link() {
      @Override
      public void send(String text) {
        datagram(from + ">" + to.name(), () -> up(back, text));
      }

      @Override
      public Transport transport() {
        return CapturedFlow.UDP;
      }

      @Override
      public InetSocketAddress remote() {
        return to.bound();
      }
    };
  }

  /** The peer there sends a STUN request, as the real listeners answer them. */
  void stun(InetSocketAddress peer) {
    stunNs.put(peer, nowNs);
  }

  /** How long ago it last did. */
  long stunNsAgo(InetSocketAddress peer) {
    Long last = stunNs.get(peer);
    return last == null ? Long.MAX_VALUE : nowNs - last;
  }

  /** The listener at that address. */
  Listener listener(Transport transport, InetSocketAddress where) {
    for (Listener listener : listeners) {
      if (listener.transport().equals(transport) && listener.bound().equals(where)) {
        return listener;
      }
    }
    throw new AssertionError("no listener " + transport.name() + " " + where);
  }

  /** A new connection from the peer to a listener. */
  Connection connect(InetSocketAddress from, Listener to, Peer peer) {
    Connection connection = new Connection(to, from, peer);
    connections.add(connection);
    return connection;
  }

  /** One connection as the house sees it. */
  final class Connection implements Flow {
    private final Listener listener;
    private final InetSocketAddress remote;
    private @Nullable Peer peer;
    private PongListener pinged = (flow, rttNs) -> {};
    private long pingedNs;
    private final Link end = new PeerEnd();
    private boolean open = true;
    private long number;

    Connection(Listener listener, InetSocketAddress remote, @Nullable Peer peer) {
      this.listener = listener;
      this.remote = remote;
      this.peer = peer;
      this.number = peer == null ? 0 : ++lastConnection;
    }

    /** The peer closes it. */
    void hangUp() {
      open = false;
      FlowListener upper = house;
      if (upper != null) {
        on(reader(remote), () -> upper.onClosed(this, "closed by the peer"));
      }
    }

    @Override
    public void send(byte[] bytes, int from, int to) {
      fuse.run();
      String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
      schedule(nowNs + delayNs, () -> arrive(text));
    }

    @Override
    public void ping(long recentNs, PongListener listener) {
      pinged = listener;
      pingedNs = nowNs;
      schedule(nowNs + delayNs, () -> arrive("\r\n\r\n"));
    }

    private void pong() {
      on(reader(remote), () -> pinged.onPong(this, nowNs - pingedNs));
      pinged = (flow, rttNs) -> {};
    }

    private void arrive(String text) {
      Peer known = peer == null ? peers.get(remote) : peer;
      peer = known;
      if (known == null || !open) {
        open = false;
        failed(this, text, true);
      } else {
        number = number == 0 ? ++lastConnection : number;
        known.onMessage(end, text);
      }
    }

    /** The peer's end. */
    Link end() {
      return end;
    }

    @Override
    public Listener listener() {
      return listener;
    }

    @Override
    public Transport transport() {
      return listener.transport();
    }

    @Override
    public InetSocketAddress remote() {
      return remote;
    }

    @Override
    public boolean open() {
      return open;
    }

    @Override
    public long connection() {
      return number;
    }

    private final class PeerEnd implements Link {
      @Override
      public void send(String text) {
        schedule(
            nowNs + delayNs,
            () -> {
              if (open && text.equals("\r\n")) {
                pong();
              } else if (open) {
                up(Connection.this, text);
              }
            });
      }

      @Override
      public Transport transport() {
        return listener.transport();
      }

      @Override
      public InetSocketAddress remote() {
        return listener.bound();
      }
    }
  }
}
