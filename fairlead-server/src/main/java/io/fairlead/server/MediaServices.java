// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.loop.Loops;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.media.MediaEngine;
import io.fairlead.media.MediaSettings;
import io.fairlead.media.MediaStatus;
import io.fairlead.media.anchor.RelayEngine;
import io.fairlead.media.engine.EnginePool;
import io.fairlead.media.engine.EngineSettings;
import io.fairlead.media.engine.RemoteEngine;
import io.fairlead.media.kernel.KernelOffload;
import io.fairlead.media.kernel.NatPorts;
import io.fairlead.media.ng.NgProtocol;
import io.fairlead.media.ng.NgServer;
import io.fairlead.media.ng.NgSettings;
import io.fairlead.media.profile.MediaProfiles;
import io.fairlead.media.relay.PortRange;
import io.fairlead.media.relay.Relay;
import io.fairlead.media.relay.RelayNetwork;
import io.fairlead.media.relay.RelaySettings;
import io.fairlead.media.relay.StreamRequest;
import io.fairlead.media.rtpproxy.RtpproxyProtocol;
import io.fairlead.observe.Meters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code media:} builds: our own relay and the kernel's part in it, the engines of others, and
 * the ng port.
 *
 * <p>Owned by whoever starts Fairlead; what it gives out may be used by any loop.
 */
