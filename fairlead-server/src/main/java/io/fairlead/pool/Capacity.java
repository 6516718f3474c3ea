// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.freeswitch.HeartbeatFigures;
import org.jspecify.annotations.Nullable;

/**
 * How much one backend takes, and what holds a call back that would be too much: max-calls, what
 * FreeSWITCH says of its sessions, max-cps, resources, the ramp of one that came back. Shared: see
 * docs/ownership.md.
 */
final class Capacity {
  /** What {@link #limit} gives when there is none. */
  static final int UNLIMITED = Integer.MAX_VALUE;

  private final LoadCounters cells;
  private final int slot;
  private final SlowStart ramp = new SlowStart();
  private final CallRateLimiter pace = new CallRateLimiter();
  private final BackendResources resources = new BackendResources();
  private volatile int maxCalls = UNLIMITED;
  private volatile @Nullable HeartbeatFigures figures;
  private volatile double idleCpu;

  /**
   * @param cells where its live calls are counted
   * @param slot its own place there
   */
  Capacity(LoadCounters cells, int slot) {
    this.cells = cells;
    this.slot = slot;
  }

  /** Takes the settings of a reload. */
  void use(BackendSettings next) {
    Integer limit = next.maxCalls();
    maxCalls = limit == null ? UNLIMITED : limit;
    pace.perSecond(next.maxCps() == null ? 0 : next.maxCps());
    resources.has(next.resources());
  }

  /** Counts idle CPU below this percentage as load; 0 for never. */
  void idleCpu(double percentage) {
    idleCpu = percentage;
  }

  /** Its max-calls. */
  int limit() {
    return maxCalls;
  }

  /** True when it has max-calls live calls. */
  boolean full() {
    return maxCalls != UNLIMITED && cells.load(slot) >= maxCalls;
  }

  /** What FreeSWITCH says; null as long as it has said nothing. */
  @Nullable HeartbeatFigures figures() {
    return figures;
  }

  /**
   * FreeSWITCH says this, or its event socket is gone for good; on the home loop.
   *
   * @return true when {@link #size} is another now
   */
  boolean figures(@Nullable HeartbeatFigures next) {
    int before = size();
    figures = next;
    return size() != before;
  }

  /** How much it takes, by its Max-Sessions or max-calls; 0 when neither is known. */
  int size() {
    return UsedShare.capacity(figures, maxCalls);
  }

  /**
   * The share of it in use, 1 when it is full; 0 when it is not known. Little idle CPU makes it
   * larger.
   */
  double used() {
    return UsedShare.of(figures, maxCalls, idleCpu, cells.load(slot));
  }

  /** What it has of its full share of new calls while it is back only a while. */
  SlowStart ramp() {
    return ramp;
  }

  /** When it may have its next call under max-cps, and who waits for that. */
  CallRateLimiter pace() {
    return pace;
  }

  /** What it has of resources. */
  BackendResources resources() {
    return resources;
  }

  /** True when it has what the request asks of its resources. */
  boolean meets(PickRequest demand) {
    String resource = demand.resource();
    return demand.call() ? resource == null || resources.left(resource) : hasAny(demand);
  }

  /** True when it has the resource the request asks for at all, though none may be left. */
  boolean hasAny(PickRequest demand) {
    String resource = demand.resource();
    return resource == null || resources.names(resource);
  }
}
