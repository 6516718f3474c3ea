// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.loop.Loop;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.PickRequest;
import io.fairlead.pool.Pool;
import io.fairlead.pool.affinity.AffinityEligibility;
import io.fairlead.route.AffinitySettings.Mode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The backends that a request with a key may go to, and which of them comes first: by the hash of
 * the key, as the pool balances, or beside a home that is full.
 *
 * <p>Owned by one loop.
 */
final class AffinityCandidates {
  private final Pool pool;
  private final PickRequest demand;
  // In rendezvous all nodes must agree.
  private final boolean agreed;
  private final long hash;
  private final Loop loop;

  /**
   * @param hash of the key, the same on every node
   */
  AffinityCandidates(RoomChoice.Asked asked, long hash, Loop loop) {
    this.pool = asked.pool();
    this.demand = asked.demand();
    this.agreed = asked.affinity().mode() == Mode.RENDEZVOUS;
    this.hash = hash;
    this.loop = loop;
  }

  /**
   * What the backend's health means to the key. One that lacks what the request asks of its
   * resources is none, one that has none left is full.
   */
  AffinityEligibility standing(Backend backend) {
    AffinityEligibility its = AffinityEligibility.of(backend);
    if (its == AffinityEligibility.DEAD || backend.meets(demand)) {
      return its;
    }
    return backend.hasAny(demand) ? AffinityEligibility.FULL : AffinityEligibility.DEAD;
  }

  /** The same unless it is dead; then, as for null, null. */
  @Nullable Backend alive(@Nullable Backend backend) {
    return backend == null || standing(backend) == AffinityEligibility.DEAD ? null : backend;
  }

  /**
   * One as the pool balances, or null.
   *
   * @param left is no more wanted than those that were tried
   */
  @Nullable Backend balanced(List<Backend> tried, @Nullable Backend left) {
    PickRequest asked =
        new PickRequest(demand.key(), with(tried, left), demand.resource(), demand.call());
    return pool.pick(loop.index(), asked, loop.nowNs());
  }

  private static List<Backend> with(List<Backend> tried, @Nullable Backend more) {
    if (more == null || tried.contains(more)) {
      return tried;
    }
    List<Backend> all = new ArrayList<>(tried);
    all.add(more);
    return all;
  }

  /**
   * The one that the hash says, or null. Where all nodes must agree a backend that is full for a
   * moment keeps its keys, and all the more one that is only held to be.
   *
   * @param left is no more wanted than those that were tried
   */
  @Nullable Backend byHash(List<Backend> tried, @Nullable Backend left) {
    Backend found =
        pool.homeByHash(
            loop.index(),
            hash,
            each -> {
              AffinityEligibility its = standing(each);
              boolean keeps =
                  agreed
                      && (its == AffinityEligibility.FULL || its == AffinityEligibility.REFUSING);
              boolean may = its == AffinityEligibility.OPEN || keeps;
              return may && each != left && !tried.contains(each);
            });
    if (found == null && pool.panicking()) {
      found = pool.pickByHash(loop.index(), hash, with(tried, left));
    }
    return found == null ? onTrial(left) : found;
  }

  /** The one that the hash says beside that one, whose room it cannot have; or null. */
  @Nullable Backend beside(Backend home, List<Backend> tried) {
    Backend open =
        pool.homeByHash(
            loop.index(),
            hash,
            each ->
                each != home
                    && !tried.contains(each)
                    && standing(each) == AffinityEligibility.OPEN);
    return open == null ? onTrial(home) : open;
  }

  // Nobody else is left: one that is out only for what it answered to calls.
  private @Nullable Backend onTrial(@Nullable Backend not) {
    return pool.homeByHash(loop.index(), hash, each -> each != not && pool.onTrial(each, demand));
  }

  /** Why there is none; also counts it. */
  RefusalCause nobody() {
    return pool.nobody(demand);
  }
}
