// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The routes in their order: the first whose conditions hold is taken. Immutable. */
public final class Router {
  private final Route[] routes;

  private Router(Route[] routes) {
    this.routes = routes;
  }

  /**
   * Makes a router of routes that {@link RouteChecks} found nothing wrong with; to it nobody is
   * registered.
   *
   * @throws IllegalArgumentException when a route leads nowhere, or to two things
   */
  public static Router of(List<RouteSettings> settings) {
    return of(settings, RegistrationLookup.NONE);
  }

  /** As {@link #of(List)}, with routes that ask where a user is. */
  public static Router of(List<RouteSettings> settings, RegistrationLookup locations) {
    List<String> names = names(settings);
    Route[] routes = new Route[settings.size()];
    for (int i = 0; i < routes.length; i++) {
      routes[i] = new Route(names.get(i), settings.get(i), locations);
    }
    return new Router(routes);
  }

  /**
   * What the routes are called: as configured, else after the pool or registrar, else by their
   * place in the list, from 1.
   */
  public static List<String> names(List<RouteSettings> settings) {
    Set<String> taken = new HashSet<>();
    for (RouteSettings route : settings) {
      if (route.name() != null) {
        taken.add(route.name());
      }
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      RouteSettings route = settings.get(i);
      String target = target(route);
      if (route.name() != null) {
        names.add(route.name());
      } else if (target != null && taken.add(target)) {
        names.add(target);
      } else {
        names.add("route-" + (i + 1));
      }
    }
    return List.copyOf(names);
  }

  private static @Nullable String target(RouteSettings route) {
    if (route.to() != null) {
      return route.to();
    }
    return route.toLocation() != null ? route.toLocation() : route.registrar();
  }

  /** All routes, in their order. */
  public List<Route> routes() {
    return List.of(routes);
  }

  /** The route of that name, whatever it matches; null when there is none. */
  public @Nullable Route named(String name) {
    for (Route route : routes) {
      if (route.name().equals(name)) {
        return route;
      }
    }
    return null;
  }

  /** The first route that matches, or null. Allocates nothing. */
  public @Nullable Route route(SipRequest request, Flow flow) {
    for (Route route : routes) {
      if (route.matches(request, flow)) {
        return route;
      }
    }
    return null;
  }

  /** What each route says of the request, in their order. */
  public List<RouteExplanation> explain(SipRequest request, Flow flow) {
    List<RouteExplanation> explanations = new ArrayList<>();
    boolean found = false;
    for (int i = 0; i < routes.length; i++) {
      Route route = routes[i];
      String failure = route.failure(request, flow);
      boolean matches = failure == null;
      String why = failure == null ? route.success() : failure;
      explanations.add(new RouteExplanation(i, route.name(), matches, matches && !found, why));
      found |= matches;
    }
    return List.copyOf(explanations);
  }
}
