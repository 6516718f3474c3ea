// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records of a configuration that could be bound, each for itself, whatever is wrong with the
 * others: so that what is between them can be checked at once. Filled by the binder, read-only
 * afterwards.
 *
 * <p>Owned by whoever reads the configuration.
 */
public final class ErrorFreeRecords {
  private final Map<String, Object> records = new HashMap<>();
  private final Map<String, Integer> sizes = new HashMap<>();
  private final Map<String, List<String>> names = new HashMap<>();

  ErrorFreeRecords() {}

  void put(String path, Object value) {
    if (value instanceof Record) {
      records.put(path, value);
    }
  }

  void putList(String path, int size) {
    sizes.put(path, size);
  }

  void putNames(String path, List<String> keys) {
    names.put(path, keys);
  }

  /** True when a list, or names that people have chosen, could be read at that path. */
  public boolean has(String path) {
    return sizes.containsKey(path) || names.containsKey(path);
  }

  /** The record at a path; null when it has errors. */
  public <T extends Record> @Nullable T one(Class<T> type, String path) {
    Object found = records.get(path);
    return type.isInstance(found) ? type.cast(found) : null;
  }

  /** The items of a list, each where it stands in the file; null for those that have errors. */
  public <T extends Record> List<@Nullable T> list(Class<T> type, String path) {
    List<@Nullable T> items = new ArrayList<>();
    for (int i = 0; i < sizes.getOrDefault(path, 0); i++) {
      items.add(one(type, SettingPath.item(path, i)));
    }
    return items;
  }

  /** The values of names that people have chosen; null for those that have errors. */
  public <T extends Record> Map<String, @Nullable T> map(Class<T> type, String path) {
    Map<String, @Nullable T> values = new LinkedHashMap<>();
    for (String name : names.getOrDefault(path, List.of())) {
      values.put(name, one(type, SettingPath.key(path, name)));
    }
    return values;
  }
}
