// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.loop.Timers;
import io.fairlead.observe.Cause;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.pool.balance.Mix;
import io.fairlead.registrar.OwnNames;
import io.fairlead.registrar.RegisterCore;
import io.fairlead.registrar.RegistrarMode;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.Binding.Upstream;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transaction.ServerTransaction;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Peer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A registrar whose backends are the registrars: a REGISTER goes to the one that has its address of
 * record, and in mode mid only when that needs to know.
 *
 * <p>Owned by one loop.
 */
final class UpstreamRegistrar implements RegisterCore, Absorption.Holding {
  private final UpstreamHouse house;
  private final String name;
  private final RegistrarSettings settings;
  private final boolean mid;
  private final Supplier<Ha1s> ha1s;
  private final Admission admission;
  private final Absorption absorption;
  private final RegisterEdits edits;
  private final OwnRegister own;
  private final Ledger ledger;
  private final Replay replay;
  private final Grants grants;
  private final Challengers challengers = new Challengers();
  private final SipWriter answer = new SipWriter(1024);
  private final Map<Verdict, Counter> verdicts = new EnumMap<>(Verdict.class);

  UpstreamRegistrar(
      UpstreamHouse house, String name, RegistrarSettings settings, Supplier<Ha1s> ha1s) {
    this.house = house;
    this.ha1s = ha1s;
    this.name = name;
    this.settings = settings;
    this.mid = settings.mode() == RegistrarMode.MID;
    this.admission = new Admission(new OwnNames(house.registrar().wire().listeners()), settings);
    this.absorption = new Absorption(this, settings.upstream().margin().toMillis());
    this.edits = new RegisterEdits(house.token(), house.node());
    this.own = new OwnRegister(house.token(), house.registrar().keys().branchHash());
    this.ledger = new Ledger(house);
    this.replay = new Replay(this, settings.upstream().replayRate(), house.loops());
    this.grants = new Grants(settings.expires(), house.registrar().random());
    for (Verdict verdict : Verdict.values()) {
      verdicts.put(
          verdict, house.meters().counter(Meter.UPSTREAM_REGISTERS, name, verdict.label()));
    }
  }

  String name() {
    return name;
  }

  RegistrarSettings settings() {
    return settings;
  }

  @Override
  public void onRegister(Flow flow, SipRequest request, AddressOfRecord aor) {
    Verdict verdict = mid ? judge(flow, request, aor) : Verdict.FORWARDED;
    if (verdict == Verdict.ABSORBED) {
      count(verdict);
      absorb(flow, request, aor);
    } else {
      house.table().onRequest(flow, request, transaction -> begin(transaction, aor, verdict));
    }
  }

  private Verdict judge(Flow flow, SipRequest request, AddressOfRecord aor) {
    if (grants.tooBrief(request)) {
      return Verdict.CHANGED;
    }
    long nowMs = house.nowMs();
    return absorption.judge(
        new Absorption.Asking(
            aor, request, flow, ledger.callId(request), grants.most(request) * 1000),
        house.bindings().of(aor, nowMs),
        nowMs);
  }

  @Override
  public boolean holds(AddressOfRecord aor, String backend) {
    Pool pool = pool();
    Backend known = pool == null ? null : pool.backend(backend);
    return known != null && usable(known) && replay.holds(aor, backend);
  }

  // ---- answered here ----

  private void absorb(Flow flow, SipRequest request, AddressOfRecord aor) {
    long seconds = grants.some(request);
    ContactReader asked = new ContactReader(request);
    List<Binding> bindings = house.bindings().of(aor, house.nowMs());
    while (asked.next()) {
      Binding known = Ledger.find(bindings, asked);
      if (known != null) {
        ledger.renewed(aor, known, request, seconds);
      }
    }
    Accepted.write(
        answer,
        request,
        flow,
        ledger.callId(request),
        house.bindings().of(aor, house.nowMs()),
        house.nowMs());
    house.registrar().replyPath().of(flow, request.via()).send(answer.bytes(), 0, answer.length());
  }

