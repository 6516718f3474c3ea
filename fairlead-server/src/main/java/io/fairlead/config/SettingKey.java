// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key of a record. Immutable.
 *
 * @param name in lower-dash
 * @param component where it goes
 * @param setting its annotation
 * @param shape what is accepted
 */
record SettingKey(String name, RecordComponent component, Setting setting, SettingShape shape) {
  private static final ClassValue<List<SettingKey>> KEYS =
      new ClassValue<>() {
        @Override
        protected List<SettingKey> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents()).map(SettingKey::of).toList();
        }
      };

  /** The keys of a record class, in its order. */
  static List<SettingKey> of(Class<? extends Record> type) {
    return KEYS.get(type);
  }

  private static SettingKey of(RecordComponent component) {
    Setting setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalStateException(
          component.getDeclaringRecord().getName()
              + "."
              + component.getName()
              + " has no @Setting");
    }
    if (setting.off() && component.getType().isPrimitive()) {
      throw new IllegalStateException(component + " is primitive and cannot be off");
    }
    component.getAccessor().setAccessible(true);
    SettingShape shape = SettingShape.of(component.getGenericType(), setting);
    String name =
        setting.key().isEmpty() ? NameSpelling.dashed(component.getName()) : setting.key();
    return new SettingKey(name, component, setting, shape);
  }

  /**
   * Whether nothing is a value of it; where {@code off} says that, an absent key is not nothing.
   */
  boolean nullable() {
    return !setting.off() && component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  boolean hasValue() {
    return !setting.value().isEmpty();
  }

  /** Its default as a tree that stands at the given place. */
  YamlNode defaultTree(SourcePosition mark) {
    String text = setting.value();
    boolean tree =
        !(shape instanceof SettingShape.One) && (text.startsWith("[") || text.startsWith("{"));
    return tree ? YamlReader.readDefault(text).movedTo(mark) : YamlNode.Scalar.plain(text, mark);
  }

  /** Whether it must be written. */
  boolean required() {
    if (hasValue() || nullable()) {
      return false;
    }
    return switch (shape) {
      case SettingShape.One one -> true;
      case SettingShape.OneOf choice -> true;
      case SettingShape.ListOf list -> false;
      case SettingShape.MapOf map -> false;
      case SettingShape.Fields fields -> fields.needsInput();
    };
  }

  /** Its value in a record. */
  @Nullable Object valueIn(Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }
}
