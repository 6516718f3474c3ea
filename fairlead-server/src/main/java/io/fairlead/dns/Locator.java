// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import io.fairlead.dns.LocateResult.Failed;
import io.fairlead.dns.LocateResult.Found;
import io.fairlead.dns.LocateResult.Pending;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.net.IpLiteralParser;
import io.fairlead.observe.Meters;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipUri;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns the URI of a next hop, a Route or the request-URI, into the places to send to (RFC 3263
 * §4): an address at once, a name by NAPTR, SRV, A and AAAA records. {@code maddr} is ignored: it
 * would let a sender choose where we send.
 *
 * <p>Shared: see docs/ownership.md. All loops write the table of recent answers without a lock: its
 * entries are immutable, and one that is lost or seen late is only made again.
 */
public final class Locator {
  /** Longer than any answer is used. */
  static final long LONGEST_NS = Duration.ofDays(30).toNanos();

  private static final int RECENT = 1024;
  private static final int LONGEST_NAME = 253;
  private static final int MAX_SUSPECTS = 1000;
  private static final long SUSPECT_NS = Duration.ofSeconds(30).toNanos();
  private static final byte[][] TRANSPORTS = {
    ascii("udp"), ascii("tcp"), ascii("tls"), ascii("ws"), ascii("wss")
  };
  private static final String[] NAMES = {"udp", "tcp", "tls", "ws", "wss"};
  private static final int NONE = -1;
  private static final int UNKNOWN = -2;
  private static final Failed NOT_SIP = new Failed("the URI is neither sip nor sips");
  private static final Failed NO_HOST = new Failed("the host is neither an address nor a name");
  private static final Failed NO_TLS = new Failed("no listener speaks TLS");
  private static final Failed INSECURE = new Failed("sips needs a transport with TLS");

  private final @Nullable Recent[] recent = new @Nullable Recent[RECENT];
  private final ConcurrentHashMap<NextHop, Long> suspects = new ConcurrentHashMap<>();
  private final DnsSettings settings;
  private final UsableTransports offers;
  private final DnsCache cache;