  // ---- sent on ----

  private void begin(ServerTransaction transaction, AddressOfRecord aor, Verdict verdict) {
    SipRequest request = transaction.request();
    Refusal refusal =
        admission.check(
            request,
            aor,
            house.bindings().of(aor, house.nowMs()),
            mid && grants.tooBrief(request),
            loopHash(request));
    Pool pool = pool();
    if (refusal != null) {
      transaction.reject(refusal.status(), refusal.reason(), refusal.headers());
      count(refusal.cause());
    } else if (pool == null) {
      transaction.reject(503, "Service Unavailable", "");
      count(Cause.NO_HEALTHY_BACKEND);
    } else {
      count(verdict);
      new Relay(this, transaction, aor, pool, mid ? grants.some(request) : 0).start();
    }
  }

  /** The backend that waits for the answer to its challenge, or has the bindings; null for none. */
  @Nullable Backend known(AddressOfRecord aor, Pool pool, SipRequest request) {
    long nowMs = house.nowMs();
    Backend challenger = Relay.answersChallenge(request) ? challengers.find(aor, nowMs) : null;
    if (challenger != null && usable(challenger) && pool.backends().contains(challenger)) {
      return challenger;
    }
    for (Binding binding : house.bindings().of(aor, nowMs)) {
      Backend known = pool.backend(binding.upstream().backend());
      if (known != null && usable(known)) {
        return known;
      }
    }
    return null;
  }

  // One that only said 503 a moment ago still knows its users.
  private static boolean usable(Backend backend) {
    return backend.address() != null && backend.health().state().alive();
  }

  /** The next backend for an address of record, by its hash; null when there is none. */
  @Nullable Backend choose(AddressOfRecord aor, Pool pool, List<Backend> tried) {
    long key = Mix.of(aor.bytes(), 0, aor.bytes().length);
    return pool.pickByHash(house.loop().index(), key, tried);
  }

  /** Sends a device's REGISTER to a backend. False when there is no way to it. */
  boolean send(Backend backend, SipRequest request, Flow in, ResponseListener listener) {
    Flow out = flowTo(backend, in);
    if (out == null) {
      return false;
    }
    long branch = house.table().newBranch();
    long expires = mid ? settings.upstream().expires().toSeconds() : 0;
    SipWriter text = edits.request(request, in, out.listener(), branch, loopHash(request), expires);
    house.table().start(branch, out, text.bytes(), 0, text.length(), listener);
    return true;
  }

  private @Nullable Flow flowTo(Backend backend, @Nullable Flow in) {
    Peer peer = backend.peer();
    if (peer == null) {
      return null;
    }
    Flow out = house.registrar().wire().wayTo(peer, in == null ? null : in.listener());
    if (out == null) {
      backend.unreachable("no listener speaks " + backend.transport() + " to its address");
    }
    return out;
  }

  private static int loopHash(SipRequest r) {
    long hash = Mix.of(r.bytes(), r.callIdFrom(), r.callIdTo());
    hash = Mix.of(hash ^ r.cseq()) ^ Mix.of(r.bytes(), r.uriFrom(), r.uriTo());
    return (int) (hash ^ hash >>> 32);
  }

  /** A backend accepted a device's REGISTER. */
  void accepted(
      AddressOfRecord aor,
      SipRequest request,
      Flow flow,
      SipResponse response,
      Backend backend,
      long granted) {
    ledger.accepted(aor, request, flow, response, new Ledger.Grant(backend.name(), granted));
    replay.settled(aor, backend.name());
  }

  /** A backend refused a device's REGISTER, or challenges it. */
  void refused(AddressOfRecord aor, SipRequest request, Flow flow, int status, Backend backend) {
    if (status == 401 || status == 407) {
      challengers.remember(aor, backend, house.nowMs());
    }
    ledger.refused(aor, request, flow);
  }

  // ---- of our own ----

  /** A backend came back. */
  void returned(String backend) {
    replay.begin(backend);
  }

