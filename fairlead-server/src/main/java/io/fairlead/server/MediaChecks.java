// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigError;
import io.fairlead.config.SourcePositions;
import io.fairlead.media.MediaSettings;
import io.fairlead.media.relay.PortRange;
import io.fairlead.media.relay.RelaySettings;
import io.fairlead.net.IpAddress;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.route.Mode;
import io.fairlead.route.RouteMedia;
import io.fairlead.route.RouteSettings;
import io.fairlead.transport.BindAddress;
import io.fairlead.transport.ListenerSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The checks between what relays media, the routes and registrars that want it and the listeners
 * whose networks it is on.
 *
 * <p>Owned by whoever reads the file.
 */
final class MediaChecks {
  private static final String EVERY = "*";

  private final ValidSettings sound;
  private final FairleadSettings settings;
  private final SourcePositions marks;
  private final List<ConfigError> errors = new ArrayList<>();
  // Names of listeners' networks; empty for those without.
  private final Set<String> networks = new TreeSet<>();

  private MediaChecks(ValidSettings sound, SourcePositions marks) {
    this.sound = sound;
    this.settings = sound.settings();
    this.marks = marks;
    for (ListenerSettings listener : settings.listeners()) {
      String network = listener.network();
      networks.add(network == null ? "" : network);
    }
  }

  /** Runs all of them: what cannot work. */
  static List<ConfigError> run(ValidSettings sound, SourcePositions marks) {
    MediaChecks checks = new MediaChecks(sound, marks);
    if (sound.whole("media")) {
      checks.wanted();
      checks.names();
      checks.ports();
    }
    return checks.errors;
  }

  // Over any route, or of a registrar's backends.
  private void wanted() {
    boolean routes = routes();
    boolean any = registrars() || routes;
    RelaySettings relay = settings.media().relay();
    boolean ours = any && settings.media().engines().isEmpty() || settings.media().ng() != null;
    if (relay != null && ours && sound.whole("listeners")) {
      networks.forEach(network -> served(relay, network));
    }
  }

  private boolean routes() {
    boolean any = false;
    for (int i = 0; i < settings.routes().size(); i++) {
      RouteSettings route = settings.routes().get(i);
      if (!route.media().relays()) {
        continue;
      }
      any = true;
      String path = "routes[" + i + "].media";
      if (!settings.media().relays()) {
        nothingRelays(path);
      } else if (known(path, route.media()) && route.mode() != Mode.PROXY) {
        errors.add(
            marks.error(
                path, "only `mode: proxy` stays in a call, so that its media can be relayed"));
      }
    }
    return any;
  }

  private boolean registrars() {
    boolean any = false;
    Map<String, String> firstOfPool = new HashMap<>();
    for (Map.Entry<String, RegistrarSettings> each : settings.registrars().entrySet()) {
      String pool = each.getValue().pool();
      String path = "registrars." + each.getKey() + ".media";
      if (pool != null) {
        told(path, each.getValue(), firstOfPool.putIfAbsent(pool, each.getKey()));
      }
      if (each.getValue().media().relays()) {
        any = true;
        if (!settings.media().relays()) {
          nothingRelays(path);
        } else {
          known(path, each.getValue().media());
        }
      }
    }
    return any;
  }

  // A call that comes over a flow token is known by its backend alone.
  private void told(String path, RegistrarSettings registrar, @Nullable String before) {
    RegistrarSettings other = before == null ? null : settings.registrars().get(before);
    if (other != null && !other.media().equals(registrar.media())) {
      errors.add(
          marks.error(
              path,
              "registrar `"
                  + before
                  + "` has the same pool and another `media`: their calls cannot be told apart"));
    }
  }

  // False, with an error, where a profile is named that is not there or cannot be had.
  private boolean known(String path, RouteMedia media) {
    MediaSettings at = settings.media();
    if (media.profile().isEmpty()) {
      return true;
    }
    if (!at.profiles().containsKey(media.profile())) {
      Set<String> words = new TreeSet<>(at.profiles().keySet());
      words.addAll(List.of("bypass", "relay", "auto"));
      errors.add(
          marks
              .error(
                  path,
                  "`"
                      + media.profile()
                      + "` is none of `bypass`, `relay`, `auto` and no name in `media.profiles`")
              .suggesting(media.profile(), words));
      return false;
    }
    String why =
        at.relay() == null
            ? "it needs `media.relay`"
            : at.engines().isEmpty() ? "" : "with `media.engines` calls do not go there";
    if (!why.isEmpty()) {
      errors.add(marks.error(path, "profiles are for our own relay: " + why));
    }
    return why.isEmpty();
  }

  private void nothingRelays(String path) {
    errors.add(marks.error(path, "nothing can relay: it needs `media.relay` or `media.engines`"));
  }

  private void served(RelaySettings relay, String network) {
    String of = network.isEmpty() ? "listeners without `network`" : "network `" + network + "`";
    if (relay.addressOn(network) == null) {
      errors.add(
          marks.error("media.relay.address", "there is no address for " + of + ", nor for `*`"));
    } else if (relay.portsOn(network) == null) {
      errors.add(marks.error("media.relay.ports", "there are no ports for " + of + ", nor `*`"));
    }
  }

  private void names() {
    MediaSettings media = settings.media();
    RelaySettings relay = media.relay();
    if (relay != null) {
      names("media.relay.address", relay.address());
      names("media.relay.advertise", relay.advertise());
      names("media.relay.ports", relay.ports());
      names("media.relay.send-first", relay.sendFirst());
    }
    media.profiles().forEach((name, sides) -> names("media.profiles." + name, sides));
    media
        .engines()
        .forEach(
            (name, engine) -> names("media.engines." + name + ".interfaces", engine.interfaces()));
  }

  private void names(String path, Map<String, ?> named) {
    if (!sound.whole("listeners")) {
      return;
    }
    for (String name : new TreeSet<>(named.keySet())) {
      if (!name.equals(EVERY) && !networks.contains(name)) {
        errors.add(
            marks
                .keyError(path + "." + name, "no listener is on network `" + name + "`")
                .suggesting(name, networks));
      }
    }
  }

  // What listens by UDP where the relay takes its ports.
  private void ports() {
    for (int i = 0; i < settings.listeners().size(); i++) {
      BindAddress bind = settings.listeners().get(i).bind();
      if (bind.transport().equals("udp") && bind.port() != 0) {
        clash("listeners[" + i + "]", bind.toString(), bind.address(), bind.port());
      }
    }
    if (settings.media().ng() != null) {
      InetSocketAddress ng = settings.media().ng().listen().address();
      clash("media.ng", "udp:" + ng.getAddress().getHostAddress(), ng.getAddress(), ng.getPort());
    }
  }

  private void clash(String path, String what, InetAddress address, int port) {
    RelaySettings relay = settings.media().relay();
    if (relay == null) {
      return;
    }
    boolean here = address.isAnyLocalAddress() || among(address, relay.address().values());
    PortRange taken =
        relay.ports().values().stream().filter(range -> range.holds(port)).findFirst().orElse(null);
    if (here && taken != null) {
      errors.add(
          marks.error(path, what + " is among the ports of media.relay on that address, " + taken));
    }
  }

  private static boolean among(InetAddress address, Collection<IpAddress> ours) {
    return ours.stream().anyMatch(each -> each.address().equals(address));
  }
}