  /**
   * A locator over a resolver.
   *
   * @param elsewhere runs the resolver where blocking does no harm
   */
  public Locator(
      DnsSettings settings,
      DnsResolver resolver,
      UsableTransports offers,
      Executor elsewhere,
      Meters meters) {
    this.settings = settings;
    this.offers = offers;
    this.cache = new DnsCache(settings, resolver, elsewhere, meters);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * What is known now: Found, Failed, or Pending when the DNS must be asked, which this does not
   * begin.
   *
   * @param key what is to meet the same server has the same key, such as all requests of a call
   */
  public LocateResult known(SipUri uri, long key, Loop loop) {
    if (!uri.isSip()) {
      return NOT_SIP;
    }
    int transport = transport(uri);
    if (transport == UNKNOWN) {
      return notSpoken(Ascii.text(uri.bytes(), uri.paramFrom(), uri.paramTo()));
    }
    boolean secure = uri.scheme() == SipUri.Scheme.SIPS;
    int kind = 2 * (transport + 1) + (secure ? 1 : 0);
    int slot = slot(uri, kind);
    Recent entry = recent[slot];
    if (entry != null && entry.isFor(uri, kind, loop.nowNs())) {
      return reliableFirst(entry.located(key), loop);
    }
    return find(uri, transport, slot, key, loop);
  }

  /**
   * Finds the places and tells the listener: before this returns when they are known, else later on
   * the loop, and never later than the timeout. The URI is not looked at again after this returns.
   */
  public void locate(SipUri uri, long key, Loop loop, LocatorListener listener) {
    LocateResult known = known(uri, key, loop);
    if (!(known instanceof Pending)) {
      listener.onLocated(known);
      return;
    }
    Walk walk =
        new Walk(
            wanted(uri, transport(uri)),
            loop,
            ended -> listener.onLocated(reliableFirst(located(ended, key), loop)));
    loop.timers().schedule(walk, settings.timeout().toNanos());
    walk.step();
  }

  /** Sending there failed: for a while it is tried last where there is another (RFC 3263 §4.3). */
  public void failed(NextHop target, Loop loop) {
    long nowNs = loop.nowNs();
    if (suspects.size() >= MAX_SUSPECTS) {
      suspects.values().removeIf(untilNs -> nowNs - untilNs >= 0);
    }
    if (suspects.size() < MAX_SUSPECTS) {
      suspects.put(target, nowNs + SUSPECT_NS);
    }
  }

  private LocateResult reliableFirst(LocateResult located, Loop loop) {
    if (suspects.isEmpty() || !(located instanceof Found found) || found.targets().size() < 2) {
      return located;
    }
    List<NextHop> first = new ArrayList<>();
    List<NextHop> last = new ArrayList<>();
    for (NextHop target : found.targets()) {
      Long untilNs = suspects.get(target);
      boolean suspect = untilNs != null && loop.nowNs() - untilNs < 0;
      (suspect ? last : first).add(target);
    }
    first.addAll(last);
    return new Found(first);
  }

  /**
   * Looks up all servers of a URI with a host name, and tells on the loop, exactly once. It takes
   * as long as the DNS does.
   */
  public void servers(SipUri uri, Loop loop, Consumer<LocatedServers> then) {
    int transport = transport(uri);
    if (!uri.isSip() || transport == UNKNOWN || !mayBeName(uri)) {
      then.accept(LocatedServers.none("`" + uri + "` names no host that can be looked up"));
      return;
    }
    new Walk(
            wanted(uri, transport),
            loop,
            ended -> then.accept(LocatedServers.of(ended, loop.nowNs())))
        .step();
  }

  // The index of the transport a URI names.
  private static int transport(SipUri uri) {
    if (!uri.hasParam(SipUri.TRANSPORT)) {
      return NONE;
    }
    for (int i = 0; i < TRANSPORTS.length; i++) {
      if (Ascii.equalsLower(uri.bytes(), uri.paramFrom(), uri.paramTo(), TRANSPORTS[i])) {
        return i;
      }
    }
    return UNKNOWN;
  }

  // sips with transport=tcp means TLS over TCP (RFC 3261 §26.2.2), transport=ws what is below wss.
  private static @Nullable String name(int transport, boolean secure) {
    if (transport == NONE) {
      return null;
    }
    String name = NAMES[transport];
    if (!secure) {
      return name;
    }
    return switch (name) {
      case "tcp", "tls" -> "tls";
      case "ws", "wss" -> "wss";
      default -> name;
    };
  }

  private static Failed notSpoken(String transport) {
    return new Failed("no listener speaks " + transport);
  }

  private LocateResult find(SipUri uri, int transport, int slot, long key, Loop loop) {
    boolean secure = uri.scheme() == SipUri.Scheme.SIPS;
    String name = name(transport, secure);
    UsableTransport offer = name == null ? offers.usual(secure) : offers.named(name);
    if (secure && "udp".equals(name)) {
      return INSECURE;
    }
    if (offer == null) {
      return name == null || name.equals("tls") ? NO_TLS : notSpoken(name);
    }
    InetAddress literal = IpLiteralParser.address(uri.bytes(), uri.hostFrom(), uri.hostTo());
    if (literal != null) {
      int port = uri.port() < 0 ? offer.defaultPort() : uri.port();
      NextHop target = new NextHop(offer.transport(), new InetSocketAddress(literal, port), null);
      Found found = new Found(target);
      recent[slot] = Recent.always(uri, kind(transport, secure), found);
      return found;
    }
    if (!mayBeName(uri)) {
      return NO_HOST;
    }
    long nowNs = loop.nowNs();
    ServerLocation inquiry =
        new ServerLocation(
            wanted(uri, transport), offers, settings.prefer(), q -> cache.fresh(q, nowNs), nowNs);
    if (!inquiry.missing().isEmpty()) {
      return Pending.PENDING;
    }
    Recent entry = Recent.of(uri, kind(transport, secure), inquiry);
    recent[slot] = entry;
    return reliableFirst(entry.located(key), loop);
  }

  private static int kind(int transport, boolean secure) {
    return 2 * (transport + 1) + (secure ? 1 : 0);
  }

  private static LocateResult located(ServerLocation ended, long key) {
    ServerCandidates ways = ended.ways();
    return ways.rungs().isEmpty() ? new Failed(ended.why()) : new Found(ways.order(key));
  }

  private static LookupQuestion wanted(SipUri uri, int transport) {
    int to = uri.hostTo();
    if (uri.bytes()[to - 1] == '.') {
      to--;
    }
    String host = Ascii.text(uri.bytes(), uri.hostFrom(), to).toLowerCase(Locale.ROOT);
    boolean secure = uri.scheme() == SipUri.Scheme.SIPS;
    return new LookupQuestion(host, uri.port(), name(transport, secure), secure);
  }

  // Some would take 127.1 or 0x7f000001 for an address; no name ends in such a label.
  private static boolean mayBeName(SipUri uri) {
    byte[] bytes = uri.bytes();
    int from = uri.hostFrom();
    int to = uri.hostTo();
    if (to - from > LONGEST_NAME || to == from || bytes[from] == '[') {
      return false;
    }
    if (bytes[to - 1] == '.') {
      to--;
    }
    int label = to;
    while (label > from && bytes[label - 1] != '.') {
      label--;
    }
    boolean hexadecimal = to - label > 1 && bytes[label] == '0' && (bytes[label + 1] | 0x20) == 'x';
    boolean number = Ascii.number(bytes, label, to, Long.MAX_VALUE / 16) >= 0;
    return to > label && !hexadecimal && !number;
  }

  private static int slot(SipUri uri, int kind) {
    byte[] bytes = uri.bytes();
    int hash = kind;
    for (int i = uri.hostFrom(); i < uri.paramsFrom(); i++) {
      hash = 31 * hash + bytes[i];
    }
    return (hash ^ hash >>> 16) & (RECENT - 1);
  }

  /** One URI being looked up: asks what is missing until nothing is. Owned by one loop. */
  private final class Walk extends Timer {
    private final LookupQuestion wanted;
    private final Loop loop;
    private final Consumer<ServerLocation> then;
    private final Map<DnsQuestion, DnsCache.Entry> told = new HashMap<>();
    private int waiting;
    private boolean ended;

    Walk(LookupQuestion wanted, Loop loop, Consumer<ServerLocation> then) {
      this.wanted = wanted;
      this.loop = loop;
      this.then = then;
    }

    // What this walk was told counts, also when it has no place in the cache.
    private DnsCache.@Nullable Entry known(DnsQuestion question) {
      DnsCache.Entry entry = told.get(question);
      return entry != null ? entry : cache.fresh(question, loop.nowNs());
    }

    void step() {
      ServerLocation inquiry =
          new ServerLocation(wanted, offers, settings.prefer(), this::known, loop.nowNs());
      if (inquiry.missing().isEmpty()) {
        end(inquiry);
        return;
      }
      waiting = inquiry.missing().size();
      for (DnsQuestion question : inquiry.missing()) {
        cache.ask(question, loop, entry -> onEntry(question, entry));
      }
    }

    private void onEntry(DnsQuestion question, DnsCache.Entry entry) {
      told.put(question, entry);
      waiting--;
      if (waiting == 0 && !ended) {
        step();
      }
    }

    private void end(ServerLocation inquiry) {
      ended = true;
      loop.timers().cancel(this);
      then.accept(inquiry);
    }

    /** The time is over: with what is known so far, and all else failed. */
    @Override
    protected void onTimer() {
      DnsAnswer late = DnsAnswer.failed("the look-up of " + wanted.host() + " took too long");
      DnsCache.Entry none = new DnsCache.Entry(late, loop.nowNs(), loop.nowNs());
      end(
          new ServerLocation(
              wanted,
              offers,
              settings.prefer(),
              question -> {
                DnsCache.Entry entry = known(question);
                return entry == null ? none : entry;
              },
              loop.nowNs()));
    }
  }

  /** An answer given before, under host and port as they stood in the URI. */
  private static final class Recent {
    private final byte[] hostPort;
    private final int kind;
    private final boolean forever;
    private final long expiresNs;
    private final @Nullable ServerCandidates ways;
    private final LocateResult located;

    private Recent(
        SipUri uri,
        int kind,
        long expiresNs,
        @Nullable ServerCandidates ways,
        LocateResult located) {
      this.hostPort = Arrays.copyOfRange(uri.bytes(), uri.hostFrom(), uri.paramsFrom());
      this.kind = kind;
      this.forever = expiresNs == Long.MAX_VALUE;
      this.expiresNs = expiresNs;
      this.ways = ways;
      this.located = located;
    }

    static Recent always(SipUri uri, int kind, Found found) {
      return new Recent(uri, kind, Long.MAX_VALUE, null, found);
    }

    static Recent of(SipUri uri, int kind, ServerLocation inquiry) {
      ServerCandidates ways = inquiry.ways();
      boolean choice = !ways.rungs().isEmpty() && ways.always() == null;
      return new Recent(
          uri, kind, ways.expiresNs(), choice ? ways : null, Locator.located(inquiry, 0));
    }

    LocateResult located(long key) {
      return ways == null ? located : new Found(ways.order(key));
    }

    boolean isFor(SipUri uri, int wanted, long nowNs) {
      return kind == wanted
          && Arrays.equals(
              uri.bytes(), uri.hostFrom(), uri.paramsFrom(), hostPort, 0, hostPort.length)
          && (forever || nowNs - expiresNs < 0);
    }
  }
}
