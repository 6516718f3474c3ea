// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.guard.gate.TrustedSources;
import io.fairlead.loop.Loop;
import io.fairlead.net.SourceKey;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.BindingDraft;
import io.fairlead.store.Bindings;
import java.util.List;
import java.util.function.Consumer;

/**
 * The bindings as the registrars of a loop have them: the guard hears at once where somebody has
 * registered, whatever the registrar's mode.
 *
 * <p>Owned by one loop.
 */
final class TrustingBindings implements Bindings {
  private final Bindings bindings;
  private final TrustedSources trusted;
  private final Loop loop;

  TrustingBindings(Bindings bindings, TrustedSources trusted, Loop loop) {
    this.bindings = bindings;
    this.trusted = trusted;
    this.loop = loop;
  }

  @Override
  public long put(AddressOfRecord aor, Binding binding) {
    trusted.proven(SourceKey.of(binding.origin().remote().getAddress()), loop.nowNs());
    return bindings.put(aor, binding);
  }

  @Override
  public int owner(AddressOfRecord aor) {
    return bindings.owner(aor);
  }

  @Override
  public List<Binding> of(AddressOfRecord aor, long nowMs) {
    return bindings.of(aor, nowMs);
  }

  @Override
  public boolean has(AddressOfRecord aor, long nowMs) {
    return bindings.has(aor, nowMs);
  }

  @Override
  public boolean renew(AddressOfRecord aor, BindingDraft said, Binding.Renewal renewal) {
    return bindings.renew(aor, said, renewal);
  }

  @Override
  public void remove(AddressOfRecord aor, long id) {
    bindings.remove(aor, id);
  }

  @Override
  public long size() {
    return bindings.size();
  }

  @Override
  public long addresses() {
    return bindings.addresses();
  }

  @Override
  public void forEach(long nowMs, Visitor visitor) {
    bindings.forEach(nowMs, visitor);
  }

  @Override
  public int sweep(int index, long nowMs, int limit, Consumer<Due> visitor) {
    return bindings.sweep(index, nowMs, limit, visitor);
  }

  @Override
  public boolean alive(AddressOfRecord aor, long id, int rttMs) {
    return bindings.alive(aor, id, rttMs);
  }
}
