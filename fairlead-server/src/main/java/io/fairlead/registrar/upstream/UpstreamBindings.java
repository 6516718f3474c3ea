// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.dialog.NatDetection;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipUri;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.Binding.Device;
import io.fairlead.store.Binding.Origin;
import io.fairlead.store.Binding.Renewal;
import io.fairlead.store.Binding.Upstream;
import io.fairlead.transport.Flow;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Learns from the answers of the registrars behind us which of them has which binding (RFC 3261
 * §10.2.4), and forgets what they refuse. A device's answer counts only for the Contacts it asked
 * for itself.
 *
 * <p>Owned by one loop.
 */
final class UpstreamBindings {
  /** Longer names of user agents are cut: they are kept with every binding. */
  private static final int AGENT = 64;

  private final UpstreamDependencies house;
  private final SipUri one = new SipUri();
  private final SipUri other = new SipUri();

  UpstreamBindings(UpstreamDependencies house) {
    this.house = house;
  }

  /** A REGISTER was accepted. */
  void accepted(
      AddressOfRecord aor, SipRequest request, Flow flow, SipResponse response, Grant given) {
    long nowMs = house.nowMs();
    ContactIterator asked = new ContactIterator(request);
    ContactIterator listed = new ContactIterator(response);
    while (asked.next()) {
      if (asked.wildcard()) {
        house.bindings().of(aor, nowMs).forEach(each -> house.bindings().remove(aor, each.id()));
        return;
      }
      long upstream = listed(asked, request, listed.on(response), response);
      forget(aor, asked, upstream == 0, nowMs);
      if (upstream > 0) {
        long untilMs = repeatable(response) ? nowMs + upstream * 1000 : 0;
        store(
            aor,
            asked,
            request,
            flow,
            new Upstream(given.backend(), untilMs),
            told(given, upstream));
      }
    }
  }

  /**
   * A REGISTER was accepted where one registration stands for all devices.
   *
   * @return false when the backend holds it no more, but there are devices: one came meanwhile
   */
  boolean acceptedForAll(
      AddressOfRecord aor, SipRequest request, Flow flow, SipResponse response, Grant given) {
    if (!new ContactIterator(request).next()) {
      return true;
    }
    long nowMs = house.nowMs();
    long listed = SharedContact.listed(aor, new ContactIterator(response), one, response.bytes());
    long upstream = listed == ContactIterator.NONE ? given.seconds() : listed;
    long untilMs = upstream > 0 && repeatable(response) ? nowMs + upstream * 1000 : 0;
    Upstream held = new Upstream(given.backend(), untilMs);
    apply(aor, request, flow, held, upstream > 0 ? told(given, upstream) : 0);
    holdsForAll(aor, held);
    return upstream > 0 || !house.bindings().has(aor, nowMs);
  }

  /**
   * Does what a REGISTER asks that may.
   *
   * @param seconds what each device is told; 0 removes it
   */
  void apply(AddressOfRecord aor, SipRequest request, Flow flow, Upstream upstream, long seconds) {
    long nowMs = house.nowMs();
    ContactIterator asked = new ContactIterator(request);
    while (asked.next()) {
      if (asked.wildcard()) {
        house.bindings().of(aor, nowMs).forEach(each -> house.bindings().remove(aor, each.id()));
        return;
      }
      boolean leaves = asked.removes() || seconds <= 0;
      forget(aor, asked, leaves, nowMs);
      if (!leaves) {
        store(aor, asked, request, flow, upstream, seconds);
      }
    }
  }

  /**
   * One registration holds for all devices of an address of record. One that a backend refused goes
   * there itself, all the same.
   */
  void holdsForAll(AddressOfRecord aor, Upstream held) {
    for (Binding each : house.bindings().of(aor, house.nowMs())) {
      boolean refused = each.upstream().expiresMs() == 0;
      Upstream next = refused ? new Upstream(held.backend(), 0) : held;
      if (!next.equals(each.upstream())) {
        house.bindings().put(aor, each.withUpstream(next));
      }
    }
  }

  // What an answer of ours would lack must come from the backend each time: RFC 3608 §6.1 has a
  // device forget what the last answer did not say.
  private static boolean repeatable(SipResponse response) {
    return response.first("Service-Route") < 0 && response.first("P-Associated-URI") < 0;
  }

