// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.route.Route;
import io.fairlead.route.Router;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.transport.Flow;
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
    RegisterCore core(String name, RegistrarSettings settings);
  }

  private record Named(RegistrarSettings settings, RegisterCore core) {}

  private final RegistrarHouse house;
  private final Behind behind;
  private final Answers answers;
  private final OwnNames names;
  private final SipUri to = new SipUri();
  private Map<String, Named> byName = Map.of();
  private Router router;

  /** The registrars that a configuration names. */
  public Registrars(
      RegistrarHouse house,
      Behind behind,
      Router router,
      Map<String, RegistrarSettings> registrars) {
    this.house = house;
    this.behind = behind;
    this.names = new OwnNames(house.wire().listeners());
    this.answers = new Answers(house);
    this.router = router;
    reload(router, registrars);
  }

  /** Swaps routes and settings; a registrar whose settings stay keeps what it knows. */
  public void reload(Router newRouter, Map<String, RegistrarSettings> registrars) {
    Map<String, Named> next = new HashMap<>();
    registrars.forEach((name, settings) -> {
      Named known = byName.get(name);
      next.put(
          name,
          known != null && known.settings.equals(settings)
              ? known
              : new Named(settings, core(name, settings)));
    });
    byName = next;
    router = newRouter;
  }

  private RegisterCore core(String name, RegistrarSettings settings) {
    return switch (settings.mode()) {
      case LOCAL -> new Registrar(house, answers, name, settings);
      case FORWARD, MID -> behind.core(name, settings);
    };
  }

  /**
   * Takes a REGISTER whose route leads to a registrar; on the loop that owns its address of record.
   *
   * @param request borrowed
   * @return false when it is for somebody else, or claims a dialog
   */
  public boolean take(Flow flow, SipRequest request) {
    if (byName.isEmpty() || request.hasToTag() || !names.routesOnlyHere(request)) {
      return false;
    }
    Route route = router.route(request, flow);
    String name = route == null ? null : route.registrar();
    Named named = name == null ? null : byName.get(name);
    if (named == null) {
      return false;
    }
    AddressOfRecord aor = addressOfRecord(request);
    if (aor == null) {
      answers.refuse(flow, request, 400, "");
    } else {
      named.core.onRegister(flow, request, aor);
    }
    return true;
  }

  private @Nullable AddressOfRecord addressOfRecord(SipRequest request) {
    return to.parse(request.bytes(), request.toUriFrom(), request.toUriTo())
        ? AddressOfRecord.of(to)
        : null;
  }
}
