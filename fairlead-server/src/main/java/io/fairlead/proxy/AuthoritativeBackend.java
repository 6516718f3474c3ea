// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.pool.Backend;
import io.fairlead.store.Binding;
import java.util.List;

/**
 * The one backend that can answer a request, since it knows the registered user called or has the
 * dialog that the request names. When it is no way to the user, the devices themselves may be.
 *
 * <p>Owned by one loop.
 *
 * @param backend which is asked first
 * @param devices the user's bindings, best first; given away when they are asked
 * @param direct whether they may be asked
 */
record AuthoritativeBackend(Backend backend, List<Binding> devices, boolean direct) {
  /** Of a dialog: nobody else knows of it. */
  static AuthoritativeBackend of(Backend backend) {
    return new AuthoritativeBackend(backend, List.of(), false);
  }
}
