// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.observe.RefusalCause;
import io.fairlead.registrar.auth.Authenticator;
import io.fairlead.registrar.auth.RegistrarAuthentication;
import io.fairlead.route.Route;
import io.fairlead.route.Router;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.transport.Flow;
import io.fairlead.transport.OwnHostNames;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The registrars of one loop, by name: finds the one whose route takes a REGISTER.
 *
 * <p>Owned by one loop.
 */
public final class Registrars {
  /** Makes what answers for the modes forward and mid. */
  public interface Behind {
    /** For the registrar of that name; on its loop, also at a reload. */
    RegisterHandler core(String name, RegistrarSettings settings);
  }

  private record Named(RegistrarSettings settings, RegisterHandler core) {}

  private final RegistrarDependencies house;
  private final Behind behind;
  private final RegisterResponses answers;
  private final OwnHostNames names;
  private final SipUri to = new SipUri();
  private final NameAddr element = new NameAddr();
  private final SipUri hop = new SipUri();
  private Map<String, Named> byName = Map.of();
  private Map<String, RegistrarAuthentication> authentications = Map.of();
  private Router router;

  /** The registrars that a configuration names. */
  public Registrars(RegistrarDependencies house, Behind behind, RegistrarPolicy policy) {
    this.house = house;
    this.behind = behind;
    this.names = new OwnHostNames(house.wire().listeners());
    this.answers = new RegisterResponses(house);
    this.router = policy.router();
    reload(policy);
  }

  /** Swaps routes and settings; a registrar whose settings stay keeps what it knows. */
  public void reload(RegistrarPolicy policy) {
    authentications = policy.authentications();
    Map<String, Named> next = new HashMap<>();
    policy
        .registrars()
        .forEach((name, settings) -> {
          Named known = byName.get(name);
          next.put(
              name,
              known != null && known.settings.equals(settings)
                  ? known
                  : new Named(settings, core(name, settings)));
        });
    byName = next;
    router = policy.router();
  }

  private RegisterHandler core(String name, RegistrarSettings settings) {
    RegisterHandler core = byMode(name, settings);
    PartitionSettings partition = settings.partition();
    return partition == null
        ? core
        : new PartitionedRegistrar(
            core, new NodePartitioner(partition, house.nodes()), house, answers);
  }

  private RegisterHandler byMode(String name, RegistrarSettings settings) {
    return switch (settings.mode()) {
      case LOCAL ->
          new Registrar(
              house,
              names,
              answers,
              settings,
              new RegistrarLog(house.meters(), name),
              authenticator(name));
      case FORWARD, MID -> behind.core(name, settings);
    };
  }

  private @Nullable Authenticator authenticator(String name) {
    RegistrarAuthentication shared = authentications.get(name);
    return shared == null ? null : shared.on(house.loop(), house.offences());
  }

  private void refuse(Flow flow, SipRequest request, RefusalCause cause) {
    answers.begin(flow, request, cause.status(), cause.reason());
    answers.send(flow, request);
  }

  /**
   * Takes a REGISTER whose route leads to a registrar; on the loop that owns its address of record.
   *
   * @param request borrowed
   * @return false when it is for somebody else, or claims a dialog
   */
  public boolean take(Flow flow, SipRequest request) {
    if (byName.isEmpty() || request.hasToTag() || !routesOnlyHere(request)) {
      return false;
    }
    Route route = router.route(request, flow);
    String name = route == null ? null : route.registrar();
    Named named = name == null ? null : byName.get(name);
    if (route == null || named == null) {
      return false;
    }
    AddressOfRecord aor = addressOfRecord(request);
    if (aor == null) {
      refuse(flow, request, RefusalCause.BAD_REGISTRATION);
    } else {
      named.core.onRegister(flow, request, aor, route);
    }
    return true;
  }

  // RFC 3261 §16.4: what we added, or a device was told to use. A Route that leads on, or breaks
  // the
  // grammar, is for a proxy to judge.
  private boolean routesOnlyHere(SipRequest request) {
    byte[] bytes = request.bytes();
    for (int i = request.first(HeaderName.ROUTE); i >= 0; i = request.next(HeaderName.ROUTE, i)) {
      int from = request.valueStart(i);
      while (from >= 0) {
        if (!element.parse(bytes, from, request.valueEnd(i))
            || !hop.parse(bytes, element.uriFrom(), element.uriTo())
            || !names.is(hop)) {
          return false;
        }
        from = element.nextElement(request.valueEnd(i));
      }
    }
    return true;
  }

  private @Nullable AddressOfRecord addressOfRecord(SipRequest request) {
    return to.parse(request.bytes(), request.toUriFrom(), request.toUriTo())
        ? AddressOfRecord.of(to)
        : null;
  }
}
