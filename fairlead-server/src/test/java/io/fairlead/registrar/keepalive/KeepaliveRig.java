// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.keepalive;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.Percent;
import io.fairlead.loop.ManualLoop;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.registrar.ExpiresSettings;
import io.fairlead.registrar.KeepaliveSettings;
import io.fairlead.registrar.RegistrarMode;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.registrar.auth.AuthSettings;
import io.fairlead.registrar.upstream.UpstreamSettings;
import io.fairlead.route.RouteMedia;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.HeapBindings;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OutboundFlows;
import io.fairlead.transport.PongListener;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Keepalives in virtual time, over flows that write down what is sent. Owned by the test. */
final class KeepaliveRig implements OutboundFlows {
  /** What devices register as their Contact from now on. */
  String contact = "sip:phone@10.1.2.3:5060;line=7";

  /** Time of the first moment, epoch milliseconds. */
  static final long START_MS = 1_800_000_000_000L;

  static final Duration UDP = Duration.ofSeconds(25);
  static final Duration TCP = Duration.ofSeconds(90);

  /** A keepalive as it left. */
  record Sent(long atMs, Flow flow, String text) {}

  final ManualLoop loop = new ManualLoop();
  final HeapBindings bindings;
  final Meters meters = new Meters();
  final List<Sent> sent = new ArrayList<>();
  final List<String> gone = new ArrayList<>();
  final Map<Long, Stream> streams = new HashMap<>();
  final Keepalive keepalive;
  private final List<Listener> listeners =
      List.of(
          CapturedFlow.listener(0, CapturedFlow.UDP), CapturedFlow.listener(1, CapturedFlow.TCP));

  KeepaliveRig() {
    this(1, settings(UDP, TCP, false));
  }

  KeepaliveRig(int loops, KeepaliveSettings settings) {
    bindings = new HeapBindings(loops);
    keepalive =
        new Keepalive(
            new KeepaliveDependencies(
                loop,
                this,
                bindings,
                (aor, binding, why) -> gone.add(aor + ": " + why),
                meters,
                this::nowMs,
                new SplittableRandom(7),
                0));
    keepalive.rules(rules(settings));
    keepalive.start();
  }

  static KeepaliveSettings settings(@Nullable Duration udp, @Nullable Duration tcp, boolean all) {
    return new KeepaliveSettings(udp, tcp, null, Percent.parse("20%"), 3, all);
  }

  static KeepaliveRules rules(KeepaliveSettings settings) {
    return KeepaliveRules.of(
        List.of(
            new RegistrarSettings(
                List.of("Example.com", "example.net"),
                RegistrarMode.LOCAL,
                null,
                null,
                ConfigBinder.defaults(AuthSettings.class),
                new ExpiresSettings(
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(5),
                    Duration.ofHours(1),
                    Percent.parse("0%")),
                10,
                false,
                settings,
                null,
                ConfigBinder.defaults(UpstreamSettings.class),
                RouteMedia.BYPASS)));
  }

  long nowMs() {
    return START_MS + loop.elapsedMs();
  }

  void run(Duration time) {
    loop.advance(time);
  }

  // ---- bindings ----

  static AddressOfRecord aor(String user) {
    return AddressOfRecord.of(user + "@example.com");
  }

  static Binding.Origin udp(int port) {
    return new Binding.Origin(
        "udp:203.0.113.10:5060", "udp", new InetSocketAddress("192.0.2.1", port), 0, true, 0);
  }

  static Binding.Origin tcp(long connection) {
    return new Binding.Origin(
        "tcp:203.0.113.10:5060",
        "tcp",
        new InetSocketAddress("192.0.2.1", 5060),
        connection,
        true,
        0);
  }

  Binding binding(Binding.Origin origin, Duration expires, String path) {
    return new Binding(
        0,
        bytes(contact),
        1000,
        bytes(path),
        Binding.Device.UNKNOWN,
        new Binding.Renewal(1, 1, nowMs(), nowMs() + expires.toMillis()),
        origin,
        Binding.Upstream.NOBODY);
  }

