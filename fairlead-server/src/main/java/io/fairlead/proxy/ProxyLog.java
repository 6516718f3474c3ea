// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RefusalCause;
import io.fairlead.route.RequestLog;
import io.fairlead.route.Route;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy says of itself: meters and the records of the call log.
 *
 * <p>Owned by one loop.
 */
public final class ProxyLog {
  /** None, and 1xx to 6xx. */
  private static final int CLASSES = 7;

  private final Meters meters;
  private final RequestLog shared;
  private Counter[][] requests = {};
  private final Counter[] dialogs;
  private final Counter stray;
  private final Counter late;

  /**
   * @param shared what every core says of requests outside dialogs
   */
  public ProxyLog(Meters meters, RequestLog shared) {
    this.meters = meters;
    this.shared = shared;
    this.dialogs = dialogClasses();
    this.stray = meters.counter(Meter.STRAY_RESPONSES);
    this.late = meters.counter(Meter.LATE_SUCCESSES);
  }

  private Counter[] dialogClasses() {
    Counter[] counters = new Counter[CLASSES];
    for (int i = 0; i < counters.length; i++) {
      counters[i] = meters.counter(Meter.DIALOG_RESPONSES, i == 0 ? "none" : i + "xx");
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

  void refused(RefusalCause cause) {
    shared.refused(cause);
  }

  /** A request outside a dialog has its answer; without a route it went where a token said. */
  void outcome(@Nullable Route route, int status, RefusalCause cause) {
    shared.outcome(route, status, cause);
  }

  void dialogOutcome(int status) {
    dialogs[Math.min(CLASSES - 1, status / 100)].add();
  }

  void endedLate() {
    late.add();
  }

  void strayResponse() {
    stray.add();
  }

  void write(CallRecord record) {
    shared.write(record);
  }

  /** A record of a request outside a dialog, with all that the request itself tells. */
  CallRecord record(SipRequest r, Flow flow, long nowNs) {
    return shared.record(r, flow, nowNs);
  }
}
