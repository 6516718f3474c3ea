// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.Plugin;
import io.fairlead.dialog.CallResource;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.balance.Balancers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Named resources with a capacity for each backend. */
class BackendResourcesTest {
  static Stream<String> algorithms() {
    return Balancers.kinds().stream().map(Plugin::name);
  }

  private static PoolRig farm(String balance) {
    return PoolRig.of(
        "balance: " + balance,
        "health: off",
        "backends:",
        "  - {name: b1, uri: 'sip:10.0.0.1'}",
        "  - {name: b2, uri: 'sip:10.0.0.2', resources: {fax: 3}}",
        "  - {name: b3, uri: 'sip:10.0.0.3', resources: {fax: 5, conference: 0}}");
  }

  private static PickRequest demand(String resource, boolean call) {
    return new PickRequest(0, List.of(), resource, call);
  }

  private static CallResource taken(Backend backend, String resource) {
    return java.util.Objects.requireNonNull(backend.resources().take(resource));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void neverPicksOneWithoutItAndPassesOverFullOnes(String balance) {
    PoolRig farm = farm(balance);
    List<CallResource> held = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Backend picked =
          java.util.Objects.requireNonNull(
              farm.pool().pick(0, new PickRequest(i, List.of(), "fax", true), 1));
      held.add(taken(picked, "fax"));
    }
    assertThat(farm.backend("b2").resources().taken("fax")).isEqualTo(3);
    assertThat(farm.backend("b3").resources().taken("fax")).isEqualTo(5);
    assertThat(farm.pool().pick(0, demand("fax", true), 1)).isNull();
    assertThat(farm.pool().nobody(demand("fax", true))).isEqualTo(RefusalCause.OVERFLOW);
    assertThat(farm.pool().pick(0, demand("fax", false), 1)).as("no call").isNotNull();
    held.getFirst().release();
    held.getFirst().release();
    assertThat(farm.pool().pick(0, demand("fax", true), 1)).isNotNull();
    assertThat(
            farm.backend("b2").resources().taken("fax")
                + farm.backend("b3").resources().taken("fax"))
        .isEqualTo(7);
  }

  @Test
  void oneWithoutAnyCannotBeHelpedByRoom() {
    Pool pool = farm("p2c").pool();
    assertThat(pool.pick(0, demand("conference", true), 1)).isNull();
    assertThat(pool.pick(0, demand("conference", false), 1)).isNull();
    assertThat(pool.nobody(demand("conference", true))).isEqualTo(RefusalCause.NO_HEALTHY_BACKEND);
    assertThat(pool.fits(pool.backends().getFirst(), demand("fax", true))).isFalse();
    assertThat(pool.fits(pool.backends().getLast(), demand("fax", true))).isTrue();
  }

  @Test
  void aCallThatHasItAlreadyIsCountedThoughNoneIsLeft() {
    Backend b2 = farm("p2c").backend("b2");
    for (int i = 0; i < 3; i++) {
      taken(b2, "fax");
    }
    assertThat(b2.resources().take("fax")).isNull();
    CallResource late = b2.resources().use("fax");
    assertThat(b2.resources().taken("fax")).isEqualTo(4);
    late.release();
    assertThat(b2.resources().taken("fax")).isEqualTo(3);
  }

  @Test
  void aReloadChangesTheCapacityAndKeepsWhatIsTaken() {
    PoolRig farm = PoolRig.of("health: off", PoolRig.backends(1, "resources: {fax: 2}"));
    Backend b1 = farm.backend("b1");
    CallResource first = taken(b1, "fax");
    taken(b1, "fax");
    farm.reload("health: off", PoolRig.backends(1, "resources: {fax: 1}"));
    assertThat(b1.resources().taken("fax")).isEqualTo(2);
    first.release();
    assertThat(b1.resources().take("fax")).isNull();
    farm.reload("health: off", PoolRig.backends(1, "resources: {fax: 3}"));
    assertThat(b1.resources().take("fax")).isNotNull();
  }

  @Test
  void aForkGoesOnlyToThoseThatHaveOneLeft() {
    PoolRig farm = farm("fanout");
    assertThat(farm.pool().available(demand("fax", true)))
        .extracting(Backend::name)
        .containsExactly("b2", "b3");
    for (int i = 0; i < 3; i++) {
      taken(farm.backend("b2"), "fax");
    }
    assertThat(farm.pool().available(demand("fax", true)))
        .extracting(Backend::name)
        .containsExactly("b3");
  }
}
