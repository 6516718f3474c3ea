// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.Bindings;

/** Hears of every change of bindings, on the loop that owns the address of record. */
public interface RegistrarObserver extends Bindings.Observer {
  /** Hears nothing. */
  RegistrarObserver NONE =
      new RegistrarObserver() {
        @Override
        public void onRegistered(AddressOfRecord aor, Binding binding) {}

        @Override
        public boolean hearsRenewals() {
          return false;
        }

        @Override
        public void onRenewed(AddressOfRecord aor, Binding before, Binding now) {}

        @Override
        public void onRemoved(AddressOfRecord aor, Binding binding, String why) {}

        @Override
        public void onGone(AddressOfRecord aor, Binding binding, String why) {}
      };

  /** A new binding. */
  void onRegistered(AddressOfRecord aor, Binding binding);

  /**
   * False when {@link #onRenewed} need not be told of renewals that change nothing but the times:
   * then they cost less.
   */
  default boolean hearsRenewals() {
    return true;
  }

  /** A binding was renewed, perhaps with another Contact or over another flow. */
  void onRenewed(AddressOfRecord aor, Binding before, Binding now);

  /**
   * A REGISTER ended a binding.
   *
   * @param why {@code removed} by its device or {@code replaced} by a newer one of the same
   */
  void onRemoved(AddressOfRecord aor, Binding binding, String why);
}
