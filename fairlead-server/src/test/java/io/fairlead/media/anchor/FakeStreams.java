// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.YamlSource;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.relay.DescribedMedia;
import io.fairlead.media.relay.RelaySettings;
import io.fairlead.media.relay.RelayedStream;
import io.fairlead.sdp.OfferAnswer.Side;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A relay without sockets, which writes down what it is told: even ports from 30000 on, each once.
 *
 * <p>Owned by the test.
 */
public final class FakeStreams implements StreamFactory {
  /** What engines on it are configured with. */
  public static final RelaySettings SETTINGS =
      settings(
          """
          ports: 30000-49999
          address: { outside: 198.51.100.1, inside: 10.0.0.10, six: "2001:db8::10", "*": 127.0.0.1 }
          advertise: { outside: 198.51.100.9 }
          send-first: { inside: 10.0.0.0/8 }
          """);

  /** All streams, in order. */
  public final List<Stream> opened = new ArrayList<>();

  final List<String> told = new ArrayList<>();

  /** How many more pairs of ports there are. */
  public int left = Integer.MAX_VALUE;

  /** How many packets a side has sent that has sent any. */
  public long packets = 1;

  private int port = 30000;

  static RelaySettings settings(String yaml) {
    return ConfigBinder.bind(RelaySettings.class, YamlSource.of("relay", yaml)).orThrow();
  }

  @Override
  public @Nullable RelayedStream open(MediaRequest between, String kind, MediaObserver observer) {
    if (left == 0) {
      return null;
    }
    left--;
    Stream stream = new Stream(opened.size(), kind, observer);
    stream.networks.put(Side.CALLER, between.callerNetwork());
    stream.networks.put(Side.CALLEE, between.calleeNetwork());
    for (Side side : Side.values()) {
      stream.ports.put(side, next());
    }
    opened.add(stream);
    told.add(stream + " opened: " + kind);
    return stream;
  }

  private int next() {
    port += 2;
    return port - 2;
  }

  /** How many streams are open. */
  public long open() {
    return opened.stream().filter(stream -> !stream.closed).count();
  }

  /** What was told since the last time. */
  public List<String> toldSince() {
    List<String> since = List.copyOf(told);
    told.clear();
    return since;
  }

  /** One stream. */
  public final class Stream implements RelayedStream {
    /** Who hears of silence. */
    public final MediaObserver observer;

    final Map<Side, DescribedMedia> last = new EnumMap<>(Side.class);

    /** When packets of a side came; one without has sent none. */
    public final Map<Side, Long> lastNsAgo = new EnumMap<>(Side.class);

    private final int number;
    private final String kind;
    private final Map<Side, Integer> ports = new EnumMap<>(Side.class);
    private final Map<Side, String> networks = new EnumMap<>(Side.class);
    private boolean closed;

    private Stream(int number, String kind, MediaObserver observer) {
      this.number = number;
      this.kind = kind;
      this.observer = observer;
    }

    @Override
    public InetAddress address(Side side) {
      return Objects.requireNonNull(
          SETTINGS.advertisedOn(Objects.requireNonNull(networks.get(side))));
    }

    @Override
    public int port(Side side) {
      return Objects.requireNonNull(ports.get(side));
    }

    @Override
    public void described(Side side, DescribedMedia what) {
      if (closed) {
        throw new IllegalStateException(this + " is closed");
      }
      last.put(side, what);
      String types =
          !what.rtpPackets()
              ? "no RTP"
              : what.payloadTypes().isEmpty() ? "any" : what.payloadTypes().toString();
      told.add(
          "%s %s: rtp %s rtcp %s%s%s%s%s, %s, silent for %s"
              .formatted(
                  this,
                  side.name().toLowerCase(java.util.Locale.ROOT),
                  at(what.rtp()),
                  at(what.rtcp()),
                  what.muxed() ? " muxed" : "",
                  what.sends() ? " sends" : "",
                  what.receives() ? " receives" : "",
                  what.moved() ? " moved" : "",
                  types,
                  what.timeout()));
    }

    private static String at(@Nullable InetSocketAddress at) {
      return at == null ? "?" : at.getAddress().getHostAddress() + ":" + at.getPort();
    }

    @Override
    public boolean move(Side side, String network) {
      if (left == 0) {
        return false;
      }
      left--;
      networks.put(side, network);
      ports.put(side, next());
      told.add(this + " moved: " + network);
      return true;
    }

    @Override
    public MediaReport.Stream report() {
      return new MediaReport.Stream(
          kind,
          codec(),
          quality(Side.CALLER),
          quality(Side.CALLEE),
          false,
          suite(Side.CALLER),
          suite(Side.CALLEE));
    }

    private String suite(Side side) {
      DescribedMedia what = last.get(side);
      return what == null || what.srtp() == null ? "" : what.srtp().suite().name();
    }

    private String codec() {
      DescribedMedia caller = last.get(Side.CALLER);
      int first = caller == null ? -1 : caller.payloadTypes().nextSetBit(0);
      @Nullable String name = caller == null || first < 0 ? null : caller.names()[first];
      return name == null ? "" : name;
    }

    private MediaReport.Quality quality(Side side) {
      Long ago = lastNsAgo.get(side);
      return ago == null
          ? MediaReport.Quality.SILENT
          : new MediaReport.Quality(packets, 172 * packets, 0, 0, 0, 0, -1, 0, ago);
    }

    @Override
    public void close(Consumer<MediaReport.Stream> atEnd) {
      if (closed) {
        throw new IllegalStateException(this + " is closed twice");
      }
      closed = true;
      told.add(this + " closed");
      atEnd.accept(report());
    }

    @Override
    public String toString() {
      return "stream " + number;
    }
  }
}
