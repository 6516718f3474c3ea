// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.dialog.Calls;
import io.fairlead.dialog.RouteCookie;
import io.fairlead.net.IpLiteralParser;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.pool.health.CombinedHealth;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.transport.Transports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a backend that has died and to which a request inside a dialog goes: such a
 * request is answered 481 here, by which the phone ends its call at once (RFC 3261 §12.2.1.2,
 * §15.1.1), where the backend itself would say nothing, or be refused.
 *
 * <table>
 *   <caption>What is answered</caption>
 *   <tr><td>started anew since the call was answered</td><td>481 to any request</td></tr>
 *   <tr><td>has ceased to answer</td><td>BYE goes there all the same, for it may be cut off and
 *   not dead; 481 where no answer comes within T1. Other requests go their way, for 481 would end a
 *   call that lives.</td></tr>
 * </table>
 *
 * <p>What it says is of the request that the {@link RouteSet} read last. Owned by one loop.
 */
final class GoneBackend {
  private final RouteSet routes;
  private final Calls calls;

  GoneBackend(RouteSet routes, Calls calls) {
    this.routes = routes;
    this.calls = calls;
  }

  /** True when the call was lost with its backend, which has been started anew. */
  boolean hasLost(SipRequest r) {
    return calls.isLost(r, routes.content().fromCaller(r));
  }

  /**
   * True for a BYE to a backend that has ceased to answer since it took the call.
   *
   * @param call the call it belongs to; null when this node does not have it
   */
  boolean isDeafTo(SipRequest r, @Nullable Call call, RoutingPolicy policy) {
    if (r.method() != Method.BYE || routes.hasNext()) {
      return false;
    }
    RouteCookie cookie = routes.content();
    int number = cookie.fromCaller(r) ? cookie.backend() : 0;
    for (Pool pool : policy.pools().values()) {
      for (Backend backend : pool.backends()) {
        if (isDeaf(backend.condition(), call) && isMeant(pool, backend, number, call)) {
          return true;
        }
      }
    }
    return false;
  }

  // One that has answered the call although checks say that it is down is not dead.
  private static boolean isDeaf(CombinedHealth condition, @Nullable Call call) {
    return call == null ? !condition.answers() : condition.fellSilentAfter(call.answeredNs());
  }

  // All servers of a name have its number, and the one that began the dialog has none in the
  // cookie: the address tells.
  private boolean isMeant(Pool pool, Backend backend, int number, @Nullable Call call) {
    if (number != 0 && RequestSender.number(pool.name(), backend) != number) {
      return false;
    }
    InetSocketAddress at = call == null || number == 0 ? null : call.backendAt();
    return at == null ? isAt(backend.address(), routes.target()) : at.equals(backend.address());
  }

  private static boolean isAt(@Nullable InetSocketAddress at, SipUri uri) {
    if (at == null || !uri.isSip() || at.getPort() != Transports.port(uri)) {
      return false;
    }
    InetAddress host = IpLiteralParser.address(uri.bytes(), uri.hostFrom(), uri.hostTo());
    return at.getAddress().equals(host);
  }
}
