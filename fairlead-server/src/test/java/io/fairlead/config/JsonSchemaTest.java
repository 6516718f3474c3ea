// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemaTest {
  private static final String TEXT = JsonSchema.of(SampleSettings.class, "Farm");
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final Schema SCHEMA = REGISTRY.getSchema(TEXT, InputFormat.JSON);

  @ParameterizedTest
  @ValueSource(strings = {"ten-lines", "long-forms", "empty", "anchors", "variables"})
  void acceptsWhatTheBinderAccepts(String name) throws IOException {
    String golden = Files.readString(Path.of("src/test/resources/config", name + ".golden"));

    assertThat(errors(golden.substring(0, golden.indexOf("----------")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "listener: []",
        "listeners: { a: b }",
        "listeners: [ { name: x } ]",
        "listeners: [ { bind: 'udp://a', udp-mtu: 5 apples } ]",
        "listeners: [ { bind: 'udp://a', seats: two } ]",
        "pools: { a: { backends: sip:a, balance: nothing } }",
        "pools: { a: { backends: sip:a, balance: { hash: { kye: x } } } }",
        "pools: { a: { backends: sip:a, hash: { bounded-load: x } } }",
        "pools: { a: { backends: sip:a, health: maybe } }",
        "pools: { a: { backends: sip:a, health: { interval: 5 } } }",
        "pools: { a: { backends: sip:a, panic-threshold: 50 } }",
        "pools: { a: { backends: [ { uri: sip:a, weight: 1.5 } ] } }",
        "pools: [ a ]",
        "routes: [ { to: a, mode: quick } ]",
        "routes: [ { to: a, on: [ timeout, never ] } ]",
        "cluster: { node: a }",
        "log: { calls: maybe }",
      })
  void refusesWhatTheBinderRefuses(String yaml) {
    assertThat(ConfigBinder.bind(SampleSettings.class, YamlSource.of("t", yaml)).errors())
        .isNotEmpty();
    assertThat(errors(yaml)).isNotEmpty();
  }

  @Test
  void isAValidSchemaWithDescriptionsAndDefaults() {
    Schema meta =
        REGISTRY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    assertThat(meta.validate(TEXT, InputFormat.JSON)).isEmpty();
    assertThat(TEXT)
        .contains("\"description\": \"Between two checks.\"")
        .contains("\"default\": \"5s\"")
        .contains("\"$ref\": \"#/$defs/config.SampleSettings.Health\"");
  }

  @Test
  void isTheSameEachTime() {
    assertThat(JsonSchema.of(SampleSettings.class, "Farm")).isEqualTo(TEXT);
  }

  private static List<Error> errors(String yaml) {
    List<ConfigError> broken = new ArrayList<>();
    YamlNode tree = YamlReader.read(YamlSource.of("test.yaml", yaml), broken);
    assertThat(broken).isEmpty();
    assertThat(tree).isNotNull();
    return tree == null
        ? List.of()
        : SCHEMA.validate(IndentedJson.text(json(tree)), InputFormat.JSON);
  }

  /**
   * As YAML 1.2 tools see it: plain numbers and true and false have types, other scalars are text.
   */
  private static Object json(YamlNode tree) {
    return switch (tree) {
      case YamlNode.Sequence list -> list.items().stream().map(JsonSchemaTest::json).toList();
      case YamlNode.Mapping mapping -> {
        Map<String, Object> out = new LinkedHashMap<>();
        mapping.entries().forEach((key, entry) -> out.put(key, json(entry.value())));
        yield out;
      }
      case YamlNode.Scalar scalar when scalar.plain() && scalar.text().matches("-?[0-9]+") ->
          Long.valueOf(scalar.text());
      case YamlNode.Scalar scalar
          when scalar.plain() && scalar.text().matches("-?[0-9]+\\.[0-9]+") ->
          Double.valueOf(scalar.text());
      case YamlNode.Scalar scalar when scalar.plain() && scalar.text().matches("true|false") ->
          Boolean.valueOf(scalar.text());
      case YamlNode.Scalar scalar -> scalar.text();
    };
  }
}
