// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

/** How a backend is. Immutable. */
public enum HealthState {
  /** Takes calls. */
  HEALTHY("takes calls"),
  /** Takes calls, but its last check failed. */
  DEGRADED("takes calls, but its last check failed"),
  /** Lives but has no room: it said 503, or is paused or full as it says of itself. */
  SATURATED("lives but has no room (503, paused, full): no new calls until it has"),
  /** Set aside because calls to it failed, whatever its checks say. */
  EJECTED("set aside because calls to it failed"),
  /** Does not answer. */
  DOWN("does not answer"),
  /** An operator's order, or it shuts down by itself: no new calls, living ones go on. */
  DRAINING("by order, or because it shuts down: no new calls, living ones go on"),
  /** An operator's order: no new calls, and expected to be off. */
  MAINTENANCE("by order: no new calls, expected to be off");

  private final String doc;

  HealthState(String doc) {
    this.doc = doc;
  }

  /** What it means, for the reference page. */
  public String doc() {
    return doc;
  }

  /** True when new calls go to it. */
  public boolean takesCalls() {
    return this == HEALTHY || this == DEGRADED;
  }

  /** True when it lives, though it may be full for a moment. */
  public boolean alive() {
    return takesCalls() || this == SATURATED;
  }

  /** True when it may still answer for the calls it has: an order takes no call from it. */
  public boolean keepsCalls() {
    return this != DOWN;
  }

  /** True when an operator took it out, at Fairlead or at the backend itself. */
  public boolean byOrder() {
    return this == DRAINING || this == MAINTENANCE;
  }
}
