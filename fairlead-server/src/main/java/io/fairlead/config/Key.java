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
record Key(String name, RecordComponent component, Setting setting, Shape shape) {
  private static final ClassValue<List<Key>> KEYS =
      new ClassValue<>() {
        @Override
        protected List<Key> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents()).map(Key::of).toList();
        }
      };

  /** The keys of a record class, in its order. */
  static List<Key> of(Class<? extends Record> type) {
    return KEYS.get(type);
  }

  private static Key of(RecordComponent component) {
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
    Shape shape = Shape.of(component.getGenericType(), setting);
    String name = setting.key().isEmpty() ? Names.dashed(component.getName()) : setting.key();
    return new Key(name, component, setting, shape);
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
  Yaml defaultTree(Mark mark) {
    String text = setting.value();
    boolean tree = !(shape instanceof Shape.One) && (text.startsWith("[") || text.startsWith("{"));
    return tree ? YamlReader.readDefault(text).movedTo(mark) : Yaml.Scalar.plain(text, mark);
  }

  /** Whether it must be written. */
  boolean required() {
    if (hasValue() || nullable()) {
      return false;
    }
    return switch (shape) {
      case Shape.One one -> true;
      case Shape.OneOf choice -> true;
      case Shape.ListOf list -> false;
      case Shape.MapOf map -> false;
      case Shape.Fields fields -> fields.needsInput();
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
