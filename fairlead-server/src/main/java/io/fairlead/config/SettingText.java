// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Bound values in the operator's spelling. */
final class SettingText {
  private SettingText() {}

  static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "none";
      case Duration duration -> Durations.text(duration);
      case Boolean truth -> truth ? "on" : "off";
      case Enum<?> constant -> NameSpelling.dashed(constant.name());
      case Double number when number == Math.rint(number) -> Long.toString(number.longValue());
      case List<?> list ->
          list.stream().map(SettingText::of).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map -> pairs(map);
      case ChosenPlugin<?, ?, ?> choice -> choice.name();
      case Record fields when ScalarTypes.of(fields.getClass()) == null -> record(fields);
      default -> value.toString();
    };
  }

  private static String pairs(Map<?, ?> map) {
    return map.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + of(entry.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String record(Record fields) {
    return SettingKey.of(fields.getClass()).stream()
        .filter(key -> key.valueIn(fields) != null)
        .map(key -> key.name() + ": " + of(key.valueIn(fields)))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
