// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Cause;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.route.Route;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy says of itself: meters and the records of the call log.
 *
 * <p>Owned by one loop.
 */
public final class ProxyLog {
  private static final int CLASSES = 7;
  private static final String BY_FLOW = "(flow)";

  private final Meters meters;
  private final Consumer<CallRecord> journal;
  private Counter[][] requests = {};
  private final Map<String, Counter[]> routes = new HashMap<>();
  private final Counter[] dialogs;
  private final EnumMap<Cause, Counter> refused = new EnumMap<>(Cause.class);
  private final Counter stray;
  private final SipUri uri = new SipUri();

  /**
   * @param journal is given each record once it is complete
   */
  public ProxyLog(Meters meters, Consumer<CallRecord> journal) {
    this.meters = meters;
    this.journal = journal;
    this.dialogs = classes(Meter.DIALOG_RESPONSES);
    this.stray = meters.counter(Meter.STRAY_RESPONSES);
    for (Cause cause : Cause.values()) {
      refused.put(cause, meters.counter(Meter.REFUSED, cause.flag()));
    }
  }

  private Counter[] classes(Meter meter, String... labels) {
    Counter[] counters = new Counter[CLASSES];
    for (int i = 0; i < CLASSES; i++) {
      String[] all = Arrays.copyOf(labels, labels.length + 1);
      all[labels.length] = i == 0 ? "none" : i + "xx";
      counters[i] = meters.counter(meter, all);
    }
    return counters;
  }

  void request(Listener listener, Method method) {
    int index = listener.index();
    if (index >= requests.length || requests[index].length == 0) {
      meet(listener);
    }
    requests[index][method.ordinal()].add();
  }

  private void meet(Listener listener) {
    int known = requests.length;
    if (listener.index() >= known) {
      requests = Arrays.copyOf(requests, listener.index() + 1);
      Arrays.fill(requests, known, requests.length, new Counter[0]);
    }
    Counter[] counters = new Counter[Method.values().length];
    for (Method m : Method.values()) {
      counters[m.ordinal()] = meters.counter(Meter.REQUESTS, listener.name(), m.name());
    }
    requests[listener.index()] = counters;
  }

  void refused(Cause cause) {
    Counter counter = refused.get(cause);
    if (counter != null) {
      counter.add();
    }
  }

  /** A request outside a dialog has its answer; without a route it went where a token said. */
  void outcome(@Nullable Route route, int status, Cause cause) {
    String name = route == null ? BY_FLOW : route.name();
    Counter[] counters = routes.get(name);
    if (counters == null) {
      counters = classes(Meter.ROUTE_RESPONSES, name);
      routes.put(name, counters);
    }
    counters[Math.min(CLASSES - 1, status / 100)].add();
    if (cause != Cause.NONE) {
      refused(cause);
    }
  }

  void dialogOutcome(int status) {
    dialogs[Math.min(CLASSES - 1, status / 100)].add();
  }

  void strayResponse() {
    stray.add();
  }

  void write(CallRecord record) {
    journal.accept(record);
  }

  /** A record of a request outside a dialog, with all that the request itself tells. */
  CallRecord record(SipRequest r, Flow flow, long nowNs) {
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
