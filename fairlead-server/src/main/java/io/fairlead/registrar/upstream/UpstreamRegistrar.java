// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.guard.ban.UpstreamOffences;
import io.fairlead.loop.TimerWheel;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.pool.balance.StableHash;
import io.fairlead.registrar.RegisterHandler;
import io.fairlead.registrar.RegistrarMode;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.registrar.auth.RegistrarAuthentication;
import io.fairlead.route.Route;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.Binding.Upstream;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transaction.ServerTransaction;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OwnHostNames;
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
final class UpstreamRegistrar implements RegisterHandler, LocalRenewal.Holding {
  static final String RETRY_AFTER = "Retry-After: 10\r\n";

  private final UpstreamDependencies house;
  private final String name;
  private final RegistrarSettings settings;
  private final PendingRegisters traffic;
  private final boolean mid;
  private final boolean shared;
  private final Supplier<@Nullable RegistrarAuthentication> users;
  private final LocalDeviceAuth joining;
  private final RegisterChecks admission;
  private final LocalRenewal absorption;
  private final RegisterEdits edits;
  private final OwnRegisterWriter own;
  private final UpstreamBindings ledger;
  private final RegistrationReplay replay;
  private final DeviceExpires grants;
  private final UpstreamSelection placement;
  private final UpstreamOffences offences;
  private final SipWriter answer = new SipWriter(1024);
  private final Map<RegisterDecision, Counter> verdicts = new EnumMap<>(RegisterDecision.class);

  /** As configured, under its name. */
  record Named(String name, RegistrarSettings settings) {}