  /** Registers for an hour. */
  Binding register(AddressOfRecord aor, Binding.Origin origin) {
    return put(aor, binding(origin, Duration.ofHours(1), ""));
  }

  Binding put(AddressOfRecord aor, Binding binding) {
    return binding.withId(bindings.put(aor, binding));
  }

  boolean held(AddressOfRecord aor) {
    return bindings.has(aor, nowMs());
  }

  // ---- answers ----

  List<Sent> take() {
    List<Sent> taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }

  /** Runs until the next keepalive leaves. */
  Sent next() {
    sent.clear();
    for (int i = 0; i < 1000 && sent.isEmpty(); i++) {
      run(Duration.ofMillis(100));
    }
    return sent.getLast();
  }

  static String answer(Sent keepalive, String status) {
    return keepalive
        .text()
        .replaceFirst("^OPTIONS [^\r]*", "SIP/2.0 " + status)
        .replaceFirst("(?m)^(To: [^\r]*)", "$1;tag=abc");
  }

  boolean receive(Flow flow, String text) {
    byte[] bytes = bytes(text);
    return new SipParser().parse(bytes, 0, bytes.length) instanceof SipResponse response
        && keepalive.take(flow, response);
  }

  boolean bounce(Sent undelivered, int length) {
    byte[] bytes = bytes(undelivered.text());
    return new SipParser().parse(bytes, 0, length) instanceof SipRequest request
        && keepalive.takeUndeliverable(request, "ICMP port unreachable");
  }

  long count(Meter meter, String... labels) {
    return meters.counter(meter, labels).value();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  // ---- flows ----

  @Override
  public List<Listener> listeners() {
    return listeners;
  }

  @Override
  public @Nullable Flow flowTo(
      String transport, InetSocketAddress remote, @Nullable Listener preferred) {
    return transport.equals("udp") ? new Datagrams(this, listeners.getFirst(), remote) : null;
  }

  @Override
  public @Nullable Flow connection(long number) {
    return streams.get(number);
  }

  Stream connect(long number) {
    Stream stream = new Stream(number);
    streams.put(number, stream);
    return stream;
  }

  private record Datagrams(KeepaliveRig rig, Listener listener, InetSocketAddress remote)
      implements Flow {
    @Override
    public void send(byte[] bytes, int from, int to) {
      rig.sent.add(
          new Sent(
              rig.nowMs(), this, new String(bytes, from, to - from, StandardCharsets.ISO_8859_1)));
    }

    @Override
    public boolean open() {
      return true;
    }
  }

  /** A connection that counts its pings. */
  final class Stream implements Flow {
    private final long number;
    private @Nullable PongListener waiting;
    private long pingedMs;
    boolean answers;
    int pings;

    Stream(long number) {
      this.number = number;
    }

    @Override
    public Listener listener() {
      return listeners.get(1);
    }

    @Override
    public InetSocketAddress remote() {
      return new InetSocketAddress("192.0.2.1", 5060);
    }

    @Override
    public void send(byte[] bytes, int from, int to) {
      throw new AssertionError("only pings leave by a connection");
    }

    @Override
    public void ping(long recentNs, PongListener listener) {
      pings++;
      pingedMs = nowMs();
      sent.add(new Sent(nowMs(), this, "ping"));
      waiting = listener;
      if (answers) {
        pong();
      }
    }

    void pong() {
      PongListener listener = waiting;
      if (listener != null) {
        waiting = null;
        listener.onPong(this, (nowMs() - pingedMs) * 1_000_000);
      }
    }

    void close() {
      streams.remove(number);
      keepalive.onClosed(this);
    }

    @Override
    public long connection() {
      return number;
    }

    @Override
    public boolean open() {
      return streams.containsKey(number);
    }
  }
}
