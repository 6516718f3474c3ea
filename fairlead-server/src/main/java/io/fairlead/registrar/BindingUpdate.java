// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.dialog.NatDetection;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipRequest;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.BindingDraft;
import io.fairlead.store.Bindings;
import io.fairlead.transport.Flow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes the bindings as a REGISTER asks, all of it or nothing (RFC 3261 §10.3 steps 6 and 7).
 *
 * <p>Owned by one loop.
 */
final class BindingUpdate {
  /** What became of it. */
  enum Outcome {
    CHANGED,
    /** The same REGISTER changed them before. */
    REPEATED,
    /** Older than the REGISTER that made a binding. */
    OUT_OF_ORDER,
    TOO_MANY,
    FULL
  }

  /**
   * A REGISTER that may change bindings.
   *
   * @param path the Path to keep
   * @param firstHop the source is the device itself or its NAT
   * @param nowMs epoch milliseconds
   */
  record Asked(
      Flow flow,
      SipRequest request,
      AddressOfRecord aor,
      byte[] path,
      boolean firstHop,
      long callIdHash,
      long nowMs) {}

  private static final int MAX_AGENT = 64;

  private final Bindings table;
  private final int node;
  private final RegistrarObserver observer;
  private final RegistrarLog log;
  private final int maxContacts;
  private final BindingMatch matching = new BindingMatch();
  private final BindingDraft draft = new BindingDraft();
  private List<Binding> current = List.of();

  BindingUpdate(RegistrarDependencies house, RegistrarLog log, int maxContacts) {
    this.table = house.bindings();
    this.node = house.nodes().own();
    this.observer = house.observer();
    this.log = log;
    this.maxContacts = maxContacts;
  }

  /** All bindings there are behind a REGISTER that changed or repeated something. */
  List<Binding> current() {
    return current;
  }

  /** Does it. */
  Outcome apply(Asked asked, RegisterContactReader contacts) {
    List<Binding> known = table.of(asked.aor, asked.nowMs);
    current = known;
    return contacts.star() ? removeAll(asked, known) : each(asked, contacts, known);
  }

  /**
   * Does it when the REGISTER has one Contact and says nothing new of the only binding there is;
   * this is what nearly all do. {@link #current} is not set.
   *
   * @return false when it says more; nothing has changed then
   */
  boolean renew(Asked asked, RegisterContactReader contacts) {
    if (contacts.count() != 1
        || contacts.get(0).granted == 0
        || observer.hearsRenewals()
        || log.tellsRenewals()) {
      return false;
    }
    RequestedContact wanted = contacts.get(0);
    SipRequest r = asked.request;
    byte[] bytes = r.bytes();
    draft.begin(asked.aor, origin(asked, wanted));
    draft.contact(bytes, wanted.uriFrom, wanted.uriTo, wanted.q);
    draft.path(asked.path);
    draft.device(bytes, wanted.instanceFrom, wanted.instanceTo, wanted.regId);
    int agent = r.first(HeaderName.USER_AGENT);
    draft.agent(bytes, agent < 0 ? 0 : r.valueStart(agent), agent < 0 ? 0 : agentTo(r, agent));
    if (!table.renew(asked.aor, draft, renewal(asked, wanted))) {
      return false;
    }
    log.renewed();
    return true;
  }

  private static int agentTo(SipRequest r, int header) {
    return Math.min(r.valueEnd(header), r.valueStart(header) + MAX_AGENT);
  }

  private static Binding.Renewal renewal(Asked asked, RequestedContact wanted) {
    return new Binding.Renewal(
        asked.callIdHash, asked.request.cseq(), asked.nowMs, asked.nowMs + wanted.granted * 1000);
  }

  private Outcome removeAll(Asked asked, List<Binding> known) {
    for (int i = 0; i < known.size(); i++) {
      Outcome order = order(asked, known.get(i));
      if (order != Outcome.CHANGED) {
        return order;
      }
    }
    for (int i = 0; i < known.size(); i++) {
      removed(asked.aor, known.get(i));
    }
    current = List.of();
    return Outcome.CHANGED;
  }

  private Outcome each(Asked asked, RegisterContactReader contacts, List<Binding> known) {
    matching.match(asked.request, contacts, known, asked.callIdHash);
    boolean repeated = false;
    int made = 0;
    int after = known.size();
    for (int i = 0; i < contacts.count(); i++) {
      RequestedContact wanted = contacts.get(i);
      Outcome order = wanted.known < 0 ? Outcome.CHANGED : order(asked, known.get(wanted.known));
      if (order == Outcome.OUT_OF_ORDER) {
        return order;
      }
      repeated |= order == Outcome.REPEATED;
      made += wanted.known < 0 && wanted.granted > 0 ? 1 : 0;
      after -= wanted.known >= 0 && wanted.granted == 0 ? 1 : 0;
    }
    if (repeated) {
      return Outcome.REPEATED;
    }
    for (int b = 0; b < known.size(); b++) {
      after -= matching.replaced(b) ? 1 : 0;
    }
    if (made > 0 && after + made > maxContacts) {
      return Outcome.TOO_MANY;
    }
    return commit(asked, contacts, known);
  }

  // RFC 3261 §10.3 step 7: within one Call-ID a REGISTER must be newer.
  private static Outcome order(Asked asked, Binding known) {
    long before = known.renewal().cseq();
    long now = asked.request.cseq();
    if (known.renewal().callIdHash() != asked.callIdHash || now > before) {
      return Outcome.CHANGED;
    }
    return now == before ? Outcome.REPEATED : Outcome.OUT_OF_ORDER;
  }

