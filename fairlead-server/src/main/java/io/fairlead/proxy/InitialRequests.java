// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.dialog.Calls;
import io.fairlead.dialog.DevicesMark;
import io.fairlead.dialog.NamedDialog;
import io.fairlead.loop.Loop;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Cause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.route.Mode;
import io.fairlead.route.Reject;
import io.fairlead.route.Route;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.store.Binding;
import io.fairlead.transaction.ServerTransaction;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests outside a dialog: route, then pool or location, then backend or devices (RFC 3261
 * §16.5).
 *
 * <p>Owned by one loop.
 */
final class InitialRequests {
  /** Of a 503 that no backend is to blame for. */
  static final String RETRY_AFTER = "Retry-After: 10\r\n";

  private final Proxy proxy;
  private final Loop loop;
  private final Calls calls;
  private final ProxyLog log;
  private final RouteSet routes;
  private final Location location;
  private final DialogOwners owners;
  private final DevicesMark devices = new DevicesMark();

  InitialRequests(Proxy proxy, ProxyHouse house, RouteSet routes, Location location) {
    this.proxy = proxy;
    this.loop = house.loop();
    this.calls = house.calls();
    this.owners = house.owners();
    this.log = house.log();
    this.routes = routes;
    this.location = location;
  }

  /** Takes one whose route set leads no further than to us. */
  void take(ServerTransaction transaction, SipRequest r) {
    CallRecord record = log.record(r, transaction.flow(), loop.nowNs());
    if (proxy.draining()) {
      refuse(transaction, record, Cause.SHUTTING_DOWN);
      return;
    }
    Route route = policy().router().route(r, transaction.flow());
    if (route == null) {
      refuse(transaction, record, Cause.NO_ROUTE);
      return;
    }
    if (route.location() != null) {
      toLocation(transaction, r, record, route);
      return;
    }
    if (devices.isOn(r)) {
      // A registrar behind us has a user who is here no more: it would get its own call again.
      record.route(route.name());
      refuse(transaction, record, Cause.UNAVAILABLE);
      return;
    }
    Pool pool = route.pool() == null ? null : policy().pools().get(route.pool());
    Reject reject = route.reject();
    if (pool == null) {
      record.route(route.name());
      reject(transaction, record, route, reject);
    } else if (route.mode() == Mode.REDIRECT) {
      redirect(transaction, record, route, pool);
    } else {
      toPool(transaction, r, record, route, pool);
    }
  }

  private void toPool(
      ServerTransaction transaction, SipRequest r, CallRecord record, Route route, Pool pool) {
    proxy.challenges().now(loop.nowNs());
    NamedDialog named = NamedDialog.of(r);
    if (named == null) {
      toBackend(transaction, record, route, pool, null);
      return;
    }
    new OwnerSearch(proxy, transaction, record)
        .start(
            owners,
            named,
            ends -> {
              Backend owner = OwnerSearch.owner(pool, r, ends);
              toBackend(transaction, record, route, pool, owner);
            });
  }

  private void toBackend(
      ServerTransaction transaction,
      CallRecord record,
      Route route,
      Pool pool,
      @Nullable Backend only) {
    Call call = open(transaction, transaction.request(), record);
    Owner owner = only == null ? null : Owner.of(only);
    new Failover(proxy, transaction, route, pool, owner, record, call).start();
  }

  private @Nullable Call open(ServerTransaction transaction, SipRequest r, CallRecord record) {
    if (r.method() != Method.INVITE) {
      return null;
    }
    transaction.trying();
    Call call = calls.open(r, record);
    call.from(transaction.flow().remote());
    return call;
  }

  // ---- to a registered user ----

  private void toLocation(
      ServerTransaction transaction, SipRequest r, CallRecord record, Route route) {
    if (r.method() == Method.REGISTER) {
      refuse(transaction, record, Cause.NO_ROUTE);
      return;
    }
    Homes.Home home = policy().homes().of(String.valueOf(route.location()), r);
    if (home != null) {
      elsewhere(transaction, r, record, route, home);
      return;
    }
    List<Binding> found = location.of(r.uri());
    Policy.Behind behind = policy().behind().get(String.valueOf(route.location()));
    Pool pool = behind == null ? null : policy().pools().get(behind.pool());
    if (behind != null && pool != null && !found.isEmpty()) {
      toKnown(transaction, record, route, new Known(found, behind, pool));
      return;
    }
    Call call = open(transaction, r, record);
    Fork.toUser(proxy, transaction, route, record, call, found).start();
  }

  private void elsewhere(
      ServerTransaction transaction,
      SipRequest r,
      CallRecord record,
      Route route,
      Homes.Home home) {
    if (home.redirect() != null) {
      record.route(route.name());
      transaction.reject(302, "Moved Temporarily", home.redirect());
      log.outcome(route, 302, Cause.NONE);
      log.write(record.answered(302, loop.nowNs()));
      return;
    }
    Call call = open(transaction, r, record);
    Destination there = new Destination.Elsewhere(home.node(), home.route());
    Fork.over(proxy, transaction, record, call, there).start();
  }

