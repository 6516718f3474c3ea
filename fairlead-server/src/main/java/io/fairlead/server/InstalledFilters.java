// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.filter.FilterFactory;
import io.fairlead.guard.Guard;
import io.fairlead.guard.identity.StirShaken;
import io.fairlead.loop.Loop;
import io.fairlead.media.MediaEngine;
import io.fairlead.media.MediaSettings;
import io.fairlead.media.filter.MediaFilterFactory;
import io.fairlead.media.profile.MediaProfiles;
import io.fairlead.observe.Meters;
import io.fairlead.proxy.FilterSelector;
import io.fairlead.proxy.RoutingPolicy;
import io.fairlead.route.Route;
import io.fairlead.route.RouteMedia;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What looks at the messages of calls on their way. Immutable.
 *
 * @param factories makes them for a loop, in the order in which a message from the caller meets
 *     them
 * @param needs which calls have which
 */
record InstalledFilters(Function<Loop, List<FilterFactory>> factories, FilterSelector needs) {
  /** Nothing does. */
  static final InstalledFilters NONE = new InstalledFilters(loop -> List.of(), FilterSelector.NONE);

  /**
   * Media as each route says, and each registrar for what its backends send over flows.
   *
   * @param engine what relays; null when nothing does
   * @param profiles that routes may name
   * @param loops how many there are
   */
  static InstalledFilters ofMedia(
      @Nullable MediaEngine engine,
      MediaProfiles profiles,
      MediaSettings media,
      int loops,
      Meters meters) {
    if (engine == null) {
      return NONE;
    }
    return new InstalledFilters(
        loop -> List.of(new MediaFilterFactory(loop, engine, media, profiles, loops, meters)),
        (route, registrar, invite, in) -> bits(media(route, registrar), profiles));
  }

  /** With the filters of the guard: what verifies is met first, what signs is met last. */
  InstalledFilters guardedBy(Guard guard) {
    StirShaken identity = guard.stirShaken();
    return new InstalledFilters(
        loop -> {
          List<FilterFactory> all = new ArrayList<>();
          all.add(identity.verifies());
          all.addAll(factories.apply(loop));
          all.add(identity.signs());
          return all;
        },
        (route, registrar, invite, in) ->
            needs.of(route, registrar, invite, in)
                | identity.needs(
                    route == null ? null : route.name(), route == null ? null : route.pool(), in));
  }

  private static RouteMedia media(@Nullable Route route, RoutingPolicy.@Nullable Behind registrar) {
    if (route != null) {
      return route.media();
    }
    return registrar == null ? RouteMedia.BYPASS : registrar.media();
  }

  private static int bits(RouteMedia media, MediaProfiles profiles) {
    return switch (media.mode()) {
      case BYPASS -> 0;
      case RELAY -> MediaFilterFactory.relayed(profiles.number(media.profile()));
      case AUTO -> MediaFilterFactory.relayedWhereNeeded();
    };
  }
}
