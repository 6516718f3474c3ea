// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import io.fairlead.loop.SipHash;
import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaEngine;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.MediaStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Several engines that stand for one. A new call goes to one of those that are up and not drained,
 * by weight; when that does not take its first offer, to the next. From then on the call stays
 * where it is.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class EnginePool implements MediaEngine {
  private final String name;
  private final List<Member> members;
  // A caller who could foresee where its call goes could fill one engine.
  private final SipHash hash = SipHash.random();

  /** An engine of the pool. */
  private static final class Member {
    private final MediaEngine engine;
    private final int weight;
    private volatile boolean draining;

    Member(MediaEngine engine, int weight) {
      this.engine = engine;
      this.weight = weight;
    }

    boolean takesCalls() {
      return weight > 0 && !draining && up();
    }

    boolean up() {
      return !(engine instanceof RemoteEngine remote) || remote.up();
    }
  }

  /**
   * An engine and its share.
   *
   * @param engine our own relay, or a {@link RemoteEngine}
   * @param weight its share of new calls, 0 for none
   */
  public record WeightedEngine(MediaEngine engine, int weight) {}

  /**
   * A pool.
   *
   * @param name in configuration and log
   * @param engines in the order of the configuration
   */
  public EnginePool(String name, List<WeightedEngine> engines) {
    this.name = name;
    this.members = engines.stream().map(e -> new Member(e.engine(), e.weight())).toList();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public MediaCall open(MediaRequest request, MediaObserver observer) {
    return new PooledCall(this, request, observer);
  }

  /** The engine for a call, or null when none that was not tried takes calls. */
  @Nullable MediaEngine choose(String callId, Set<MediaEngine> tried) {
    List<Member> able = new ArrayList<>(members.size());
    long total = 0;
    for (Member member : members) {
      if (member.takesCalls() && !tried.contains(member.engine)) {
        able.add(member);
        total += member.weight;
      }
    }
    if (able.isEmpty()) {
      return null;
    }
    byte[] id = callId.getBytes(StandardCharsets.UTF_8);
    long at = Long.remainderUnsigned(hash.hash(id, 0, id.length), total);
    for (Member member : able) {
      at -= member.weight;
      if (at < 0) {
        return member.engine;
      }
    }
    return able.getLast().engine;
  }

  /**
   * Gives an engine no new calls, or again some. Its calls stay.
   *
   * @return false when there is no engine of that name
   */
  public boolean drain(String engine, boolean on) {
    for (Member member : members) {
      if (member.engine.name().equals(engine)) {
        member.draining = on;
        return true;
      }
    }
    return false;
  }

  /** How each engine is. Any thread. */
  public List<MediaStatus.EngineStatus> status() {
    return members.stream().map(EnginePool::status).toList();
  }

  private static MediaStatus.EngineStatus status(Member member) {
    RemoteEngine remote = member.engine instanceof RemoteEngine other ? other : null;
    return new MediaStatus.EngineStatus(
        member.engine.name(),
        remote == null ? "relay" : remote.toString(),
        !member.up() ? "down" : member.draining ? "draining" : "up",
        member.weight,
        remote == null ? 0 : remote.calls(),
        remote == null ? -1 : remote.roundTripUs());
  }
}
