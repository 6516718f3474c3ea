// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file holds a YAML text, a line of dashes, and the errors it gives or the values it is bound
 * to.
 */
class ConfigGoldenTest {
  private static final Path FILES = Path.of("src/test/resources/config");
  private static final String RULE = "----------\n";

  static Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(n -> n.endsWith(".golden"))
              .toList();
      assertThat(names).hasSizeGreaterThan(10);
      return names.stream().sorted();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void givesWhatTheFileSays(String name) {
    String text = read(FILES.resolve(name));
    int rule = text.indexOf(RULE);
    YamlSource source =
        YamlSource.of("test.yaml", text.substring(0, rule))
            .withDirectory(FILES)
            .withEnvironment(Map.of("WEIGHT", "7", "WORD", "hunter2", "OFF", "off", "HOST", "fs9"));

    assertThat(outcome(ConfigBinder.bind(SampleSettings.class, source)))
        .isEqualTo(text.substring(rule + RULE.length()));
  }

  private static String outcome(BindResult<SampleSettings> bound) {
    List<String> lines = new ArrayList<>();
    bound.warnings().forEach(warning -> lines.add("warning: " + warning.text()));
    SampleSettings farm = bound.value();
    if (farm == null) {
      bound.errors().forEach(error -> lines.add(error.text()));
    } else {
      flatten("", farm, lines);
    }
    return String.join("\n", lines) + "\n";
  }

  private static void flatten(String path, Object value, List<String> lines) {
    switch (value) {
      case ChosenPlugin<?, ?, ?> choice -> {
        lines.add(path + " = " + choice.name());
        flatten(SettingPath.key(path, choice.name()), choice.settings(), lines);
      }
      case Map<?, ?> map ->
          map.forEach((key, item) -> flatten(SettingPath.key(path, key.toString()), item, lines));
      case List<?> list when !list.isEmpty() -> {
        for (int i = 0; i < list.size(); i++) {
          flatten(SettingPath.item(path, i), list.get(i), lines);
        }
      }
      case Record fields when ScalarTypes.of(fields.getClass()) == null -> {
        for (SettingKey key : SettingKey.of(fields.getClass())) {
          Object item = key.valueIn(fields);
          String at = SettingPath.key(path, key.name());
          if (item == null) {
            lines.add(at + " = null");
          } else {
            flatten(at, item, lines);
          }
        }
      }
      default -> lines.add(path + " = " + SettingText.of(value));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