  /** A user that backends know. */
  private record Known(List<Binding> bindings, Policy.Behind behind, Pool pool) {
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
      for (Backend each : pool.backends()) {
        InetSocketAddress address = each.address();
        if (address != null && address.getAddress().equals(source.getAddress())) {
          return true;
        }
      }
      return false;
    }
  }

  // A dialog that the request names may live at another backend than the user called.
  private void toKnown(ServerTransaction transaction, CallRecord record, Route route, Known known) {
    NamedDialog named = NamedDialog.of(transaction.request());
    if (named == null) {
      toRegistrar(transaction, record, route, known);
      return;
    }
    InetSocketAddress from = transaction.flow().remote();
    new OwnerSearch(proxy, transaction, record)
        .start(
            owners,
            named,
            ends -> {
              Backend owner = OwnerSearch.asked(known.pool, ends);
              if (owner == null || from.equals(owner.address())) {
                toRegistrar(transaction, record, route, known);
              } else {
                toBackend(transaction, record, route, known.pool, owner);
              }
            });
  }

  // The registrar that has the user knows more than where the devices are: it forks, records, takes
  // messages. What comes from that very one has been through it. While it takes no calls it would
  // refuse them.
  private void toRegistrar(
      ServerTransaction transaction, CallRecord record, Route route, Known known) {
    SipRequest r = transaction.request();
    boolean direct = known.behind.direct() && isForDevices(r.method());
    Backend backend = known.backend(direct);
    InetSocketAddress from = transaction.flow().remote();
    boolean marked = devices.isOn(r);
    if (marked && !known.isFrom(from)) {
      // By way of its registrar it would come back with the same mark, round and round.
      refuse(transaction, record, Cause.FOREIGN_ROUTE);
      return;
    }
    boolean back = marked || known.isOwn(from);
    if (backend == null && !back && !known.behind.direct()) {
      refuse(transaction, record, Cause.UNAVAILABLE);
      return;
    }
    Call call = open(transaction, r, record);
    if (backend == null || back) {
      Fork.toUser(proxy, transaction, route, record, call, known.bindings).start();
    } else {
      Owner owner = new Owner(backend, known.bindings, direct);
      new Failover(proxy, transaction, route, known.pool, owner, record, call).start();
    }
  }

  // Who is there and what is waiting is for the registrar to tell as long as it lives: a device
  // would refuse to be asked, and its word would end the subscription.
  private static boolean isForDevices(Method method) {
    return method != Method.SUBSCRIBE && method != Method.PUBLISH;
  }

  /**
   * Takes one whose Route is a flow token: whoever has it got it from us, and may use that flow and
   * no other.
   */
  void overFlow(ServerTransaction transaction, SipRequest r) {
    CallRecord record = log.record(r, transaction.flow(), loop.nowNs());
    if (proxy.draining()) {
      refuse(transaction, record, Cause.SHUTTING_DOWN);
      return;
    }
    Destination named = location.to(routes.token(), routes.target());
    Call call = open(transaction, r, record);
    Fork.over(proxy, transaction, record, call, named).start();
  }

  // ---- answered here ----

  private void refuse(ServerTransaction transaction, CallRecord record, Cause cause) {
    proxy.refuse(transaction, cause, cause.status() == 503 ? RETRY_AFTER : proxy.warning(cause));
    log.write(record.answered(cause.status(), loop.nowNs()).cause(cause));
  }

  private void reject(
      ServerTransaction transaction, CallRecord record, Route route, @Nullable Reject reject) {
    int status = reject == null ? Cause.REJECTED.status() : reject.status();
    transaction.reject(status, reject == null ? Cause.REJECTED.reason() : reject.reason(), "");
    log.outcome(route, status, Cause.REJECTED);
    log.write(record.answered(status, loop.nowNs()).cause(Cause.REJECTED));
  }

  private void redirect(ServerTransaction transaction, CallRecord record, Route route, Pool pool) {
    SipRequest r = transaction.request();
    record.route(route.name()).pool(pool.name());
    long key = pool.hashKey().of(r, transaction.flow());
    Backend backend = pool.pick(loop.index(), key, List.of());
    if (backend == null) {
      Cause cause = pool.nobody(List.of());
      transaction.reject(
          cause.status(), cause.reason(), "Retry-After: " + pool.retryAfterSeconds() + "\r\n");
      log.outcome(route, cause.status(), cause);
      log.write(record.answered(cause.status(), loop.nowNs()).cause(cause));
      return;
    }
    record.tried(backend.name());
    if (Sips.is(r) && !backend.secure()) {
      refuse(transaction, record, Cause.SIPS_NOT_ALLOWED);
      return;
    }
    transaction.reject(302, "Moved Temporarily", Redirect.contact(r, backend));
    log.outcome(route, 302, Cause.NONE);
    log.write(record.answered(302, loop.nowNs()));
  }

  private Policy policy() {
    return proxy.policy();
  }
}
