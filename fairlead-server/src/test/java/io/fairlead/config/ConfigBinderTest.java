// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigBinderTest {
  private static final String POOL =
      """
      pools:
        farm:
          backends: [ sip:a, { uri: sip:b, weight: 2 } ]
      routes:
        - to: farm
      """;

  @TempDir Path directory;

  private static BindResult<SampleSettings> bind(String text) {
    return ConfigBinder.bind(SampleSettings.class, YamlSource.of("test.yaml", text));
  }

  @Test
  void knowsWhereKeysAndValuesStand() {
    SourcePositions marks = bind(POOL).marks();

    assertThat(marks.of("pools.farm.backends[1].weight")).isEqualTo(new SourcePosition(3, 46));
    assertThat(marks.key("pools.farm.backends[1].weight")).isEqualTo(new SourcePosition(3, 38));
    assertThat(marks.of("routes[0].to")).isEqualTo(new SourcePosition(5, 9));
    assertThat(marks.key("pools.farm")).isEqualTo(new SourcePosition(2, 3));
  }

  @Test
  void pointsAtTheNearestKeyAboveWhatIsNotWritten() {
    SourcePositions marks = bind(POOL).marks();

    assertThat(marks.of("pools.farm.health.interval")).isEqualTo(new SourcePosition(2, 3));
    assertThat(marks.of("routes[0].match.user")).isEqualTo(new SourcePosition(5, 5));
    assertThat(marks.of("nothing.of.this[3]")).isEqualTo(SourcePosition.FILE);
  }

  @Test
  void letsOtherChecksPointAtALine() {
    ConfigError error =
        bind(POOL)
            .marks()
            .error("routes[0].to", "no pool is called `fram`")
            .suggesting("fram", List.of("farm"));

    assertThat(error.text())
        .isEqualTo(
            """
            test.yaml:5:9: routes[0].to: no pool is called `fram`. Did you mean `farm`?
              5 |   - to: farm
                |         ^\
            """);
  }

  @Test
  void makesWhatWasChosen() {
    SampleSettings farm =
        bind("pools: { a: { balance: hash, hash: { key: x }, backends: sip:a } }").orThrow();
    SampleSettings.Pool pool = Objects.requireNonNull(farm.pools().get("a"));

    assertThat(pool.balance().create("lent")).isEqualTo("hash x lent");
  }

  @Test
  void givesARecordOfDefaults() {
    assertThat(ConfigBinder.defaults(SampleSettings.Health.class))
        .isEqualTo(new SampleSettings.Health(Duration.ofSeconds(5), Duration.ofSeconds(1)));
    assertThatThrownBy(() -> ConfigBinder.defaults(SampleSettings.Cluster.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("node: this key is missing");
  }

  @Test
  void keepsTheOrderOfNames() {
    SampleSettings farm =
        bind("pools: { z: { backends: a }, a: { backends: a }, m: { backends: a } }").orThrow();

    assertThat(farm.pools().keySet()).containsExactly("z", "a", "m");
    assertThatThrownBy(farm.pools()::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void readsAFileAndWhatStandsBesideIt() throws IOException {
    Files.writeString(directory.resolve("keys"), "first\n\nsecond\n");
    Path file =
        Files.writeString(directory.resolve("farm.yaml"), "cluster: { node: a, keys: file:keys }");

    BindResult<SampleSettings> bound = ConfigBinder.bind(SampleSettings.class, file);

    SampleSettings.Cluster cluster = Objects.requireNonNull(bound.orThrow().cluster());
    assertThat(cluster.keys().lines()).containsExactly("first", "second");
    assertThat(bound.orThrow().stateDir()).isEqualTo(directory.resolve("state"));
    assertThat(bound.warnings()).isEmpty();
  }

  @Test
  void answersFilesThatCannotBeRead() throws IOException {
    Path missing = directory.resolve("missing.yaml");
    Path binary = Files.write(directory.resolve("binary.yaml"), new byte[] {'a', (byte) 0xff});
    Path large = Files.write(directory.resolve("large.yaml"), new byte[(1 << 20) + 1]);

    assertThat(ConfigBinder.bind(SampleSettings.class, missing).errors())
        .hasToString("[" + missing + ": there is no such file]");
    assertThat(ConfigBinder.bind(SampleSettings.class, binary).errors())
        .hasToString("[" + binary + ": the file is not UTF-8 text]");
    assertThat(ConfigBinder.bind(SampleSettings.class, large).errors())
        .hasToString("[" + large + ": the file is larger than 1 MiB]");
  }

  @Test
  void refusesDeepNesting() {
    assertThat(bind("[".repeat(100_000)).errors().toString())
        .contains("nested deeper than 32 levels");
    assertThat(bind("a: ".repeat(1_000)).value()).isNull();
  }

  @Test
  void refusesCharactersThatAreNoText() {
    assertThat(bind("log: text\nstate-dir: a\u0000b\n").errors())
        .hasToString("[test.yaml:2:13: the character U+0000 may not stand here]");
  }

  @Test
  void neverShowsASecret() {
    BindResult<SampleSettings> bound =
        bind("cluster: { node: a, keys: hunter2, load: much, kyes: x }\nlog: { calls: maybe }\n");

    assertThat(bound.errors()).hasSize(3);
    assertThat(new ConfigException(bound.errors())).hasMessageContaining("maybe");
    assertThat(new ConfigException(bound.errors()).getMessage()).doesNotContain("hunter2");
    assertThat(bound.warnings().toString()).doesNotContain("hunter2");
    assertThat(bound.marks().error("cluster.node", "wrong").text()).doesNotContain("hunter2");
    assertThat(Secret.of("hunter2")).hasToString("(secret)");
  }

  @Test
  void doesNotShowVariablesThatDoNotFit() {
    YamlSource source =
        YamlSource.of("test.yaml", "cluster: { node: a, keys: '${A}', load: '${A}' }")
            .withEnvironment(Map.of("A", "hunter2"));

    BindResult<SampleSettings> bound = ConfigBinder.bind(SampleSettings.class, source);

    assertThat(bound.errors()).hasSize(1);
    assertThat(bound.errors().getFirst().text()).doesNotContain("hunter2");
  }

  @Test
  void insistsOnAnAnnotationForEachComponent() {
    record Bare(String name) {}

    assertThatThrownBy(() -> ConfigBinder.bind(Bare.class, YamlSource.of("t", "")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("name has no @Setting");
  }
}
