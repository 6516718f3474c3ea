// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.ReferencedDialog;
import io.fairlead.dialog.UpstreamPathMarker;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.route.Route;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.store.Binding;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the way of a request to a registered user: the devices, the backend that has the user, or
 * the node he belongs to.
 *
 * <p>Owned by one loop.
 */
final class RegisteredUserRouter {
  private final FailoverDependencies ways;
  private final DialogLookup owners;
  private final Supplier<RoutingPolicy> policy;
  private final Refusals refusals;
  private final UpstreamPathMarker devices = new UpstreamPathMarker();

  /**
   * @param policy the registrars and pools at present
   */
  RegisteredUserRouter(
      FailoverDependencies ways,
      DialogLookup owners,
      Supplier<RoutingPolicy> policy,
      Refusals refusals) {
    this.ways = ways;
    this.owners = owners;
    this.policy = policy;
    this.refusals = refusals;
  }

  /**
   * Chooses.
   *
   * @param then is given the way, now or later; not when the request was answered
   */
  void choose(InitialRequest asked, Route route, Consumer<ChosenWay> then) {
    SipRequest r = asked.request();
    if (r.method() == Method.REGISTER) {
      refusals.refuse(asked, RefusalCause.NO_ROUTE);
      return;
    }
    String registrar = String.valueOf(route.location());
    HomeNodeLookup.Home home = policy.get().homes().of(registrar, r);
    if (home != null) {
      elsewhere(asked, route, home, then);
      return;
    }
    List<Binding> found = ways.devices().location().of(r.uri());
    RoutingPolicy.Behind behind = policy.get().behind().get(registrar);
    Pool pool = behind == null ? null : policy.get().pools().get(behind.pool());
    if (behind != null && pool != null && !found.isEmpty()) {
      toKnown(asked, new Known(route, found, behind, pool), then);
    } else {
      then.accept(new ChosenWay.ToUser(found));
    }
  }

  private void elsewhere(
      InitialRequest asked, Route route, HomeNodeLookup.Home home, Consumer<ChosenWay> then) {
    if (home.redirect() != null) {
      refusals.moved(asked, route, home.redirect());
    } else {
      then.accept(new ChosenWay.ToOne(new BranchDestination.Elsewhere(home.node(), home.route())));
    }
  }

  /** A user that backends know. */
  private record Known(
      Route route, List<Binding> bindings, RoutingPolicy.Behind behind, Pool pool) {
    /**
     * The backend that has the user and lives, or null.
     *
     * @param open it must take calls as well
     */
    @Nullable Backend backend(boolean open) {
      for (Binding binding : bindings) {
        Backend known = pool.backend(binding.upstream().backend());
        if (known != null
            && known.address() != null
            && (open ? known.takesCalls() : known.health().state().alive())) {
          return known;
        }
      }
      return null;
    }

    /** True when a backend that has the user speaks from there. */
    boolean isOwn(InetSocketAddress source) {
      for (Binding binding : bindings) {
        Backend known = pool.backend(binding.upstream().backend());
        if (known != null && source.equals(known.address())) {
          return true;
        }
      }
      return false;
    }

    /** True when one of the backends speaks from there, by whatever port. */
    boolean isFrom(InetSocketAddress source) {
      return pool.isOn(source.getAddress());
    }
  }

  // A dialog that the request names may live at another backend than the user called.
  private void toKnown(InitialRequest asked, Known known, Consumer<ChosenWay> then) {
    ReferencedDialog named = ReferencedDialog.of(asked.request());
    if (named == null) {
      toRegistrar(asked, known, then);
      return;
    }
    InetSocketAddress from = asked.flow().remote();
    new DialogOwnerSearch(ways.tools(), asked)
        .start(
            owners,
            named,
            ends -> {
              Backend owner = DialogOwnerSearch.asked(known.pool, ends);
              if (owner == null || from.equals(owner.address())) {
                toRegistrar(asked, known, then);
              } else {
                then.accept(
                    new ChosenWay.ToPool(known.route, known.pool, AuthoritativeBackend.of(owner)));
              }
            });
  }

  // The registrar that has the user knows more than where the devices are: it forks, records, takes
  // messages. What comes from that very one has been through it. While it takes no calls it would
  // refuse them.
  private void toRegistrar(InitialRequest asked, Known known, Consumer<ChosenWay> then) {
    SipRequest r = asked.request();
    boolean direct = known.behind.direct() && isForDevices(r.method());
    Backend backend = known.backend(direct);
    InetSocketAddress from = asked.flow().remote();
    boolean marked = devices.isOn(r);
    if (marked && !known.isFrom(from)) {
      // By way of its registrar it would come back with the same mark, round and round.
      refusals.refuse(asked, RefusalCause.FOREIGN_ROUTE);
      return;
    }
    boolean back = marked || known.isOwn(from);
    if (backend == null && !back && !known.behind.direct()) {
      refusals.refuse(asked, RefusalCause.UNAVAILABLE);
    } else if (backend == null || back) {
      then.accept(new ChosenWay.ToUser(known.bindings));
    } else {
      AuthoritativeBackend owner = new AuthoritativeBackend(backend, known.bindings, direct);
      then.accept(new ChosenWay.ToPool(known.route, known.pool, owner));
    }
  }

  // Who is there and what is waiting is for the registrar to tell as long as it lives: a device
  // would refuse to be asked, and its word would end the subscription.
  private static boolean isForDevices(Method method) {
    return method != Method.SUBSCRIBE && method != Method.PUBLISH;
  }
}
