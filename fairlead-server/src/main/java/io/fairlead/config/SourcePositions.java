// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where each key and value of a bound configuration stands in its file, so that a check made
 * elsewhere can point at the line. Filled by the binder, read-only afterwards.
 *
 * <p>Owned by whoever reads the configuration.
 */
public final class SourcePositions {
  private final YamlSource source;
  private final Map<String, SourcePosition> keys = new HashMap<>();
  private final Map<String, SourcePosition> values = new HashMap<>();
  private final Set<Integer> hidden = new HashSet<>();

  SourcePositions(YamlSource source) {
    this.source = source;
  }

  void putKey(String path, SourcePosition mark) {
    keys.put(path, mark);
  }

  void putValue(String path, SourcePosition mark) {
    values.put(path, mark);
  }

  /** A line that holds a secret and is not to be shown in any message. */
  void hide(int line) {
    hidden.add(line);
  }

  ConfigError withoutHidden(ConfigError error) {
    return hidden.contains(error.line()) ? error.withoutSource() : error;
  }

  /** True when the path stands in the file. */
  public boolean has(String path) {
    return written(path) != null;
  }

  /**
   * Where the value of a path stands; for one that is not in the file, the nearest key above it.
   */
  public SourcePosition of(String path) {
    SourcePosition value = values.get(path);
    return value != null ? value : key(path);
  }

  /** Where the key of a path stands; for one that is not in the file, the nearest key above it. */
  public SourcePosition key(String path) {
    String at = path;
    while (!at.isEmpty()) {
      SourcePosition mark = written(at);
      if (mark != null) {
        return mark;
      }
      at = SettingPath.parent(at);
    }
    return SourcePosition.FILE;
  }

  /** An error about the value of a path. */
  public ConfigError error(String path, String message) {
    return withoutHidden(ConfigError.at(source, of(path), path, message));
  }

  /** An error about the key of a path, such as the name of a pool. */
  public ConfigError keyError(String path, String message) {
    return withoutHidden(ConfigError.at(source, key(path), path, message));
  }

  private @Nullable SourcePosition written(String path) {
    SourcePosition key = keys.get(path);
    return key != null ? key : values.get(path);
  }
}
