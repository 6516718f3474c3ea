// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The scalar types: those listed here, every enum, and every class with {@code static X
 * parse(String)}.
 */
final class ScalarTypes {
  private static final String VARIABLE = "\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}";
  private static final Map<String, Object> TEXT =
      Map.of("type", List.of("string", "number", "boolean"));

  private static final List<ScalarType> BUILT_IN =
      List.of(
          scalar(String.class, "text", "", TEXT, (text, source) -> text),
          scalar(
              Integer.class, "whole number", "", number("integer"), (text, source) -> whole(text)),
          scalar(Long.class, "whole number", "", number("integer"), (text, source) -> large(text)),
          scalar(Double.class, "number", "", number("number"), (text, source) -> decimal(text)),
          new ScalarType(
              Boolean.class,
              "on or off",
              "`on` or `off`",
              List.of("on", "off", "true", "false", "yes", "no"),
              orVariable(Map.of("enum", List.of(true, false, "on", "off", "yes", "no"))),
              (text, source) -> truth(text)),
          scalar(
              Duration.class,
              "duration",
              Durations.EXPECTED,
              form(Durations.FORM),
              (text, source) -> Durations.parse(text)),
          scalar(
              ByteSize.class,
              "size",
              ByteSize.EXPECTED,
              sizes(),
              (text, source) -> ByteSize.parse(text)),
          scalar(
              Percent.class,
              "percentage",
              Percent.EXPECTED,
              form(Percent.FORM),
              (text, source) -> Percent.parse(text)),
          scalar(Path.class, "file name", "", Map.of("type", "string"), ScalarTypes::path),
          scalar(Secret.class, "secret", Secret.EXPECTED, TEXT, ScalarTypes::secret),
          scalar(TextLines.class, "text or file", TextLines.EXPECTED, TEXT, TextLines::of),
          scalar(Pattern.class, "regular expression", "", TEXT, (text, source) -> pattern(text)));

  private ScalarTypes() {}

  /** The scalar type of a class, or null when the class is none. */
  static @Nullable ScalarType of(Class<?> type) {
    Class<?> boxed = boxed(type);
    for (ScalarType scalar : BUILT_IN) {
      if (scalar.type() == boxed) {
        return scalar;
      }
    }
    if (type.isEnum()) {
      return words(type);
    }
    Method parse = factory(type, "parse");
    return parse == null ? null : parsed(type, parse);
  }

  /** A public static method that makes the class from a text, or null. */
  static @Nullable Method factory(Class<?> type, String name) {
    try {
      Method method = type.getDeclaredMethod(name, String.class);
      boolean fits =
          Modifier.isStatic(method.getModifiers())
              && Modifier.isPublic(method.getModifiers())
              && method.getReturnType() == type;
      if (!fits || type.getName().startsWith("java.")) {
        return null;
      }
      method.setAccessible(true);
      return method;
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  /** Calls such a method; what it refuses comes out as its IllegalArgumentException. */
  static Object call(Method factory, String text) {
    try {
      return factory.invoke(null, text);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException(factory + " failed on a text of the configuration", e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(factory + " cannot be called", e);
    }
  }

  private static ScalarType scalar(
      Class<?> type,
      String noun,
      String expected,
      Map<String, Object> schema,
      ScalarType.Parse parse) {
    return new ScalarType(type, noun, expected, List.of(), schema, parse);
  }

  private static ScalarType words(Class<?> type) {
    Object[] constants = type.getEnumConstants();
    List<String> names =
        Arrays.stream(constants).map(c -> NameSpelling.dashed(((Enum<?>) c).name())).toList();
    Map<String, Object> schema = orVariable(Map.of("enum", names));
    return new ScalarType(
        type, "word", "", names, schema, (text, source) -> constant(constants, names, text));
  }

  private static Object constant(Object[] constants, List<String> names, String text) {
    int index = names.indexOf(text);
    if (index < 0) {
      throw new IllegalArgumentException("`" + text + "` is not known here");
    }
    return constants[index];
  }

  private static ScalarType parsed(Class<?> type, Method parse) {
    String expected = "";
    try {
      Method method = type.getDeclaredMethod("expected");
      method.setAccessible(true);
      expected = String.valueOf(method.invoke(null));
    } catch (NoSuchMethodException e) {
      expected = "";
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + ".expected() cannot be called", e);
    }
    return scalar(type, noun(type, expected), expected, TEXT, (text, source) -> call(parse, text));
  }

  /** The first words of what is expected, or else the name of the class. */
  private static String noun(Class<?> type, String expected) {
    return expected.isEmpty()
        ? NameSpelling.dashed(type.getSimpleName()).replace('-', ' ')
        : expected.replaceFirst(" such as .*", "").replaceFirst("^an? ", "");
  }

  private static Map<String, Object> form(String regex) {
    return Map.of("type", "string", "pattern", "^" + regex + "$|" + VARIABLE);
  }

  private static Map<String, Object> sizes() {
    List<Object> either = new ArrayList<>(List.of(Map.of("type", "integer", "minimum", 0)));
    either.add(form(ByteSize.FORM));
    return Map.of("anyOf", either);
  }

  private static Map<String, Object> number(String type) {
    return orVariable(Map.of("type", type));
  }

  /** A schema that also accepts a variable, whose value it cannot know. */
  static Map<String, Object> orVariable(Map<String, Object> schema) {
    Map<String, Object> variable = Map.of("type", "string", "pattern", "^" + VARIABLE + "$");
    return Map.of("anyOf", List.of(schema, variable));
  }

  private static Object whole(String text) {
    long number = large(text);
    if (number != (int) number) {
      throw new IllegalArgumentException("`" + text + "` is too large a number");
    }
    return (int) number;
  }

  private static long large(String text) {
    if (!text.matches("[+-]?[0-9]{1,18}")) {
      throw new IllegalArgumentException("`" + text + "` is not a whole number");
    }
    return Long.parseLong(text);
  }

  private static Object decimal(String text) {
    if (!text.matches("[+-]?[0-9]{1,15}(\\.[0-9]{1,15})?")) {
      throw new IllegalArgumentException("`" + text + "` is not a number");
    }
    return Double.parseDouble(text);
  }

  private static Object truth(String text) {
    return switch (text) {
      case "on", "true", "yes" -> true;
      case "off", "false", "no" -> false;
      default -> throw new IllegalArgumentException("`" + text + "` is neither on nor off");
    };
  }

  private static Object pattern(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      String where = e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1);
      throw new IllegalArgumentException(
          "`" + text + "` is not a regular expression: " + e.getDescription() + where, e);
    }
  }

  private static Object path(String text, YamlSource source) {
    try {
      return source.directory().resolve(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("`" + text + "` is not a file name", e);
    }
  }

  private static Object secret(String text, YamlSource source) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("the secret is empty");
    }
    return text.startsWith("file:")
        ? Secret.file((Path) path(text.substring("file:".length()), source))
        : Secret.of(text);
  }

  private static Class<?> boxed(Class<?> type) {
    if (type == int.class) {
      return Integer.class;
    }
    if (type == long.class) {
      return Long.class;
    }
    if (type == double.class) {
      return Double.class;
    }
    return type == boolean.class ? Boolean.class : type;
  }
}