  /**
   * @param users who prove themselves here; null for none
   */
  UpstreamRegistrar(
      UpstreamDependencies house,
      Named named,
      PendingRegisters traffic,
      Supplier<@Nullable RegistrarAuthentication> users) {
    this.house = house;
    this.traffic = traffic;
    this.users = users;
    this.name = named.name;
    this.settings = named.settings;
    this.mid = settings.mode() == RegistrarMode.MID;
    this.shared = settings.upstream().throttle() == Throttle.AOR;
    this.joining =
        new LocalDeviceAuth(users, house.loop(), house.registrar().offences(), new Joined());
    this.admission =
        new RegisterChecks(new OwnHostNames(house.registrar().wire().listeners()), settings);
    this.absorption = new LocalRenewal(this, settings.upstream().margin().toMillis(), shared);
    this.edits = new RegisterEdits(house.token(), house.node());
    this.own = new OwnRegisterWriter(house.token(), house.registrar().keys().branchHash(), shared);
    this.ledger = new UpstreamBindings(house);
    this.placement = new UpstreamSelection(house);
    this.offences = new UpstreamOffences(house.registrar().offences());
    this.replay = new RegistrationReplay(this, settings.upstream().replayRate(), house.loops());
    this.grants = new DeviceExpires(settings.expires(), house.registrar().random());
    for (RegisterDecision verdict : RegisterDecision.values()) {
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
  public void onRegister(Flow flow, SipRequest request, AddressOfRecord aor, Route route) {
    RegisterDecision verdict = mid ? judge(flow, request, aor) : RegisterDecision.FORWARDED;
    if (verdict == RegisterDecision.ABSORBED) {
      count(verdict);
      absorb(flow, request, aor);
    } else {
      house
          .table()
          .onRequest(flow, request, transaction -> begin(transaction, aor, route, verdict));
    }
  }

  private RegisterDecision judge(Flow flow, SipRequest request, AddressOfRecord aor) {
    if (grants.tooBrief(request)) {
      return RegisterDecision.CHANGED;
    }
    long nowMs = house.nowMs();
    return absorption.judge(asking(flow, request, aor), house.bindings().of(aor, nowMs), nowMs);
  }

  private LocalRenewal.Asking asking(Flow flow, SipRequest request, AddressOfRecord aor) {
    return new LocalRenewal.Asking(
        aor, request, flow, ledger.callId(request), grants.most(request) * 1000);
  }

  @Override
  public RegisterDecision holds(AddressOfRecord aor, String backend) {
    return replay.holds(aor, backend)
        ? UpstreamSelection.verdict(pool(), backend)
        : RegisterDecision.LOST;
  }

  // ---- answered here ----

  private void absorb(Flow flow, SipRequest request, AddressOfRecord aor) {
    ledger.absorbed(aor, request, grants.some(request));
    write(flow, request, aor);
    house.registrar().replyPath().of(flow, request.via()).send(answer.bytes(), 0, answer.length());
  }

  private void write(Flow flow, SipRequest request, AddressOfRecord aor) {
    LocalRenewalAnswer.write(
        answer,
        request,
        flow,
        ledger.callId(request),
        house.bindings().of(aor, house.nowMs()),
        house.nowMs());
  }

  // ---- a device more, behind one registration for all ----

  private boolean mayJoin(IncomingRegister arrival, RegisterDecision verdict) {
    boolean told = verdict == RegisterDecision.FIRST || verdict == RegisterDecision.CHANGED;
    return shared && (told || verdict == RegisterDecision.MOVED) && held(arrival) != null;
  }

  private @Nullable Upstream held(IncomingRegister arrival) {
    long nowMs = house.nowMs();
    return absorption.held(
        asking(arrival.flow(), arrival.request(), arrival.aor()),
        house.bindings().of(arrival.aor(), nowMs),
        nowMs);
  }

  /** What was found out of a device that would join. */
  private final class Joined implements LocalDeviceAuth.Gate {
    @Override
    public void joins(IncomingRegister arrival) {
      Upstream held = held(arrival);
      SipRequest request = arrival.request();
      List<Binding> bindings = house.bindings().of(arrival.aor(), house.nowMs());
      if (held == null || UpstreamBindings.left(bindings, request) == 0) {
        passes(arrival);
        return;
      }
      count(RegisterDecision.JOINED);
      ledger.apply(arrival.aor(), request, arrival.flow(), held, grants.some(request));
      write(arrival.flow(), request, arrival.aor());
      arrival.device().respond(answer.bytes(), 0, answer.length(), 200);
    }

    @Override
    public void passes(IncomingRegister arrival) {
      pass(arrival, judge(arrival.flow(), arrival.request(), arrival.aor()));
    }

    @Override
    public void refuses(IncomingRegister arrival, RefusalCause cause) {
      refuse(arrival, RegisterRefusal.of(cause));
    }
  }

  // ---- sent on ----

  private void begin(
      ServerTransaction transaction, AddressOfRecord aor, Route route, RegisterDecision verdict) {
    SipRequest request = transaction.request();
    IncomingRegister arrival =
        new IncomingRegister(
            transaction,
            aor,
            route,
            house.log().record(request, transaction.flow(), nowNs()).route(route.name()));
    RegisterRefusal refusal =
        traffic.draining()
            ? new RegisterRefusal(RefusalCause.SHUTTING_DOWN, RETRY_AFTER)
            : admission.check(
                request,
                aor,
                house.bindings().of(aor, house.nowMs()),
                mid && grants.tooBrief(request),
                loopHash(request));
    if (refusal != null) {
      refuse(arrival, refusal);
    } else if (mayJoin(arrival, verdict)) {
      joining.ask(arrival);
    } else {
      pass(arrival, verdict);
    }
  }

  /** Answers a REGISTER by a refusal of our own. */
  void refuse(IncomingRegister arrival, RegisterRefusal refusal) {
    RefusalCause cause = refusal.cause();
    arrival.device().reject(cause.status(), cause.reason(), refusal.headers());
    ended(arrival, cause.status(), cause);
  }

  private void pass(IncomingRegister arrival, RegisterDecision verdict) {
    Pool pool = pool();
    if (pool == null) {
      refuse(arrival, new RegisterRefusal(RefusalCause.NO_HEALTHY_BACKEND, RETRY_AFTER));
      return;
    }
    count(verdict);
    new ForwardedRegister(this, arrival, pool, mid ? grants.some(arrival.request()) : 0).start();
  }

  /** Sends a device's REGISTER to a backend. False when there is no way to it. */
  boolean send(Backend backend, IncomingRegister arrival, ResponseListener listener) {
    Flow in = arrival.flow();
    Flow out = flowTo(backend, in);
    if (out == null) {
      return false;
    }
    long branch = house.table().newBranch();
    SipWriter text = request(arrival, leaving(backend, arrival, out.listener(), branch));
    house.table().forward(arrival.request(), branch, out, text, listener);
    return true;
  }

  private RegisterEdits.Leaving leaving(
      Backend backend, IncomingRegister arrival, Listener by, long branch) {
    boolean tell = backend.toldCallers();
    boolean trusted = tell && house.registrar().nodes().isNode(arrival.flow());
    return new RegisterEdits.Leaving(by, branch, loopHash(arrival.request()), tell, trusted);
  }

  private SipWriter request(IncomingRegister arrival, RegisterEdits.Leaving leaving) {
    SipRequest request = arrival.request();
    long expires = mid ? settings.upstream().expires().toSeconds() : 0;
    if (!shared) {
      return edits.request(request, arrival.flow(), leaving, expires);
    }
    List<Binding> bindings = house.bindings().of(arrival.aor(), house.nowMs());
    RegisterEdits.ForAll all =
        new RegisterEdits.ForAll(
            arrival.aor(), UpstreamBindings.left(bindings, request) == 0 ? 0 : expires);
    return edits.request(request, arrival.flow(), leaving, all);
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
    long hash = StableHash.of(r.bytes(), r.callIdFrom(), r.callIdTo());
    hash = StableHash.of(hash ^ r.cseq()) ^ StableHash.of(r.bytes(), r.uriFrom(), r.uriTo());
    return (int) (hash ^ hash >>> 32);
  }

  /** A backend accepted a device's REGISTER. */
  void accepted(IncomingRegister arrival, SipResponse response, Backend backend, long granted) {
    AddressOfRecord aor = arrival.aor();
    UpstreamBindings.Grant grant = new UpstreamBindings.Grant(backend.name(), granted);
    replay.settled(aor, backend.name());
    if (!shared) {
      ledger.accepted(aor, arrival.request(), arrival.flow(), response, grant);
    } else if (!ledger.acceptedForAll(aor, arrival.request(), arrival.flow(), response, grant)) {
      registerAgain(aor, backend);
    }
  }

  /**
   * What the device is answered.
   *
   * @param limit the longest time it is told, in seconds; 0 for what the backend says
   */
  SipWriter answer(IncomingRegister arrival, SipResponse response, long limit) {
    long nowMs = house.nowMs();
    return shared && response.isSuccess()
        ? edits.response(response, house.bindings().of(arrival.aor(), nowMs), nowMs)
        : edits.response(response, limit);
  }

  /** A REGISTER has its answer. */
  void ended(IncomingRegister arrival, int status, RefusalCause cause) {
    traffic.ended(arrival, status, cause, nowNs());
  }

  /** A backend refused a device's REGISTER, or challenges it. */
  void refused(AddressOfRecord aor, SipRequest request, Flow flow, int status, Backend backend) {
    if (status == 401 || status == 407) {
      placement.challenged(aor, backend);
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
        new UpstreamRegistration(this, aor, binding, backend, expires).start();
        sent++;
        if (shared) {
          return sent;
        }
      }
    }
    return sent;
  }

  void removeThere(AddressOfRecord aor, Binding binding, Backend backend) {
    for (Binding each : house.bindings().of(aor, house.nowMs())) {
      if (shared || java.util.Arrays.equals(each.contact(), binding.contact())) {
        // It has come back meanwhile, or another device needs what stands for both.
        return;
      }
    }
    new UpstreamRegistration(this, aor, binding, backend, 0).start();
  }

  boolean send(UpstreamRegistration errand, String authorization) {
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
            errand.headers(authorization));
    house.table().start(branch, out, text.bytes(), 0, text.length(), errand);
    return true;
  }