  private Outcome commit(Asked asked, RegisterContactReader contacts, List<Binding> known) {
    @Nullable Binding[] stored = new Binding[contacts.count()];
    for (int i = 0; i < stored.length; i++) {
      RequestedContact wanted = contacts.get(i);
      if (wanted.granted > 0) {
        Binding binding = binding(asked, wanted, wanted.known < 0 ? null : known.get(wanted.known));
        long id = table.put(asked.aor, binding);
        if (id == 0) {
          undo(asked.aor, contacts, known, stored);
          return Outcome.FULL;
        }
        stored[i] = binding.withId(id);
      }
    }
    for (int i = 0; i < stored.length; i++) {
      RequestedContact wanted = contacts.get(i);
      announce(asked.aor, wanted.known < 0 ? null : known.get(wanted.known), stored[i]);
    }
    for (int b = 0; b < known.size(); b++) {
      if (matching.replaced(b)) {
        Binding old = known.get(b);
        table.remove(asked.aor, old.id());
        log.replaced(asked.aor, old);
        observer.onRemoved(asked.aor, old, "replaced");
      }
    }
    current = after(contacts, known, stored);
    return Outcome.CHANGED;
  }

  // As the table would show it, the one renewed last first, without reading it again.
  private List<Binding> after(
      RegisterContactReader contacts, List<Binding> known, @Nullable Binding[] stored) {
    if (stored.length == 1 && stored[0] != null && untouched(contacts, known) == 0) {
      return List.of(stored[0]);
    }
    List<Binding> after = new ArrayList<>(stored.length + known.size());
    for (Binding binding : stored) {
      if (binding != null) {
        after.add(binding);
      }
    }
    for (int b = 0; b < known.size(); b++) {
      if (isUntouched(contacts, b)) {
        after.add(known.get(b));
      }
    }
    return after;
  }

  private int untouched(RegisterContactReader contacts, List<Binding> known) {
    int count = 0;
    for (int b = 0; b < known.size(); b++) {
      count += isUntouched(contacts, b) ? 1 : 0;
    }
    return count;
  }

  private boolean isUntouched(RegisterContactReader contacts, int known) {
    if (matching.replaced(known)) {
      return false;
    }
    for (int i = 0; i < contacts.count(); i++) {
      if (contacts.get(i).known == known) {
        return false;
      }
    }
    return true;
  }

  private void undo(
      AddressOfRecord aor,
      RegisterContactReader contacts,
      List<Binding> known,
      @Nullable Binding[] stored) {
    for (int i = 0; i < stored.length; i++) {
      Binding binding = stored[i];
      int before = contacts.get(i).known;
      if (binding != null && before < 0) {
        table.remove(aor, binding.id());
      } else if (binding != null) {
        table.put(aor, known.get(before));
      }
    }
  }

  private void announce(AddressOfRecord aor, @Nullable Binding before, @Nullable Binding now) {
    if (before == null && now != null) {
      log.registered(aor, now);
      observer.onRegistered(aor, now);
    } else if (before != null && now != null) {
      log.renewed(aor, before, now);
      observer.onRenewed(aor, before, now);
    } else if (before != null) {
      removed(aor, before);
    }
  }

  private void removed(AddressOfRecord aor, Binding binding) {
    table.remove(aor, binding.id());
    log.removed(aor, binding);
    observer.onRemoved(aor, binding, "removed");
  }

  private Binding binding(Asked asked, RequestedContact wanted, @Nullable Binding known) {
    byte[] bytes = asked.request.bytes();
    byte[] contact = Arrays.copyOfRange(bytes, wanted.uriFrom, wanted.uriTo);
    return new Binding(
        known == null ? 0 : known.id(),
        contact,
        wanted.q,
        asked.path,
        device(asked.request, wanted, known),
        renewal(asked, wanted),
        origin(asked, wanted),
        Binding.Upstream.NOBODY);
  }

  private static Binding.Device device(
      SipRequest r, RequestedContact wanted, @Nullable Binding known) {
    byte[] instance =
        wanted.hasInstance()
            ? Arrays.copyOfRange(r.bytes(), wanted.instanceFrom, wanted.instanceTo)
            : Binding.NONE;
    int i = r.first(HeaderName.USER_AGENT);
    String agent = "";
    if (i >= 0) {
      agent = Ascii.text(r.bytes(), r.valueStart(i), agentTo(r, i));
    } else if (known != null) {
      agent = known.device().agent();
    }
    return new Binding.Device(instance, wanted.regId, agent);
  }

  private Binding.Origin origin(Asked asked, RequestedContact wanted) {
    Flow flow = asked.flow;
    boolean relayed = !asked.firstHop;
    // Behind a Path the proxy it names finds the way.
    boolean nat =
        asked.path.length == 0
            && (outbound(flow, wanted)
                || NatDetection.between(flow, asked.request, wanted.uri, relayed));
    return new Binding.Origin(
        flow.listener().name(),
        flow.transport().name(),
        flow.remote(),
        flow.connection(),
        nat,
        node);
  }

  // RFC 5626 §7: a numbered flow is the way. A connection says that by itself.
  private static boolean outbound(Flow flow, RequestedContact wanted) {
    return wanted.regId > 0 && !flow.transport().reliable();
  }
}
