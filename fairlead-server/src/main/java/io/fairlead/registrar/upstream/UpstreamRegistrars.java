// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.registrar.RegisterHandler;
import io.fairlead.registrar.RegistrarMode;
import io.fairlead.registrar.RegistrarPolicy;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.registrar.Registrars;
import io.fairlead.registrar.auth.RegistrarAuthentication;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The registrars behind us as one loop knows them: makes their cores, and tells them what becomes
 * of backends and bindings.
 *
 * <p>Owned by one loop.
 */
public final class UpstreamRegistrars implements Registrars.Behind {
  private final UpstreamDependencies house;
  private final Map<String, UpstreamRegistrar> byName = new HashMap<>();
  private final PendingRegisters traffic;
  private Map<String, RegistrarAuthentication> authentications = Map.of();

  /**
   * @param house what they are built of
   */
  public UpstreamRegistrars(UpstreamDependencies house) {
    this.house = house;
    this.traffic = new PendingRegisters(house.log());
  }

  /** From now on no REGISTER is sent on: each gets 503. */
  public void drain() {
    traffic.drain();
  }

  /** REGISTERs sent on that have no final answer yet. A reading from another thread may be old. */
  public int unfinished() {
    return traffic.unfinished();
  }

  @Override
  public RegisterHandler core(String name, RegistrarSettings settings) {
    UpstreamRegistrar made =
        new UpstreamRegistrar(
            house,
            new UpstreamRegistrar.Named(name, settings),
            traffic,
            () -> authentications.get(name));
    byName.put(name, made);
    return made;
  }

  /** Takes what a policy says, and forgets the registrars that it no longer has. */
  public void keep(RegistrarPolicy policy) {
    Map<String, RegistrarSettings> registrars = policy.registrars();
    authentications = policy.authentications();
    byName.values().removeIf(each -> !each.settings().equals(registrars.get(each.name())));
  }

  /** A backend came back, perhaps empty; what it had is being looked up. */
  public void returned(String pool, String backend) {
    of(pool).forEach(each -> each.returned(backend));
  }

  /** A backend that came back had bindings of these. */
  public void had(String pool, String backend, List<AddressOfRecord> aors) {
    for (UpstreamRegistrar each : of(pool)) {
      each.had(backend, aors.stream().filter(aor -> serves(each.settings(), aor)).toList());
    }
  }

  /** A backend is down. */
  public void lost(String pool, String backend) {
    of(pool).forEach(each -> each.lost(backend));
  }

  /** A binding has ended other than by a REGISTER. */
  public void gone(AddressOfRecord aor, Binding binding) {
    for (UpstreamRegistrar each : byName.values()) {
      if (serves(each.settings(), aor)) {
        each.gone(aor, binding);
      }
    }
  }

  private List<UpstreamRegistrar> of(String pool) {
    List<UpstreamRegistrar> found = new ArrayList<>();
    for (UpstreamRegistrar each : byName.values()) {
      if (Objects.equals(each.settings().pool(), pool)) {
        found.add(each);
      }
    }
    return found;
  }

  /** True when the registrar is one behind us and serves the domain. */
  static boolean serves(RegistrarSettings settings, AddressOfRecord aor) {
    String text = aor.toString();
    String host = text.substring(text.lastIndexOf('@') + 1);
    return settings.mode() != RegistrarMode.LOCAL
        && settings.domains().stream().anyMatch(d -> d.toLowerCase(Locale.ROOT).equals(host));
  }
}
