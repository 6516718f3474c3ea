// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The available backends of a tier as one pick sees them: a fixed list with weights, and which of
 * them are free for this request. What a balancer computes from the list stays right as long as
 * {@link #stamp} is the same object.
 *
 * <p>Owned by one loop.
 */
public final class AvailableBackends {
  private final PriorityTier tier;
  private final PoolReloadState roster;
  private final int loop;
  private PickableTier rank;
  private List<Backend> tried = List.of();
  private @Nullable PickRequest demand;
  private long nowNs;

  AvailableBackends(PriorityTier tier, PoolReloadState roster, int loop) {
    this.tier = tier;
    this.roster = roster;
    this.loop = loop;
    this.rank = new PickableTier(tier, backend -> false);
  }

  void show(PickableTier now, List<Backend> excluded) {
    rank = now;
    tried = excluded;
  }

  // A demand that asks nothing more of a backend costs nothing more.
  void show(PickableTier now, PickRequest asked, long timeNs) {
    show(now, asked.tried());
    demand = asked.resource() != null || asked.call() && now.paced() ? asked : null;
    nowNs = timeNs;
  }

  void hide() {
    tried = List.of();
    demand = null;
  }

  /** All backends of the tier, the unavailable ones too. */
  public PriorityTier tier() {
    return tier;
  }

  /** How many are available. */
  public int size() {
    return rank.size();
  }

  /** The i-th available one, in the order of the configuration. */
  public Backend get(int i) {
    return rank.get(i);
  }

  /**
   * The weight of the i-th available one, 1 or more. While one ramps all are multiplied by {@link
   * #scale}.
   */
  public int weight(int i) {
    return rank.weight(i);
  }

  /** The weight of all available ones. */
  public long weight() {
    return rank.weight();
  }

  /** What the weights are multiplied by: 1, or more while a backend that came back ramps. */
  public int scale() {
    return rank.scale();
  }

  /** True when of each available one it is known how much it takes. */
  public boolean measured() {
    return rank.measured();
  }

  /** How much the i-th available one takes; less while it ramps. 0 when it is not known. */
  public int capacity(int i) {
    return rank.capacity(i);
  }

  /** How much all available ones take. */
  public long capacity() {
    return rank.capacity();
  }

  /** The share in use of what the i-th available one takes, 1 when it is full. */
  public double used(int i) {
    return rank.used(i);
  }

  /** Another object whenever the list, the weights or the capacities changed. */
  public Object stamp() {
    return rank;
  }

  /** True when nothing changed since {@link #stamp} gave this. */
  public boolean same(@Nullable Object stamp) {
    return rank == stamp;
  }

  /** The index in the list of a place in the tier, or -1 when that backend is not available. */
  public int indexOf(int place) {
    return rank.indexOf(place);
  }

  /** The live calls of the i-th available one. */
  public int load(int i) {
    return rank.load(i);
  }

  /**
   * True when the i-th available one may take this request: not tried for it before, not full, with
   * a place now under its max-cps, and with what the request asks of its resources.
   */
  public boolean free(int i) {
    return !rank.full(i)
        && (tried.isEmpty() || !tried.contains(rank.get(i)))
        && (demand == null || rank.get(i).meets(demand) && placeNow(rank.get(i), demand));
  }

  private boolean placeNow(Backend backend, PickRequest asked) {
    return !asked.call() || backend.capacity().pace().waitNs(nowNs) == 0;
  }

  /** Live calls of the whole pool. */
  public int load() {
    return roster.load();
  }

  /** How many changes of load this loop has made so far. */
  public long changes() {
    return roster.position(loop);
  }

  /**
   * The number of the backend whose load changed at that position, or -1 when that is forgotten
   * already.
   */
  public int changed(long position) {
    return roster.changed(loop, position);
  }
}
