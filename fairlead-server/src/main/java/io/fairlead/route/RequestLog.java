// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.transport.Flow;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is said of requests outside dialogs, whichever core has them: their records in the call log,
 * and how they were answered, by route.
 *
 * <p>Owned by one loop.
 */
public final class RequestLog {
  /** None, and 1xx to 6xx. */
  private static final int CLASSES = 7;

  private static final String BY_FLOW = "(flow)";

  private final Meters meters;
  private final Consumer<CallRecord> journal;
  private final Map<String, Counter[]> routes = new HashMap<>();
  private final EnumMap<RefusalCause, Counter> refused = new EnumMap<>(RefusalCause.class);
  private final SipUri uri = new SipUri();

  /**
   * @param journal is given each record once it is complete
   */
  public RequestLog(Meters meters, Consumer<CallRecord> journal) {
    this.meters = meters;
    this.journal = journal;
    for (RefusalCause cause : RefusalCause.values()) {
      refused.put(cause, meters.counter(Meter.REFUSED, cause.flag()));
    }
  }

  /** We refused a request, or failed it. */
  public void refused(RefusalCause cause) {
    Counter counter = refused.get(cause);
    if (counter != null) {
      counter.add();
    }
  }

  /** A request outside a dialog has its answer; without a route it went where a token said. */
  public void outcome(@Nullable Route route, int status, RefusalCause cause) {
    String name = route == null ? BY_FLOW : route.name();
    Counter[] counters = routes.get(name);
    if (counters == null) {
      counters = classes(name);
      routes.put(name, counters);
    }
    counters[Math.min(CLASSES - 1, status / 100)].add();
    if (cause != RefusalCause.NONE) {
      refused(cause);
    }
  }

  private Counter[] classes(String route) {
    Counter[] counters = new Counter[CLASSES];
    for (int i = 0; i < CLASSES; i++) {
      counters[i] = meters.counter(Meter.ROUTE_RESPONSES, route, i == 0 ? "none" : i + "xx");
    }
    return counters;
  }

  /** A record is complete. */
  public void write(CallRecord record) {
    journal.accept(record);
  }

  /** A record of a request outside a dialog, with all that the request itself tells. */
  public CallRecord record(SipRequest r, Flow flow, long nowNs) {
    CallRecord.Kind kind =
        switch (r.method()) {
          case INVITE -> CallRecord.Kind.CALL;
          case REGISTER -> CallRecord.Kind.REGISTRATION;
          case ACK,
              BYE,
              CANCEL,
              OPTIONS,
              PRACK,
              UPDATE,
              INFO,
              MESSAGE,
              SUBSCRIBE,
              NOTIFY,
              REFER,
              PUBLISH,
              OTHER ->
              CallRecord.Kind.REQUEST;
        };
    byte[] bytes = r.bytes();
    CallRecord record =
        new CallRecord(kind, nowNs)
            .callId(bytes, r.callIdFrom(), r.callIdTo())
            .source(flow.remote())
            .connected(flow.transport().reliable())
            .method(r.methodText());
    if (readable(bytes, r.fromUriFrom(), r.fromUriTo())) {
      record.from(bytes, uri.userFrom(), uri.userTo(), uri.hostFrom(), uri.hostTo());
    }
    if (readable(bytes, r.toUriFrom(), r.toUriTo())) {
      record.to(bytes, uri.userFrom(), uri.userTo(), uri.hostFrom(), uri.hostTo());
    }
    return record;
  }

  private boolean readable(byte[] bytes, int from, int to) {
    return to > from && uri.parse(bytes, from, to) && uri.isSip();
  }
}
