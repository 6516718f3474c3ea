// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.registrar.RegistrarObserver;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;

/**
 * Tells the registrars behind us of bindings that end without a REGISTER, and passes everything on.
 *
 * <p>Owned by one loop.
 */
public final class UpstreamDeregistration implements RegistrarObserver {
  private final RegistrarObserver next;
  private final UpstreamRegistrars upstreams;

  /**
   * @param next who hears of everything
   * @param upstreams those of the same loop
   */
  public UpstreamDeregistration(RegistrarObserver next, UpstreamRegistrars upstreams) {
    this.next = next;
    this.upstreams = upstreams;
  }

  @Override
  public void onRegistered(AddressOfRecord aor, Binding binding) {
    next.onRegistered(aor, binding);
  }

  @Override
  public boolean hearsRenewals() {
    return next.hearsRenewals();
  }

  @Override
  public void onRenewed(AddressOfRecord aor, Binding before, Binding now) {
    next.onRenewed(aor, before, now);
  }

  @Override
  public void onRemoved(AddressOfRecord aor, Binding binding, String why) {
    next.onRemoved(aor, binding, why);
  }

  @Override
  public void onGone(AddressOfRecord aor, Binding binding, String why) {
    next.onGone(aor, binding, why);
    upstreams.gone(aor, binding);
  }
}
