// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a setting may look like, read from its Java type. Immutable. */
sealed interface SettingShape {
  /** A single value. */
  record One(ScalarType scalar) implements SettingShape {}

  /** A list. */
  record ListOf(SettingShape item) implements SettingShape {}

  /**
   * Names given by the operator, each with a value.
   *
   * @param single the name under which a single value stands; empty when there must be names
   */
  record MapOf(SettingShape value, String single) implements SettingShape {
    /** What it is when one value is written in place of the names, or null. */
    @Nullable YamlNode named(YamlNode node) {
      return !single.isEmpty() && node instanceof YamlNode.Scalar scalar && !scalar.isNull()
          ? YamlNode.Mapping.single(single, scalar)
          : null;
    }
  }

  /** A record with its keys. */
  record Fields(Class<? extends Record> type) implements SettingShape {
    List<SettingKey> keys() {
      return SettingKey.of(type);
    }

    /** The static {@code of(String)}, if the record has one. */
    @Nullable Method shortForm() {
      return ScalarTypes.factory(type, "of");
    }

    /** The key that a single value stands for, if the record has one. */
    @Nullable SettingKey shortKey() {
      return keys().stream().filter(key -> key.setting().shortForm()).findFirst().orElse(null);
    }

    boolean hasShortForm() {
      return shortForm() != null || shortKey() != null;
    }

    /**
     * The names that may stand in it: its keys, and the kinds whose settings may stand beside their
     * choice.
     */
    List<String> names() {
      List<String> names = new ArrayList<>(keys().stream().map(SettingKey::name).toList());
      for (SettingKey key : keys()) {
        if (key.shape() instanceof OneOf choice) {
          names.addAll(choice.namesBeside());
        }
      }
      return names;
    }

    /** What is accepted, for messages. */
    String expected() {
      return "the keys " + String.join(", ", keys().stream().map(SettingKey::name).toList());
    }

    /** Whether some key must be written. */
    boolean needsInput() {
      return keys().stream().anyMatch(SettingKey::required);
    }
  }

  /** One of a list of kinds. */
  record OneOf(List<Plugin<?, ?, ?>> kinds) implements SettingShape {
    List<String> names() {
      return kinds.stream().<String>map(Plugin::name).toList();
    }

    /** The kinds that have settings. */
    List<String> namesBeside() {
      return kinds.stream()
          .filter(kind -> kind.settings().getRecordComponents().length > 0)
          .<String>map(Plugin::name)
          .toList();
    }

    /** What is accepted, for messages. */
    String expected() {
      return "one of " + String.join(", ", names());
    }

    @Nullable Plugin<?, ?, ?> kind(String name) {
      return kinds.stream().filter(kind -> kind.name().equals(name)).findFirst().orElse(null);
    }
  }

  /** The shape of a component's type. */
  static SettingShape of(Type type, Setting setting) {
    if (type instanceof ParameterizedType generic) {
      Type[] argument = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return new ListOf(of(argument[0], setting));
      }
      if (generic.getRawType() == Map.class && argument[0] == String.class) {
        return new MapOf(of(argument[1], setting), setting.single());
      }
      if (generic.getRawType() == ChosenPlugin.class) {
        return new OneOf(kinds(setting.kinds()));
      }
    }
    if (type instanceof Class<?> plain) {
      ScalarType scalar = ScalarTypes.of(plain);
      if (scalar != null) {
        return new One(scalar);
      }
      if (plain.isRecord()) {
        return new Fields(plain.asSubclass(Record.class));
      }
    }
    throw new IllegalStateException(type + " cannot be a setting");
  }

  private static List<Plugin<?, ?, ?>> kinds(Class<?> outlet) {
    try {
      Method method = outlet.getDeclaredMethod("kinds");
      method.setAccessible(true);
      return ((List<?>) method.invoke(null))
          .stream().<Plugin<?, ?, ?>>map(k -> (Plugin<?, ?, ?>) k).toList();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(outlet + " has no usable static kinds()", e);
    }
  }
}