  private static long told(Grant given, long upstream) {
    return given.seconds() == 0 ? upstream : Math.min(given.seconds(), upstream);
  }

  /**
   * What a REGISTER came to that was accepted.
   *
   * @param backend the backend that did
   * @param seconds what the device is told; 0 when it is told what the backend said
   */
  record Grant(String backend, long seconds) {}

  // How long the backend holds the Contact; 0 when it does not.
  private long listed(
      ContactIterator asked, SipRequest request, ContactIterator listed, SipResponse response) {
    if (asked.removes()) {
      return 0;
    }
    long header = ContactIterator.header(request);
    long own = asked.expires() == ContactIterator.NONE ? header : asked.expires();
    long found = 0;
    while (listed.next()) {
      boolean exact = same(request, asked, response, listed);
      if (exact || found == 0 && alike(request, asked, response, listed)) {
        found = expires(listed, response, own);
      }
      if (exact) {
        break;
      }
    }
    return found;
  }

  private static long expires(ContactIterator listed, SipResponse response, long asked) {
    long expires =
        listed.expires() == ContactIterator.NONE
            ? ContactIterator.header(response)
            : listed.expires();
    return expires == ContactIterator.NONE ? Math.max(0, asked) : expires;
  }

  private static boolean same(
      SipMessage a, ContactIterator in, SipMessage b, ContactIterator inOther) {
    return Ascii.equals(
        a.bytes(), in.uriFrom(), in.uriTo(), b.bytes(), inOther.uriFrom(), inOther.uriTo());
  }

  // Registrars write parameters of the URI anew; user, host and port they leave.
  private boolean alike(SipMessage a, ContactIterator in, SipMessage b, ContactIterator inOther) {
    return one.parse(a.bytes(), in.uriFrom(), in.uriTo())
        && other.parse(b.bytes(), inOther.uriFrom(), inOther.uriTo())
        && one.isSip()
        && one.port() == other.port()
        && one.user().equals(other.user())
        && one.host().equalsIgnoreCase(other.host());
  }

  // What the Contact replaces: the same URI, or the same device by another way (RFC 5626 §6).
  private void forget(AddressOfRecord aor, ContactIterator asked, boolean all, long nowMs) {
    Binding kept = all ? null : find(house.bindings().of(aor, nowMs), asked);
    for (Binding each : house.bindings().of(aor, nowMs)) {
      if ((kept == null || each.id() != kept.id()) && replaces(asked, each)) {
        house.bindings().remove(aor, each.id());
      }
    }
  }

  private void store(
      AddressOfRecord aor,
      ContactIterator asked,
      SipRequest request,
      Flow flow,
      Upstream upstream,
      long seconds) {
    long nowMs = house.nowMs();
    Binding known = find(house.bindings().of(aor, nowMs), asked);
    house
        .bindings()
        .put(
            aor,
            new Binding(
                known == null ? 0 : known.id(),
                asked.uri(),
                asked.q(),
                path(request),
                new Device(asked.instance(), asked.regId(), agent(request)),
                new Renewal(callId(request), request.cseq(), nowMs, nowMs + seconds * 1000),
                origin(flow, behindNat(request, flow, asked)),
                upstream));
  }

  /** The binding that a Contact renews or replaces, that of its own URI first; null for none. */
  static @Nullable Binding find(List<Binding> bindings, ContactIterator asked) {
    Binding device = null;
    for (Binding each : bindings) {
      if (asked.isUri(each.contact())) {
        return each;
      }
      if (device == null && replaces(asked, each)) {
        device = each;
      }
    }
    return device;
  }

  private static boolean replaces(ContactIterator asked, Binding each) {
    Device device = each.device();
    return asked.isUri(each.contact())
        || device.instance().length > 0
            && asked.isInstance(device.instance())
            && asked.regId() == device.regId();
  }

  /** A backend refused what it had accepted: no renewal is absorbed until it accepts again. */
  void refused(AddressOfRecord aor, SipRequest request, Flow flow) {
    long nowMs = house.nowMs();
    ContactIterator asked = new ContactIterator(request);
    while (asked.next() && !asked.wildcard()) {
      for (Binding each : house.bindings().of(aor, nowMs)) {
        if (asked.isUri(each.contact()) && isOver(each.origin(), flow)) {
          lost(aor, each);
        }
      }
    }
  }

