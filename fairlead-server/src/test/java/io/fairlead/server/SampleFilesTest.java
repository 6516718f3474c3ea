// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files we show are accepted as they stand, by the program and by the schema that editors use.
 */
class SampleFilesTest {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(Pages.read(Pages.file("docs/guide/fairlead.schema.json")), InputFormat.JSON);

  static Stream<Path> files() throws IOException {
    try (Stream<Path> examples = Files.list(Pages.file("examples"))) {
      List<Path> found =
          examples.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
      assertThat(found).hasSizeGreaterThan(1);
      return Stream.concat(found.stream(), Stream.of(Pages.file("docs/guide/sample.yaml")));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void areAcceptedWithoutAWord(Path file) {
    Plan.Result result = Plan.read(file);

    assertThat(result.errors()).isEmpty();
    assertThat(result.warnings()).isEmpty();
    assertThat(result.plan()).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("files")
  void areAcceptedByTheSchema(Path file) {
    assertThat(errors(Pages.read(file))).isEmpty();
  }

  @Test
  void theSchemaRefusesAMisspeltKey() {
    assertThat(errors(Pages.read(Pages.file("examples/farm.yaml")).replace("balance:", "balans:")))
        .isNotEmpty();
  }

  private static List<Error> errors(String yaml) {
    return SCHEMA.validate(yaml, InputFormat.YAML);
  }
}
