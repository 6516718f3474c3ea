// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.guard.Guard;
import io.fairlead.loop.Loop;
import io.fairlead.registrar.RegistrarObserver;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;

/**
 * Tells the guard at once where somebody has registered, and whoever else wants to hear of
 * bindings.
 *
 * <p>Owned by one loop.
 */
final class RegistrationTrust implements RegistrarObserver {
  private final RegistrarObserver next;
  private final Guard guard;
  private final Loop loop;

  RegistrationTrust(RegistrarObserver next, Guard guard, Loop loop) {
    this.next = next;
    this.guard = guard;
    this.loop = loop;
  }

  @Override
  public void onRegistered(AddressOfRecord aor, Binding binding) {
    trust(binding);
    next.onRegistered(aor, binding);
  }

  @Override
  public boolean hearsRenewals() {
    return next.hearsRenewals();
  }

  @Override
  public void onRenewed(AddressOfRecord aor, Binding before, Binding now) {
    trust(now);
    next.onRenewed(aor, before, now);
  }

  @Override
  public void onRemoved(AddressOfRecord aor, Binding binding, String why) {
    next.onRemoved(aor, binding, why);
  }

  @Override
  public void onGone(AddressOfRecord aor, Binding binding, String why) {
    next.onGone(aor, binding, why);
  }

  private void trust(Binding binding) {
    long source = io.fairlead.net.SourceKey.of(binding.origin().remote().getAddress());
    guard.gate().trusted().proven(source, loop.nowNs());
  }
}
