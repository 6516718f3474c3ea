// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import io.fairlead.config.NoSettings;
import io.fairlead.config.Plugin;
import io.fairlead.pool.Backend;

/** Sends OPTIONS (RFC 3261 §11). Owned by one loop. */
final class OptionsCheck implements HealthCheck {
  static final Plugin<NoSettings, CheckTools, HealthCheck> KIND =
      new Plugin<>(
          "OPTIONS",
          "Sends OPTIONS; any final answer means the backend lives, 503 that it is full.",
          NoSettings.class,
          OptionsCheck::new);

  private final CheckTools tools;

  private OptionsCheck(NoSettings settings, CheckTools tools) {
    this.tools = tools;
  }

  @Override
  public void probe(Backend backend, ProbeListener listener) {
    tools.prober().options(backend, tools.timeoutNs(), listener);
  }
}