  void ended(UpstreamRegistration errand, UpstreamRegistration.Result result, int status) {
    String backend = errand.backend().name();
    house.meters().counter(Meter.UPSTREAM_REPLAYED, name, backend, result.label()).add();
    if (result == UpstreamRegistration.Result.REFUSED) {
      replay.refused(backend, status);
    }
    long untilMs = house.nowMs() + errand.expires() * 1000;
    for (Binding each : current(errand)) {
      switch (result) {
        case REGISTERED ->
            house.bindings().put(errand.aor(), each.withUpstream(new Upstream(backend, untilMs)));
        case REFUSED, FAILED -> ledger.lost(errand.aor(), each);
        case REMOVED -> {}
      }
    }
  }

  // The bindings it was for as they are now, without those that moved to another backend meanwhile.
  private List<Binding> current(UpstreamRegistration errand) {
    return house.bindings().of(errand.aor(), house.nowMs()).stream()
        .filter(each -> shared || each.id() == errand.binding().id())
        .filter(each -> each.upstream().backend().equals(errand.backend().name()))
        .toList();
  }

  // ---- what its parts share ----

  @Nullable Pool pool() {
    String pool = settings.pool();
    return pool == null ? null : house.pools().apply(pool);
  }

  UpstreamSelection placement() {
    return placement;
  }

  UpstreamOffences offences() {
    return offences;
  }

  PendingRegisters traffic() {
    return traffic;
  }

  Ha1Source ha1s() {
    RegistrarAuthentication known = users.get();
    return known == null ? house.ha1s() : new UserHa1s(known, house.loop());
  }

  TimerWheel timers() {
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

  private void count(RegisterDecision verdict) {
    Counter counter = verdicts.get(verdict);
    if (counter != null) {
      counter.add();
    }
  }
}
