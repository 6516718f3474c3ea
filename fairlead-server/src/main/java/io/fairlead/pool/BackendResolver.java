// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.dns.LocatedServers;
import io.fairlead.loop.Loop;
import java.util.function.Consumer;

/** Looks up what servers the host name of a backend stands for. Shared: see docs/ownership.md. */
@FunctionalInterface
public interface BackendResolver {
  /** Tells on the loop, once; it may take long. */
  void servers(BackendUri uri, Loop loop, Consumer<LocatedServers> then);
}
