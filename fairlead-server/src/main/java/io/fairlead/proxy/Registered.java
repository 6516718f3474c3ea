// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.pool.Backend;
import io.fairlead.store.Binding;
import java.util.List;

/**
 * A registered user whom a backend knows: that one is asked first, and when it is no way, the
 * devices themselves.
 *
 * <p>Owned by one loop.
 *
 * @param backend which has the user
 * @param devices their bindings, best first; given away when they are asked
 * @param direct whether they may be asked
 */
record Registered(Backend backend, List<Binding> devices, boolean direct) {}
