// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.media.MediaSettings;
import io.fairlead.media.profile.MediaProfile;
import io.fairlead.media.profile.SideProfile;
import io.fairlead.media.relay.RelaySettings;
import io.fairlead.pool.BackendSettings;
import io.fairlead.pool.PoolSettings;
import io.fairlead.route.Route;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Listener;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which way the media of a call would go, in words. Immutable. */
final class MediaExplanation {
  private MediaExplanation() {}

  /**
   * The line for a call, or null where there is nothing to say: for other requests, and where
   * nothing could relay.
   *
   * @param taken the route that is taken
   * @param from the listener it came in by
   */
  static @Nullable String of(
      FairleadSettings settings, SipRequest request, Route taken, Listener from) {
    MediaSettings media = settings.media();
    if (request.method() != Method.INVITE || !media.relays()) {
      return null;
    }
    String there = network(settings.pools().get(String.valueOf(taken.pool())));
    String way = over(media) + addresses(media, from.network(), there);
    return switch (taken.media().mode()) {
      case BYPASS -> "bypass: from one side to the other, past us";
      case RELAY -> secured(media, taken.media().profile(), from.network(), there) + way;
      case AUTO ->
          there != null && !there.equals(from.network())
              ? "auto: " + way + ", since the networks differ"
              : "auto: " + way + ", where networks or IP versions differ or a side is behind NAT";
    };
  }

  private static String secured(
      MediaSettings media, String name, String here, @Nullable String there) {
    Map<String, SideProfile> sides = media.profiles().get(name);
    if (sides == null) {
      return "relay: ";
    }
    MediaProfile profile = new MediaProfile(name, sides);
    String callee = there == null ? "as its network says" : profile.on(there).words();
    return name + ": caller " + profile.on(here).words() + ", callee " + callee + "; ";
  }

  private static String over(MediaSettings media) {
    return media.engines().isEmpty()
        ? "over our relay"
        : "over the engines " + String.join(", ", new TreeSet<>(media.engines().keySet()));
  }

  // What the session descriptions will say, where it can be told before a backend is chosen.
  private static String addresses(MediaSettings media, String here, @Nullable String there) {
    RelaySettings relay = media.relay();
    if (relay == null || !media.engines().isEmpty()) {
      return "";
    }
    String caller = shown(relay.advertisedOn(here));
    String callee = there == null ? "" : shown(relay.advertisedOn(there));
    return (caller.isEmpty() ? "" : ", the caller sends to " + caller)
        + (callee.isEmpty() ? "" : ", the callee to " + callee);
  }

  private static String shown(@Nullable InetAddress address) {
    return address == null ? "" : address.getHostAddress();
  }

  // The network of all backends, or null where they differ or none is named.
  private static @Nullable String network(@Nullable PoolSettings pool) {
    if (pool == null) {
      return null;
    }
    List<String> names =
        Stream.concat(
                Stream.ofNullable(pool.network()),
                pool.backends().stream().map(BackendSettings::network).filter(Objects::nonNull))
            .distinct()
            .toList();
    return names.size() == 1 ? names.getFirst() : null;
  }
}
