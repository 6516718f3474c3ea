// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.loop.Loop;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.pool.PoolObserver;
import io.fairlead.pool.health.Health;
import io.fairlead.pool.health.HealthState;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Bindings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Hears which backends go and come back, and has each loop register again there what it owns. The
 * table is walked off the loops, once for each return. Shared: see docs/ownership.md.
 */
public final class ReturnedBackends implements PoolObserver {
  /**
   * One loop and its registrars.
   *
   * @param loop the loop
   * @param upstreams its registrars behind us
   */
  public record Place(Loop loop, UpstreamRegistrars upstreams) {}

  private final List<Place> places;
  private final Bindings bindings;
  private final LongSupplier clockMs;
  private final Executor walker;

  /**
   * @param places of all loops, by index
   * @param walker runs what takes its time
   */
  public ReturnedBackends(
      List<Place> places, Bindings bindings, LongSupplier clockMs, Executor walker) {
    this.places = List.copyOf(places);
    this.bindings = bindings;
    this.clockMs = clockMs;
    this.walker = walker;
  }

  @Override
  public void onHealth(Pool pool, Backend backend, Health before, Health after) {
    if (isOff(after.state())) {
      forAll(upstreams -> upstreams.lost(pool.name(), backend.name()));
    } else if (isOff(before.state()) && after.state().alive()) {
      forAll(upstreams -> upstreams.returned(pool.name(), backend.name()));
      walker.execute(() -> walk(pool.name(), backend.name()));
    }
  }

  // In maintenance it may be started anew as well; one that is drained or ejected keeps what it
  // has.
  private static boolean isOff(HealthState state) {
    return state == HealthState.DOWN || state == HealthState.MAINTENANCE;
  }

  private void walk(String pool, String backend) {
    List<Set<AddressOfRecord>> had = new ArrayList<>();
    places.forEach(place -> had.add(new HashSet<>()));
    bindings.forEach(
        clockMs.getAsLong(),
        (aor, binding) -> {
          if (binding.upstream().backend().equals(backend)) {
            had.get(bindings.owner(aor)).add(aor);
          }
        });
    for (int i = 0; i < places.size(); i++) {
      UpstreamRegistrars upstreams = places.get(i).upstreams();
      List<AddressOfRecord> own = List.copyOf(had.get(i));
      places.get(i).loop().execute(() -> upstreams.had(pool, backend, own));
    }
  }

  private void forAll(java.util.function.Consumer<UpstreamRegistrars> word) {
    for (Place place : places) {
      place.loop().execute(() -> word.accept(place.upstreams()));
    }
  }

  @Override
  public void onPanic(Pool pool, boolean panicking) {}
}