final class MediaServices implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MediaServices.class);
  private static final String RELAY = "relay";
  private static final String ENGINES = "engines";

  private final Loops loops;
  private final Meters meters;
  private final MediaProfiles profiles;
  private @Nullable OwnRelay own;
  private final List<RemoteEngine> remotes = new ArrayList<>();
  private @Nullable EnginePool pool;
  private @Nullable NgServer ng;

  /**
   * Our relay.
   *
   * @param networks where it speaks
   * @param kernel what forwards in its place
   * @param relay what has the sockets
   * @param engine how calls come to it
   */
  record OwnRelay(
      List<RelayNetwork> networks, KernelOffload kernel, Relay relay, RelayEngine engine) {}

  private MediaServices(Loops loops, Meters meters, MediaProfiles profiles) {
    this.profiles = profiles;
    this.loops = loops;
    this.meters = meters;
  }

  /**
   * Builds and starts all of it; nothing where nothing is configured. What was opened is closed
   * again when something cannot be.
   *
   * @param loops those of calls; the first has the control sockets
   * @throws StartException with the key of what cannot be had
   */
  static MediaServices open(FairleadSettings settings, Loops loops, Meters meters) {
    MediaServices made =
        new MediaServices(loops, meters, new MediaProfiles(settings.media().profiles()));
    try {
      made.open(settings.media(), networks(settings));
      return made;
    } catch (StartException e) {
      made.close();
      throw e;
    }
  }

  /** The names of the listeners' networks, the first listener's first; empty for none. */
  private static List<String> networks(FairleadSettings settings) {
    return settings.listeners().stream()
        .map(listener -> listener.network() == null ? "" : listener.network())
        .distinct()
        .toList();
  }

  private void open(MediaSettings media, List<String> networks) {
    RelaySettings relay = media.relay();
    if (relay != null) {
      own = relay(relay, networks);
      own.relay().start();
    }
    List<EnginePool.WeightedEngine> weighted = new ArrayList<>();
    media
        .engines()
        .forEach((name, settings) -> {
          RemoteEngine remote = remote(name, settings);
          remotes.add(remote);
          weighted.add(new EnginePool.WeightedEngine(remote, settings.weight()));
        });
    if (!weighted.isEmpty()) {
      pool = new EnginePool(ENGINES, weighted);
    }
    OwnRelay ours = own;
    NgSettings asked = media.ng();
    if (asked != null && ours != null) {
      ng = ng(asked, ours);
    }
  }

  private OwnRelay relay(RelaySettings settings, List<String> names) {
    List<RelayNetwork> networks = new ArrayList<>();
    for (String name : names) {
      RelayNetwork network = network(settings, name);
      if (network != null) {
        networks.add(network);
      }
    }
    KernelOffload kernel = kernel(settings, networks);
    Relay relay = new Relay(settings, networks, meters, kernel);
    RelayEngine engine =
        new RelayEngine(
            RELAY,
            settings,
            (between, kind, observer) ->
                relay.serves(between.callerNetwork()) && relay.serves(between.calleeNetwork())
                    ? relay.open(
                        new StreamRequest(
                            between.loop(), kind, between.callerNetwork(), between.calleeNetwork()),
                        observer::onSilence)
                    : null,
            loops.size());
    return new OwnRelay(List.copyOf(networks), kernel, relay, engine);
  }

  private static @Nullable RelayNetwork network(RelaySettings settings, String name) {
    InetAddress address = settings.addressOn(name);
    InetAddress advertised = settings.advertisedOn(name);
    PortRange ports = settings.portsOn(name);
    if (address == null || advertised == null || ports == null) {
      return null;
    }
    boolean named = settings.address().containsKey(name);
    checkLocal("media.relay.address" + (named ? "." + name : ""), address);
    return new RelayNetwork(name, address, advertised, ports);
  }

  // The relay opens its ports one by one, when calls need them: too late to find this out.
  private static void checkLocal(String key, InetAddress address) {
    try (var socket = new DatagramSocket(new InetSocketAddress(address, 0))) {
      LOG.debug("media at {}", socket.getLocalAddress());
    } catch (IOException e) {
      throw new StartException(
          key
              + ": "
              + address.getHostAddress()
              + " is no address of this host to bind to: "
              + e.getMessage(),
          e);
    }
  }

  private KernelOffload kernel(RelaySettings settings, List<RelayNetwork> networks) {
    List<NatPorts> ports =
        networks.stream()
            .map(each -> new NatPorts(each.address(), each.ports().first(), each.ports().last()))
            .distinct()
            .toList();
    try {
      return KernelOffload.open(settings.kernel(), ports, meters);
    } catch (IOException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private RemoteEngine remote(String name, EngineSettings settings) {
    SelectorLoop home = loops.get(0);
    try {
      return settings.rtpengine() != null
          ? NgProtocol.engine(name, settings, home, meters)
          : RtpproxyProtocol.engine(name, settings, home, meters);
    } catch (UncheckedIOException e) {
      throw new StartException("media.engines." + name + ": " + e.getMessage(), e);
    }
  }

  private NgServer ng(NgSettings settings, OwnRelay ours) {
    List<String> networks = ours.networks().stream().map(RelayNetwork::name).toList();
    try {
      return NgServer.open(
          new NgServer.Parts(settings, ours.engine(), networks, loops.all(), meters), loops.get(0));
    } catch (UncheckedIOException e) {
      throw new StartException("media.ng: " + e.getMessage(), e);
    }
  }

  /** What relays the media of our own calls: the engines, else our relay; null for nothing. */
  @Nullable MediaEngine engine() {
    return pool != null ? pool : own == null ? null : own.engine();
  }

  /** What routes may name; a reload changes them. */
  MediaProfiles profiles() {
    return profiles;
  }

  /** How all of it is now. Any thread. */
  MediaStatus status() {
    List<MediaStatus.EngineStatus> engines = pool == null ? List.of() : pool.status();
    if (own == null) {
      return engines.isEmpty()
          ? MediaStatus.NONE
          : new MediaStatus(false, 0, 0, List.of(), "", -1, engines);
    }
    return new MediaStatus(
        true,
        own.relay().streams(),
        own.relay().secured(),
        own.relay().ports(),
        own.kernel().status(),
        ng == null ? -1 : ng.calls(),
        engines);
  }

  /** Gives an engine no new calls, or again some. Any thread. */
  void drain(String engine, boolean on) {
    if (pool != null) {
      pool.drain(engine, on);
    }
  }

  /** Takes over what a reload may change; all else needs a restart. */
  void reload(MediaSettings media) {
    profiles.reload(media.profiles());
    if (own != null && media.relay() != null) {
      own.engine().reload(media.relay());
    }
  }

  /** Ends all of it: no packet is relayed any more. After the last call has been told. */
  @Override
  public void close() {
    if (ng != null) {
      ng.close();
    }
    remotes.forEach(RemoteEngine::close);
    if (own != null) {
      own.relay().close();
      own.kernel().close();
    }
  }
}
