// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What changed between two bound configurations, in words: {@code pools.farm.backends[fs2].weight:
 * 1 -> 2}. Records in a list are matched by their name, or else by what their short form gives, so
 * that a backend put in front does not change all those after it. One per comparison.
 *
 * <p>Owned by whoever reads the configuration.
 */
public final class SettingsDiff {
  private final List<String> lines = new ArrayList<>();

  private SettingsDiff() {}

  /**
   * The changes from one to the other, in the order of the language; empty when nothing changed.
   */
  public static <T extends Record> List<String> between(T before, T after) {
    SettingsDiff diff = new SettingsDiff();
    diff.records(before, after, "");
    return List.copyOf(diff.lines);
  }

  private void records(Record before, Record after, String path) {
    for (SettingKey key : SettingKey.of(before.getClass())) {
      String at = SettingPath.key(path, key.name());
      Object was = key.valueIn(before);
      Object is = key.valueIn(after);
      if (key.setting().off() && (was == null) != (is == null)) {
        lines.add(
            at
                + ": "
                + (was == null ? "off" : SettingText.of(was))
                + " -> "
                + (is == null ? "off" : SettingText.of(is)));
      } else {
        values(was, is, at);
      }
    }
  }

  private void values(@Nullable Object before, @Nullable Object after, String path) {
    if (Objects.equals(before, after)) {
      return;
    }
    if (before instanceof Map<?, ?> was && after instanceof Map<?, ?> is) {
      maps(was, is, path);
    } else if (before instanceof List<?> was && after instanceof List<?> is && nested(was, is)) {
      Map<Identity, Record> wasNamed = named(was);
      Map<Identity, Record> isNamed = named(is);
      maps(wasNamed, isNamed, path);
      order(wasNamed, isNamed, path);
    } else if (before instanceof ChosenPlugin<?, ?, ?> was
        && after instanceof ChosenPlugin<?, ?, ?> is
        && was.name().equals(is.name())) {
      records(was.settings(), is.settings(), SettingPath.key(path, was.name()));
    } else if (isFields(before) && isFields(after)) {
      records(
          (Record) Objects.requireNonNull(before), (Record) Objects.requireNonNull(after), path);
    } else if (before instanceof Secret && after instanceof Secret) {
      lines.add(path + ": changed");
    } else {
      lines.add(path + ": " + SettingText.of(before) + " -> " + SettingText.of(after));
    }
  }

  private void maps(Map<?, ?> before, Map<?, ?> after, String path) {
    for (Map.Entry<?, ?> entry : before.entrySet()) {
      String at = path(path, entry.getKey());
      if (after.containsKey(entry.getKey())) {
        values(entry.getValue(), after.get(entry.getKey()), at);
      } else {
        lines.add(at + ": removed");
      }
    }
    for (Map.Entry<?, ?> entry : after.entrySet()) {
      if (!before.containsKey(entry.getKey())) {
        lines.add(path(path, entry.getKey()) + ": added" + shown(entry.getValue()));
      }
    }
  }

  private void order(Map<Identity, ?> before, Map<Identity, ?> after, String path) {
    List<Identity> was = new ArrayList<>(before.keySet());
    List<Identity> is = new ArrayList<>(after.keySet());
    was.retainAll(new HashSet<>(is));
    is.retainAll(new HashSet<>(was));
    if (!was.equals(is)) {
      lines.add(
          path + ": order is now " + String.join(", ", is.stream().map(Identity::text).toList()));
    }
  }

  private static String path(String parent, Object key) {
    return key instanceof Identity identity
        ? parent + '[' + identity + ']'
        : SettingPath.key(parent, key.toString());
  }

  private static String shown(@Nullable Object value) {
    return isFields(value) ? "" : ": " + SettingText.of(value);
  }

  private static boolean nested(List<?> before, List<?> after) {
    return before.stream().allMatch(SettingsDiff::isFields)
        && after.stream().allMatch(SettingsDiff::isFields);
  }

  private static boolean isFields(@Nullable Object value) {
    return value instanceof Record
        && !(value instanceof ChosenPlugin)
        && ScalarTypes.of(value.getClass()) == null;
  }

  private static Map<Identity, Record> named(List<?> list) {
    Map<Identity, Record> named = new LinkedHashMap<>();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      Record item = (Record) Objects.requireNonNull(list.get(i));
      String name = identity(item);
      boolean usable = name != null && taken.add(name);
      named.put(new Identity(usable ? Objects.requireNonNull(name) : Integer.toString(i)), item);
    }
    return named;
  }

  private static @Nullable String identity(Record item) {
    Object shortValue = null;
    for (SettingKey key : SettingKey.of(item.getClass())) {
      Object value = key.valueIn(item);
      if (key.name().equals("name") && value != null) {
        return value.toString();
      }
      if (key.setting().shortForm()) {
        shortValue = value;
      }
    }
    return shortValue == null ? null : SettingText.of(shortValue);
  }

  /** What a list item is known by; a type of its own, so that it is shown in brackets. */
  private record Identity(String text) {
    @Override
    public String toString() {
      return text;
    }
  }
}
