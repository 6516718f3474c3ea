// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.guard.limit.Limit;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.route.Reject;
import io.fairlead.route.Route;
import io.fairlead.sip.SipRequest;
import io.fairlead.transaction.ServerTransaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests outside a dialog that are answered here, and go nowhere. Owned by one loop. */
final class Refusals {
  /** Of a 503 that no backend is to blame for. */
  static final String RETRY_AFTER = "Retry-After: 10\r\n";

  private final ProxyTools tools;

  Refusals(ProxyTools tools) {
    this.tools = tools;
  }

  /** The status code answered for a cause; that of NONE when nobody could take a request. */
  static int status(RefusalCause cause) {
    return cause == RefusalCause.NONE ? 503 : cause.status();
  }

  /**
   * Gives the final response that is ours.
   *
   * @param limit that of the guard which is the cause; null for another cause
   * @param headers of a cause that is no limit
   * @return the status code
   */
  static int reject(
      ServerTransaction to,
      CallRecord record,
      RefusalCause cause,
      @Nullable Limit limit,
      String headers) {
    if (limit != null) {
      record.rule(limit.name());
      to.reject(limit.status(), limit.reason(), limit.headers());
      return limit.status();
    }
    String reason = cause == RefusalCause.NONE ? "Service Unavailable" : cause.reason();
    to.reject(status(cause), reason, headers);
    return status(cause);
  }

  /** Answers with a cause. */
  void refuse(InitialRequest asked, RefusalCause cause) {
    refuse(asked, cause, cause.status() == 503 ? RETRY_AFTER : tools.responder().warning(cause));
  }

  /** Answers with a cause, and further header lines. */
  void refuse(InitialRequest asked, RefusalCause cause, String headers) {
    asked.giveBack();
    tools.responder().refuse(asked.transaction(), cause, headers);
    tools.log().write(asked.record().answered(cause.status(), tools.nowNs()).cause(cause));
  }

  /** Answers as a limit of the guard says. */
  void limit(InitialRequest asked, Limit over) {
    CallRecord record = asked.record();
    Route route = asked.route();
    if (route != null) {
      record.route(route.name());
    }
    asked.transaction().reject(over.status(), over.reason(), over.headers());
    end(asked, route, over.status(), RefusalCause.LIMIT);
  }

  /** Answers as the route says that leads nowhere. */
  void reject(InitialRequest asked, Route route) {
    Reject reject = route.reject();
    int status = reject == null ? RefusalCause.REJECTED.status() : reject.status();
    String reason = reject == null ? RefusalCause.REJECTED.reason() : reject.reason();
    asked.record().route(route.name());
    asked.transaction().reject(status, reason, "");
    end(asked, route, status, RefusalCause.REJECTED);
  }

  /** Sends the caller to a backend by himself. */
  void redirect(InitialRequest asked, Route route, Pool pool) {
    SipRequest r = asked.request();
    CallRecord record = asked.record().route(route.name()).pool(pool.name());
    long key = pool.hashKey().of(r, asked.flow());
    Backend backend = pool.pick(tools.loop().index(), key, List.of());
    if (backend == null) {
      RefusalCause cause = pool.nobody(List.of());
      String rest = "Retry-After: " + pool.retryAfterSeconds() + "\r\n";
      asked.transaction().reject(cause.status(), cause.reason(), rest);
      end(asked, route, cause.status(), cause);
      return;
    }
    record.tried(backend.name());
    if (SipsRules.is(r) && !backend.secure()) {
      refuse(asked, RefusalCause.SIPS_NOT_ALLOWED);
      return;
    }
    moved(asked, route, RedirectContact.contact(r, backend));
  }

  /** Sends the caller elsewhere. */
  void moved(InitialRequest asked, Route route, String contact) {
    asked.record().route(route.name());
    asked.transaction().reject(302, "Moved Temporarily", contact);
    end(asked, route, 302, RefusalCause.NONE);
  }

  private void end(InitialRequest asked, @Nullable Route route, int status, RefusalCause cause) {
    asked.giveBack();
    tools.log().outcome(route, status, cause);
    CallRecord record = asked.record().answered(status, tools.nowNs());
    tools.log().write(cause == RefusalCause.NONE ? record : record.cause(cause));
  }
}
