// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.loop.Timer;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.HashKey;
import io.fairlead.pool.Pool;
import io.fairlead.pool.blame.BackendRequest;
import io.fairlead.pool.blame.BackendRequestOwner;
import io.fairlead.pool.blame.FailoverComparison;
import io.fairlead.pool.blame.ResponseVerdict;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transaction.ServerListener;
import io.fairlead.transaction.ServerTransaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One REGISTER on its way to the registrars behind us: one backend after the other, as the pool's
 * failover says, until one answers (RFC 3261 §16.7, with at most one branch at a time that counts).
 *
 * <p>Its timer is try-timeout.
 *
 * <p>Owned by one loop.
 */
final class ForwardedRegister extends Timer implements ServerListener, BackendRequestOwner {
  private final UpstreamRegistrar registrar;
  private final IncomingRegister arrival;
  private final ServerTransaction device;
  private final SipRequest request;
  private final AddressOfRecord aor;
  private final Pool pool;
  private final long granted;
  private final List<Backend> tried = new ArrayList<>(2);
  private @Nullable SipResponse best;
  private @Nullable FailoverComparison comparison;
  private RefusalCause lastCause = RefusalCause.NO_HEALTHY_BACKEND;
  private boolean answered;
  private @Nullable Try current;

  /**
   * @param granted what the device is told at most, in seconds; 0 for what the backend says
   */
  ForwardedRegister(
      UpstreamRegistrar registrar, IncomingRegister arrival, Pool pool, long granted) {
    this.registrar = registrar;
    this.arrival = arrival;
    this.device = arrival.device();
    this.request = arrival.request();
    this.aor = arrival.aor();
    this.pool = pool;
    this.granted = granted;
  }

  void start() {
    registrar.traffic().begun();
    arrival.record().pool(pool.name());
    device.listener(this);
    Backend known = registrar.placement().known(aor, pool, request);
    if (known == null || !attempt(known)) {
      next();
    }
  }

  @Override
  public long destination() {
    return HashKey.destination(request);
  }

  @Override
  public long nowNs() {
    return registrar.nowNs();
  }

  @Override
  public CallRecord record() {
    return arrival.record();
  }

  @Override
  public @Nullable FailoverComparison comparison() {
    return comparison;
  }

  @Override
  public FailoverComparison compare() {
    FailoverComparison begun = new FailoverComparison(destination());
    comparison = begun;
    return begun;
  }

  private void next() {
    while (tried.size() < pool.failover().tries()) {
      Backend backend = registrar.placement().chooseAny(aor, pool, tried);
      if (backend == null) {
        if (tried.isEmpty()) {
          lastCause = pool.nobody(tried);
        }
        break;
      }
      if (attempt(backend)) {
        return;
      }
    }
    finish();
  }

  // False when nothing could be sent.
  private boolean attempt(Backend backend) {
    tried.add(backend);
    arrival.record().tried(backend.name());
    Try next = new Try(backend);
    current = next;
    if (!registrar.send(backend, arrival, next)) {
      next.unsent();
      lastCause = RefusalCause.TRANSPORT_FAILURE;
      return false;
    }
    if (pool.failover().onTimeout()) {
      registrar.timers().schedule(this, pool.failover().tryTimeout().toNanos());
    }
    return true;
  }

  /** Try-timeout: with no other to ask, waiting is better. */
  @Override
  protected void onTimer() {
    if (answered || tried.size() >= pool.failover().tries()) {
      return;
    }
    Backend other = registrar.placement().choose(aor, pool, tried);
    Try silent = current;
    if (other != null && silent != null) {
      silent.silent();
      lastCause = RefusalCause.TRY_TIMEOUT;
      if (!attempt(other)) {
        next();
      }
    }
  }

  /** One backend that was asked. */
  private final class Try extends BackendRequest implements ResponseListener {
    private final Backend asked;

    Try(Backend asked) {
      super(ForwardedRegister.this, asked, registrar.nowNs());
      this.asked = asked;
    }

    void unsent() {
      over();
    }

    void silent() {
      tellSilent();
    }

    @Override
    public void onResponse(ClientTransaction transaction, SipResponse response) {
      tell(response);
      if (response.isProvisional()) {
        if (current == this) {
          registrar.timers().cancel(ForwardedRegister.this);
        }
      } else if (answered) {
        // A slow backend's answer behind another one's: the device knows of one only.
        return;
      } else if (response.isSuccess()) {
        succeeded(asked, response);
      } else if (current == this) {
        failed(asked, response);
      }
    }

