// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.guard.limit.CallLimiter;
import io.fairlead.guard.limit.CallLimits;
import io.fairlead.guard.limit.Limit;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.route.Route;
import io.fairlead.sip.SipRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the limits of the guard whether a request may go on, before anything else is taken for it.
 * One that is over a limit is refused, or goes by the route which that limit names.
 *
 * <p>Owned by one loop.
 */
final class LimitStep {
  private final CallLimiter limiter;
  private final Supplier<RoutingPolicy> policy;
  private final Refusals refusals;
  private @Nullable RoutingPolicy known;
  private Set<InetAddress> backends = Set.of();

  LimitStep(CallLimiter limiter, Supplier<RoutingPolicy> policy, Refusals refusals) {
    this.limiter = limiter;
    this.policy = policy;
    this.refusals = refusals;
  }

  /**
   * Asks.
   *
   * @return the request with what it holds and the route it goes by; null when it was refused
   */
  @Nullable InitialRequest take(InitialRequest asked) {
    if (limiter.idle()) {
      return asked;
    }
    SipRequest r = asked.request();
    CallLimits limits = limiter.begin(r, asked.flow(), isBackend(asked));
    if (limits == null) {
      return asked;
    }
    Route route = asked.route();
    boolean through = false;
    try {
      Limit over = limits.take(r, name(route), pool(route));
      while (over != null) {
        asked.record().rule(over.name());
        Route other = over.route() == null ? null : policy.get().router().named(over.route());
        if (other == null) {
          refusals.limit(asked, over);
          return null;
        }
        route = other;
        limits.redirected();
        over = limits.take(r, name(route), pool(route));
      }
      through = true;
      return new InitialRequest(asked.transaction(), asked.record(), route, limits);
    } finally {
      if (!through) {
        limits.release();
      }
    }
  }

  private static @Nullable String name(@Nullable Route route) {
    return route == null ? null : route.name();
  }

  private static @Nullable String pool(@Nullable Route route) {
    return route == null ? null : route.pool();
  }

  // A FreeSWITCH speaks from several ports.
  @SuppressWarnings("ReferenceEquality") // a reload or new names make another policy
  private boolean isBackend(InitialRequest asked) {
    RoutingPolicy now = policy.get();
    if (now != known) {
      known = now;
      backends = addresses(now);
    }
    InetAddress source = asked.flow().remote().getAddress();
    return source != null && backends.contains(source);
  }

  private static Set<InetAddress> addresses(RoutingPolicy policy) {
    Set<InetAddress> all = new HashSet<>();
    for (Pool pool : policy.pools().values()) {
      for (Backend backend : pool.backends()) {
        InetSocketAddress address = backend.address();
        if (address != null && address.getAddress() != null) {
          all.add(address.getAddress());
        }
      }
    }
    return all;
  }
}