  /** The backend does not have the binding, or no longer: the next renewal goes to it. */
  void lost(AddressOfRecord aor, Binding binding) {
    if (binding.upstream().expiresMs() != 0) {
      house
          .bindings()
          .put(aor, binding.withUpstream(new Upstream(binding.upstream().backend(), 0)));
    }
  }

  /** A renewal, or a device's leaving, was answered without asking upstream. */
  void absorbed(AddressOfRecord aor, SipRequest request, long seconds) {
    ContactIterator asked = new ContactIterator(request);
    List<Binding> bindings = house.bindings().of(aor, house.nowMs());
    while (asked.next()) {
      Binding known = find(bindings, asked);
      if (known != null && asked.removes()) {
        house.bindings().remove(aor, known.id());
      } else if (known != null) {
        renewed(aor, known, request, seconds);
      }
    }
  }

  private void renewed(AddressOfRecord aor, Binding binding, SipRequest request, long seconds) {
    long nowMs = house.nowMs();
    house
        .bindings()
        .put(
            aor,
            new Binding(
                binding.id(),
                binding.contact(),
                binding.q(),
                binding.path(),
                binding.device(),
                new Renewal(callId(request), request.cseq(), nowMs, nowMs + seconds * 1000),
                binding.origin(),
                binding.upstream()));
  }

  /** How many bindings there would be behind a request. */
  static int left(List<Binding> bindings, SipRequest request) {
    int left = bindings.size() + added(bindings, request);
    ContactIterator asked = new ContactIterator(request);
    while (asked.next()) {
      if (asked.wildcard()) {
        return 0;
      }
      left -= asked.removes() && find(bindings, asked) != null ? 1 : 0;
    }
    return left;
  }

  /** How many of the request's Contacts would be new bindings. */
  static int added(List<Binding> bindings, SipRequest request) {
    int added = 0;
    ContactIterator asked = new ContactIterator(request);
    while (asked.next() && !asked.wildcard()) {
      added += asked.removes() || find(bindings, asked) != null ? 0 : 1;
    }
    return added;
  }

  long callId(SipRequest request) {
    return house
        .registrar()
        .keys()
        .branchHash()
        .hash(request.bytes(), request.callIdFrom(), request.callIdTo());
  }

  /** True when the binding was registered over that very flow. */
  static boolean isOver(Origin origin, Flow flow) {
    return origin.remote().equals(flow.remote())
        && origin.connection() == flow.connection()
        && origin.listener().equals(flow.listener().name());
  }

  private Origin origin(Flow flow, boolean nat) {
    return new Origin(
        flow.listener().name(),
        flow.transport().name(),
        flow.remote(),
        flow.connection(),
        nat,
        house.node());
  }

  // Behind a Path the proxy it names finds the way.
  private boolean behindNat(SipRequest request, Flow flow, ContactIterator asked) {
    if (request.has(HeaderName.PATH)) {
      return false;
    }
    boolean outbound = asked.regId() > 0 && !flow.transport().reliable();
    return outbound
        || !one.parse(request.bytes(), asked.uriFrom(), asked.uriTo())
        || NatDetection.between(flow, request, one, !NatDetection.isDirect(request));
  }

  /** The values of Path, joined by commas. */
  static byte[] path(SipRequest request) {
    int first = request.first(HeaderName.PATH);
    if (first < 0) {
      return Binding.NONE;
    }
    ByteArrayOutputStream joined = new ByteArrayOutputStream(64);
    for (int i = first; i >= 0; i = request.next(HeaderName.PATH, i)) {
      if (joined.size() > 0) {
        joined.write(',');
      }
      joined.write(
          request.bytes(), request.valueStart(i), request.valueEnd(i) - request.valueStart(i));
    }
    return joined.toByteArray();
  }

  private static String agent(SipRequest request) {
    int i = request.first(HeaderName.USER_AGENT);
    if (i < 0) {
      return "";
    }
    int from = request.valueStart(i);
    return Ascii.text(request.bytes(), from, Math.min(request.valueEnd(i), from + AGENT));
  }
}
