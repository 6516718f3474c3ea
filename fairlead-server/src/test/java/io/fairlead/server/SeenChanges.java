// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.registrar.RegistrarObserver;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Changes of bindings, in words. Owned by the test's thread. */
final class SeenChanges implements RegistrarObserver {
  final List<String> lines = new ArrayList<>();

  private static String contact(Binding binding) {
    return new String(binding.contact(), StandardCharsets.US_ASCII);
  }

  @Override
  public void onRegistered(AddressOfRecord aor, Binding binding) {
    lines.add(aor + " registered " + contact(binding));
  }

  @Override
  public void onRenewed(AddressOfRecord aor, Binding before, Binding now) {
    lines.add(aor + " renewed " + contact(before) + " as " + contact(now));
  }

  @Override
  public void onRemoved(AddressOfRecord aor, Binding binding, String why) {
    lines.add(aor + " " + why + " " + contact(binding));
  }

  @Override
  public void onGone(AddressOfRecord aor, Binding binding, String why) {
    lines.add(aor + " " + why + " " + contact(binding));
  }
}