  /** It had bindings of these. */
  void had(String backend, List<AddressOfRecord> aors) {
    replay.fill(backend, aors);
  }

  /** A backend is down. */
  void lost(String backend) {
    replay.drop(backend);
  }

  /** A binding has ended without a REGISTER; the backend would keep it. */
  void gone(AddressOfRecord aor, Binding binding) {
    Upstream upstream = binding.upstream();
    if (!upstream.backend().isEmpty() && upstream.expiresMs() > house.nowMs()) {
      replay.remove(aor, binding);
    }
  }

  /** How many bindings of an address of record are now registered again at a backend. */
  int registerAgain(AddressOfRecord aor, Backend backend) {
    long nowMs = house.nowMs();
    int sent = 0;
    for (Binding binding : house.bindings().of(aor, nowMs)) {
      if (binding.upstream().backend().equals(backend.name())) {
        long left = Math.max(1, (binding.renewal().expiresMs() - nowMs) / 1000);
        long expires = mid ? settings.upstream().expires().toSeconds() : left;
        new Errand(this, aor, binding, backend, expires).start();
        sent++;
      }
    }
    return sent;
  }

  void removeThere(AddressOfRecord aor, Binding binding, Backend backend) {
    for (Binding each : house.bindings().of(aor, house.nowMs())) {
      if (java.util.Arrays.equals(each.contact(), binding.contact())) {
        // It has come back meanwhile.
        return;
      }
    }
    new Errand(this, aor, binding, backend, 0).start();
  }

  boolean send(Errand errand, String authorization) {
    Flow out = flowTo(errand.backend(), null);
    if (out == null) {
      return false;
    }
    long branch = house.table().newBranch();
    SipWriter text =
        own.write(
            errand.aor(),
            errand.binding(),
            out.listener(),
            branch,
            errand.cseq(),
            errand.expires(),
            authorization);
    house.table().start(branch, out, text.bytes(), 0, text.length(), errand);
    return true;
  }

  void ended(Errand errand, Errand.Result result, int status) {
    String backend = errand.backend().name();
    house.meters().counter(Meter.UPSTREAM_REPLAYED, name, backend, result.label()).add();
    Binding now = current(errand);
    switch (result) {
      case REGISTERED -> {
        if (now != null) {
          long untilMs = house.nowMs() + errand.expires() * 1000;
          house.bindings().put(errand.aor(), now.withUpstream(new Upstream(backend, untilMs)));
        }
      }
      case REFUSED -> {
        replay.refused(backend, status);
        if (now != null) {
          ledger.lost(errand.aor(), now);
        }
      }
      case FAILED -> {
        if (now != null) {
          ledger.lost(errand.aor(), now);
        }
      }
      case REMOVED -> {}
    }
  }

  // The binding as it is now, unless its device has registered elsewhere meanwhile.
  private @Nullable Binding current(Errand errand) {
    for (Binding each : house.bindings().of(errand.aor(), house.nowMs())) {
      if (each.id() == errand.binding().id()
          && each.upstream().backend().equals(errand.backend().name())) {
        return each;
      }
    }
    return null;
  }

  // ---- what its parts share ----

  @Nullable Pool pool() {
    String pool = settings.pool();
    return pool == null ? null : house.pools().apply(pool);
  }

  RegisterEdits edits() {
    return edits;
  }

  Ha1s ha1s() {
    return ha1s.get();
  }

  Timers timers() {
    return house.loop().timers();
  }

  long nowNs() {
    return house.loop().nowNs();
  }

  long nowMs() {
    return house.nowMs();
  }

  /** From 0 to 1. */
  double random() {
    return house.registrar().random().nextDouble();
  }

  /** A cnonce. */
  String nonce() {
    return Long.toHexString(house.registrar().random().nextLong()).toLowerCase(Locale.ROOT);
  }

  void count(Cause cause) {
    house.meters().counter(Meter.REFUSED, cause.flag()).add();
  }

  private void count(Verdict verdict) {
    Counter counter = verdicts.get(verdict);
    if (counter != null) {
      counter.add();
    }
  }
}
