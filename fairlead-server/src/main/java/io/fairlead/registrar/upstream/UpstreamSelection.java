// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.pool.balance.StableHash;
import io.fairlead.sip.SipRequest;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which backend gets the REGISTER of a user: the one that has him, as long as it takes calls; else
 * one that does, by the hash of his address of record.
 *
 * <p>Owned by one loop.
 */
final class UpstreamSelection {
  private final UpstreamDependencies house;
  private final ChallengingBackends challengers = new ChallengingBackends();

  UpstreamSelection(UpstreamDependencies house) {
    this.house = house;
  }

  /** A backend challenges the user: the answer is to go there. */
  void challenged(AddressOfRecord aor, Backend by) {
    challengers.remember(aor, by, house.nowMs());
  }

  /**
   * The backend that waits for the answer to its challenge, or has the bindings; null for none, and
   * when it takes no calls while another does: that one is to have the user.
   */
  @Nullable Backend known(AddressOfRecord aor, Pool pool, SipRequest request) {
    boolean open = pool.anyOpen();
    Backend challenger =
        ForwardedRegister.answersChallenge(request) ? challengers.find(aor, house.nowMs()) : null;
    if (challenger != null && serves(challenger, open) && pool.backends().contains(challenger)) {
      return challenger;
    }
    return holder(aor, pool, open, List.of());
  }

  /** The next backend for an address of record, by its hash; null when there is none. */
  @Nullable Backend choose(AddressOfRecord aor, Pool pool, List<Backend> tried) {
    long key = StableHash.of(aor.bytes(), 0, aor.bytes().length);
    return pool.pickByHash(house.loop().index(), key, tried);
  }

  /** The same; when there is none, the one that has the bindings, though it takes no calls. */
  @Nullable Backend chooseAny(AddressOfRecord aor, Pool pool, List<Backend> tried) {
    Backend chosen = choose(aor, pool, tried);
    return chosen != null ? chosen : holder(aor, pool, false, tried);
  }

  /** ABSORBED when a renewal can stay here for all that a backend is; else why not. */
  static RegisterDecision verdict(@Nullable Pool pool, String backend) {
    Backend known = pool == null ? null : pool.backend(backend);
    if (pool == null || known == null || !serves(known, false)) {
      return RegisterDecision.LOST;
    }
    return serves(known, pool.anyOpen()) ? RegisterDecision.ABSORBED : RegisterDecision.CLOSED;
  }

  private @Nullable Backend holder(
      AddressOfRecord aor, Pool pool, boolean open, List<Backend> tried) {
    for (Binding binding : house.bindings().of(aor, house.nowMs())) {
      Backend known = pool.backend(binding.upstream().backend());
      if (known != null && serves(known, open) && !tried.contains(known)) {
        return known;
      }
    }
    return null;
  }

  // One without room for calls may have it for a renewal, and still knows its users: it serves when
  // no other is open.
  private static boolean serves(Backend backend, boolean open) {
    boolean fit = open ? backend.health().state().takesCalls() : backend.health().state().alive();
    return fit && backend.address() != null;
  }
}
