// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsDiffTest {
  private static List<String> diff(String before, String after) {
    return SettingsDiff.between(farm(before), farm(after));
  }

  private static SampleSettings farm(String text) {
    return ConfigBinder.bind(SampleSettings.class, YamlSource.of("test.yaml", text)).orThrow();
  }

  private static String pool(String content) {
    return "pools: { farm: { " + content + " } }";
  }

  @Test
  void isEmptyForTheSameSettingsInOtherWords() {
    assertThat(
            diff(
                pool("backends: sip:a"),
                pool("backends: [ { uri: sip:a, weight: 1 } ], balance: p2c")))
        .isEmpty();
  }

  @Test
  void tellsChangedValuesInTheOperatorsSpelling() {
    assertThat(
            diff(
                pool("backends: sip:a, health: { interval: 90s }, panic-threshold: 50%"),
                pool("backends: sip:a, health: { interval: 2m }, panic-threshold: 25%")))
        .containsExactly(
            "pools.farm.health.interval: 90s -> 2m", "pools.farm.panic-threshold: 50% -> 25%");
  }

  @Test
  void matchesBackendsByNameOrUri() {
    assertThat(
            diff(
                pool("backends: [ sip:a, { name: fs2, uri: sip:b }, sip:c ]"),
                pool("backends: [ sip:new, sip:a, { name: fs2, uri: sip:x, weight: 3 } ]")))
        .containsExactly(
            "pools.farm.backends[fs2].uri: sip:b -> sip:x",
            "pools.farm.backends[fs2].weight: 1 -> 3",
            "pools.farm.backends[sip:c]: removed",
            "pools.farm.backends[sip:new]: added");
  }

  @Test
  void tellsAnotherOrderOfRoutes() {
    assertThat(
            diff(
                "routes: [ { name: a, to: x }, { name: b, to: y } ]",
                "routes: [ { name: b, to: y }, { name: a, to: x } ]"))
        .containsExactly("routes: order is now b, a");
  }

  @Test
  void matchesItemsWithoutNameByPlace() {
    assertThat(diff("routes: [ { to: x }, { to: y } ]", "routes: [ { to: x }, { to: z } ]"))
        .containsExactly("routes[1].to: y -> z");
  }

  @Test
  void keepsTwoItemsOfOneNameApart() {
    assertThat(diff(pool("backends: [ sip:a, sip:a ]"), pool("backends: [ sip:a ]")))
        .containsExactly("pools.farm.backends[1]: removed");
  }

  @Test
  void tellsPoolsThatComeAndGo() {
    assertThat(
            diff(
                "pools: { a: { backends: sip:a }, b: { backends: sip:a } }",
                "pools: { b: { backends: sip:a }, c: { backends: sip:a } }"))
        .containsExactly("pools.a: removed", "pools.c: added");
  }

  @Test
  void tellsAnotherChoiceAndChangedSettingsOfOne() {
    assertThat(diff(pool("balance: p2c, backends: a"), pool("balance: hash, backends: a")))
        .containsExactly("pools.farm.balance: p2c -> hash");
    assertThat(
            diff(
                pool("balance: hash, backends: a"),
                pool("balance: { hash: { key: user } }, backends: a")))
        .containsExactly("pools.farm.balance.hash.key: call-id -> user");
  }

  @Test
  void tellsOffAndNone() {
    assertThat(
            diff(
                pool("backends: [ { uri: a, max-calls: 5 } ], health: off"),
                pool("backends: [ { uri: a } ]")))
        .containsExactly(
            "pools.farm.health: off -> {interval: 5s, timeout: 1s}",
            "pools.farm.backends[a].max-calls: 5 -> none");
  }

  @Test
  void neverShowsASecret() {
    assertThat(diff("cluster: { node: a, keys: hunter2 }", "cluster: { node: a, keys: hunter3 }"))
        .containsExactly("cluster.keys: changed");
    assertThat(diff("", "cluster: { node: a, keys: hunter2 }"))
        .containsExactly("cluster: none -> {node: a, keys: (secret), load: 1.5}");
  }

  @Test
  void tellsListsOfWordsWhole() {
    assertThat(
            diff(
                pool("backends: [ { uri: a, tags: [ x ] } ]"),
                pool("backends: [ { uri: a, tags: [ x, y ] } ]")))
        .containsExactly("pools.farm.backends[a].tags: [x] -> [x, y]");
  }
}