    @Override
    public void onDefect() {
      ForwardedRegister.this.onDefect();
    }

    @Override
    public void onTimeout(ClientTransaction transaction) {
      if (!heard()) {
        tellSilent();
      }
      gone(this, RefusalCause.TRY_TIMEOUT, pool.failover().onTimeout());
    }

    @Override
    public void onTransportError(ClientTransaction transaction, String why) {
      tellUnreachable(why);
      gone(this, RefusalCause.TRANSPORT_FAILURE, pool.failover().onTransport());
    }
  }

  private void succeeded(Backend backend, SipResponse response) {
    arrival.record().backend(backend.name());
    registrar.accepted(arrival, response, backend, granted);
    pass(response, granted);
  }

  private void failed(Backend backend, SipResponse response) {
    int status = response.status();
    // What a registrar decides of a user, 4xx, is so at all of them.
    if (status >= 500 && pool.failover().onFailure(response)) {
      lastCause = RefusalCause.NONE;
      if (best == null || !isAnswer(best)) {
        best = response.keep();
      }
      next();
      return;
    }
    if (status < 500 || status >= 600) {
      registrar.refused(aor, request, device.flow(), status, backend);
    }
    pass(response, 0);
  }

  private void gone(Try ended, RefusalCause cause, boolean tryNext) {
    if (answered || ended != current) {
      return;
    }
    lastCause = cause;
    if (tryNext) {
      next();
    } else {
      finish();
    }
  }

  private void pass(SipResponse response, long limit) {
    settle();
    registrar.offences().answered(device.flow(), request, response);
    SipWriter out = registrar.answer(arrival, response, limit);
    device.respond(out.bytes(), 0, out.length(), response.status());
    registrar.ended(arrival, response.status(), RefusalCause.NONE);
  }

  // RFC 3261 §16.7: the 503 of one backend is not the service's.
  private static boolean isAnswer(SipResponse response) {
    return !ResponseVerdict.of(response, null).busy();
  }

  private void finish() {
    SipResponse chosen = best;
    if (chosen != null && isAnswer(chosen)) {
      pass(chosen, 0);
      return;
    }
    settle();
    int status = lastCause == RefusalCause.NONE ? 503 : lastCause.status();
    String reason = lastCause == RefusalCause.NONE ? "Service Unavailable" : lastCause.reason();
    boolean full = chosen != null && ResponseVerdict.of(chosen, null) == ResponseVerdict.OVERLOAD;
    String headers =
        full || lastCause != RefusalCause.NONE
            ? "Retry-After: " + pool.retryAfterSeconds() + "\r\n"
            : "";
    device.reject(status, reason, headers);
    registrar.ended(arrival, status, lastCause);
  }

  private void settle() {
    if (!answered) {
      answered = true;
      registrar.traffic().settled();
      if (comparison != null) {
        arrival.record().blame(comparison.end());
      }
    }
    registrar.timers().cancel(this);
  }

  /** A step threw: 500. */
  @Override
  public void onDefect() {
    boolean over = answered;
    settle();
    try {
      if (!device.answered()) {
        device.fail();
      }
    } finally {
      if (!over) {
        registrar.ended(arrival, RefusalCause.INTERNAL.status(), RefusalCause.INTERNAL);
      }
    }
  }

  @Override
  public String toString() {
    return arrival.record().title();
  }

  @Override
  public void onCancel(ServerTransaction transaction, SipRequest cancel) {}

  @Override
  public void onTimeout(ServerTransaction transaction) {
    if (!answered) {
      settle();
      registrar.ended(arrival, 0, RefusalCause.TRY_TIMEOUT);
    }
  }

  // The device comes again; what the backend answers is learned all the same.
  @Override
  public void onTransportError(ServerTransaction transaction, String why) {}

  @Override
  public void onShutdown(ServerTransaction transaction) {
    settle();
    registrar.refuse(
        arrival, new RegisterRefusal(RefusalCause.SHUTTING_DOWN, UpstreamRegistrar.RETRY_AFTER));
  }

  /** True when it answers a challenge. */
  static boolean answersChallenge(SipRequest request) {
    return request.has(HeaderName.AUTHORIZATION) || request.has(HeaderName.PROXY_AUTHORIZATION);
  }
}
