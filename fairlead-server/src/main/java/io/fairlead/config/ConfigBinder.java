// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Binds a YAML text to a record class, collecting every error on the way. What a record accepts is
 * told at {@link Setting}. One per binding.
 *
 * <p>Owned by whoever reads the configuration.
 */
public final class ConfigBinder {
  /** Stands for a value that had errors, since null is a value. */
  private enum Failed {
    FAILED
  }

  private final YamlSource source;
  private final SourcePositions marks;
  private final ErrorFreeRecords parts = new ErrorFreeRecords();
  private final List<ConfigError> errors = new ArrayList<>();
  private final List<ConfigError> warnings = new ArrayList<>();

  private ConfigBinder(YamlSource source) {
    this.source = source;
    this.marks = new SourcePositions(source);
  }

  /** Binds a text. */
  public static <T extends Record> BindResult<T> bind(Class<T> type, YamlSource source) {
    ConfigBinder binder = new ConfigBinder(source);
    YamlNode root = YamlReader.read(source, binder.errors);
    Object value = Failed.FAILED;
    if (root != null) {
      binder.marks.putValue("", root.mark());
      value = binder.fields(new SettingShape.Fields(type), root, "");
    }
    return binder.bound(type, value);
  }

  /** Binds a file; one that cannot be read is an error like others. */
  public static <T extends Record> BindResult<T> bind(Class<T> type, Path file) {
    try {
      return bind(type, YamlSource.read(file));
    } catch (ConfigException e) {
      SourcePositions none = new SourcePositions(YamlSource.of(file.toString(), ""));
      return new BindResult<>(null, e.errors(), List.of(), none, new ErrorFreeRecords());
    }
  }

  /**
   * A record with all its defaults.
   *
   * @throws ConfigException when it has a required key
   */
  public static <T extends Record> T defaults(Class<T> type) {
    return bind(type, YamlSource.of("defaults of " + type.getSimpleName(), "")).orThrow();
  }

  /**
   * Binds a text whose keys are names that people have chosen, each with such a record.
   *
   * @throws ConfigException with everything that is wrong
   */
  public static <T extends Record> Map<String, T> bindNames(Class<T> type, YamlSource source) {
    ConfigBinder binder = new ConfigBinder(source);
    YamlNode root = YamlReader.read(source, binder.errors);
    Object value =
        root == null
            ? Failed.FAILED
            : binder.map(new SettingShape.MapOf(new SettingShape.Fields(type), ""), root, "");
    if (!binder.errors.isEmpty() || !(value instanceof Map<?, ?> names)) {
      throw new ConfigException(binder.errors.stream().map(binder.marks::withoutHidden).toList());
    }
    Map<String, T> bound = new LinkedHashMap<>();
    names.forEach((name, record) -> bound.put((String) name, type.cast(record)));
    return Collections.unmodifiableMap(bound);
  }

  private <T extends Record> BindResult<T> bound(Class<T> type, @Nullable Object value) {
    Comparator<ConfigError> inFileOrder =
        Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column);
    errors.sort(inFileOrder);
    List<ConfigError> shown = errors.stream().map(marks::withoutHidden).toList();
    T result = errors.isEmpty() && !(value instanceof Failed) ? type.cast(value) : null;
    return new BindResult<>(result, shown, warnings, marks, parts);
  }

  private @Nullable Object value(SettingShape shape, YamlNode node, String path) {
    marks.putValue(path, node.mark());
    YamlNode filled = filled(node, path);
    return filled == null ? Failed.FAILED : shaped(shape, filled, path);
  }

  private @Nullable Object shaped(SettingShape shape, YamlNode node, String path) {
    return switch (shape) {
      case SettingShape.One one -> one(one.scalar(), node, path);
      case SettingShape.ListOf list -> list(list.item(), node, path);
      case SettingShape.MapOf map -> map(map, node, path);
      case SettingShape.Fields fields -> fields(fields, node, path);
      case SettingShape.OneOf choice -> choice(choice, node, path);
    };
  }

  private @Nullable YamlNode filled(YamlNode node, String path) {
    if (!(node instanceof YamlNode.Scalar scalar)) {
      return node;
    }
    try {
      return EnvironmentVariables.fill(scalar, source.environment());
    } catch (IllegalArgumentException e) {
      fail(marks.error(path, words(e)));
      return null;
    }
  }

  private Object one(ScalarType type, YamlNode node, String path) {
    if (!(node instanceof YamlNode.Scalar scalar)) {
      return wrong(path, "a single value", node, type.expected());
    }
    if (scalar.isNull()) {
      return fail(marks.error(path, "has no value").expecting(expected(type)));
    }
    try {
      Object value = type.parse().apply(scalar.text(), source);
      if (value instanceof Secret
          && !EnvironmentVariables.used(scalar)
          && !scalar.text().startsWith("file:")) {
        marks.hide(scalar.mark().line());
        ConfigError warning = marks.error(path, "the secret stands in the file itself");
        warnings.add(warning.expecting(Secret.EXPECTED));
      }
      return value;
    } catch (IllegalArgumentException e) {
      return refused(type, scalar, path, words(e));
    }
  }

  private Object refused(ScalarType type, YamlNode.Scalar scalar, String path, String message) {
    if (UnavailableKeys.value(path, scalar.text())) {
      return fail(marks.error(path, unavailable(scalar.raw())));
    }
    String shown =
        EnvironmentVariables.used(scalar)
            ? "`" + scalar.raw() + "` does not give a usable value"
            : message;
    if (type.type() == Secret.class && !scalar.text().startsWith("file:")) {
      marks.hide(scalar.mark().line());
    }
    ConfigError error = marks.error(path, shown).expecting(expected(type));
    return fail(error.suggesting(scalar.text(), type.names()));
  }

  private static @Nullable String expected(ScalarType type) {
    if (!type.expected().isEmpty()) {
      return type.expected();
    }
    return type.names().isEmpty() ? null : "one of " + String.join(", ", type.names());
  }

  private Object list(SettingShape item, YamlNode node, String path) {
    List<YamlNode> items =
        switch (node) {
          case YamlNode.Sequence sequence -> sequence.items();
          case YamlNode.Scalar scalar when acceptsScalar(item) -> List.of(scalar);
          default -> null;
        };
    if (items == null) {
      return wrong(path, "a list", node, "items after `- ` or in `[ ]`");
    }
    parts.putList(path, items.size());
    List<Object> values = new ArrayList<>();
    boolean failed = false;
    for (int i = 0; i < items.size(); i++) {
      Object value = value(item, items.get(i), SettingPath.item(path, i));
      failed |= value instanceof Failed;
      values.add(value);
    }
    return failed ? Failed.FAILED : List.copyOf(values);
  }

  private static boolean acceptsScalar(SettingShape shape) {
    return switch (shape) {
      case SettingShape.One one -> true;
      case SettingShape.OneOf choice -> true;
      case SettingShape.Fields fields -> fields.hasShortForm();
      case SettingShape.ListOf list -> false;
      case SettingShape.MapOf map -> false;
    };
  }

  private Object map(SettingShape.MapOf shape, YamlNode node, String path) {
    YamlNode named = shape.named(node);
    if (!((named == null ? node : named) instanceof YamlNode.Mapping mapping)) {
      return wrong(path, "keys with values", node, "`name: value` pairs");
    }
    parts.putNames(path, List.copyOf(mapping.entries().keySet()));
    Map<String, Object> values = new LinkedHashMap<>();
    boolean failed = false;
    for (Map.Entry<String, YamlNode.Entry> entry : mapping.entries().entrySet()) {
      String at = SettingPath.key(path, entry.getKey());
      marks.putKey(at, entry.getValue().key());
      Object value = mapValue(shape.value(), entry.getValue().value(), at);
      failed |= value instanceof Failed;
      values.put(entry.getKey(), value);
    }
    return failed ? Failed.FAILED : Collections.unmodifiableMap(values);
  }

  private @Nullable Object mapValue(SettingShape shape, YamlNode node, String path) {
    boolean allDefaults = shape instanceof SettingShape.Fields && isNull(node);
    return value(shape, allDefaults ? YamlNode.Mapping.empty(node.mark()) : node, path);
  }

  private Object fields(SettingShape.Fields fields, YamlNode node, String path) {
    Object value =
        switch (node) {
          case YamlNode.Mapping mapping -> record(fields, mapping, path);
          case YamlNode.Scalar scalar -> shortForm(fields, scalar, path);
          case YamlNode.Sequence sequence ->
              wrong(path, "keys with values", node, fields.expected());
        };
    parts.put(path, value);
    return value;
  }

  private Object shortForm(SettingShape.Fields fields, YamlNode.Scalar scalar, String path) {
    SettingKey key = fields.shortKey();
    if (key != null) {
      marks.putValue(SettingPath.key(path, key.name()), scalar.mark());
      return record(fields, YamlNode.Mapping.single(key.name(), scalar), path);
    }
    Method of = fields.shortForm();
    if (of == null) {
      return wrong(path, "keys with values", scalar, fields.expected());
    }
    try {
      return ScalarTypes.call(of, scalar.text());
    } catch (IllegalArgumentException e) {
      return UnavailableKeys.value(path, scalar.text())
          ? fail(marks.error(path, unavailable(scalar.raw())))
          : fail(marks.error(path, words(e)));
    }
  }

  private Object record(SettingShape.Fields fields, YamlNode.Mapping mapping, String path) {
    mapping
        .entries()
        .forEach((name, entry) -> marks.putKey(SettingPath.key(path, name), entry.key()));
    boolean failed = unknownKeys(fields, mapping, path);
    List<SettingKey> keys = fields.keys();
    @Nullable Object[] values = new @Nullable Object[keys.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = key(keys.get(i), mapping, path);
      failed |= values[i] instanceof Failed;
    }
    return failed ? Failed.FAILED : construct(fields.type(), values, path);
  }

  private boolean unknownKeys(SettingShape.Fields fields, YamlNode.Mapping mapping, String path) {
    List<String> known = fields.names();
    boolean failed = false;
    for (String name : mapping.entries().keySet()) {
      if (!known.contains(name)) {
        List<String> free = new ArrayList<>(known);
        free.removeAll(mapping.entries().keySet());
        unknown(name, free, SettingPath.key(path, name));
        failed = true;
      }
    }
    return failed;
  }

  private void unknown(String name, List<String> known, String path) {
    if (UnavailableKeys.key(path)) {
      fail(marks.keyError(path, "this key is not available in this version"));
      return;
    }
    ConfigError error = marks.keyError(path, "this key is not known here").suggesting(name, known);
    fail(error.nearest() == null ? error.expecting("one of " + String.join(", ", known)) : error);
  }

  private @Nullable Object key(SettingKey key, YamlNode.Mapping parent, String parentPath) {
    String path = SettingPath.key(parentPath, key.name());
    YamlNode.Entry entry = parent.entries().get(key.name());
    YamlNode node = null;
    if (entry != null) {
      marks.putValue(path, entry.value().mark());
      node = filled(entry.value(), path);
      if (node == null) {
        return Failed.FAILED;
      }
    }
    if (node == null || (isNull(node) && !(key.shape() instanceof SettingShape.One))) {
      node = absent(key, parent.mark());
    }
    if (node == null) {
      return missing(key, path);
    }
    if (key.setting().off() && node instanceof YamlNode.Scalar scalar) {
      if (scalar.text().equals("off")) {
        return null;
      }
      if (scalar.text().equals("on") && key.shape() instanceof SettingShape.Fields) {
        node = YamlNode.Mapping.empty(scalar.mark());
      }
    }
    return key.shape() instanceof SettingShape.OneOf choice
        ? choiceOf(choice, node, path, new Beside(parent, parentPath))
        : shaped(key.shape(), node, path);
  }

  /** What stands for a key that is not written, or null when nothing does. */
  private static @Nullable YamlNode absent(SettingKey key, SourcePosition mark) {
    if (key.hasValue()) {
      return key.defaultTree(mark);
    }
    if (key.nullable()) {
      return null;
    }
    return switch (key.shape()) {
      case SettingShape.ListOf list -> new YamlNode.Sequence(List.of(), mark);
      case SettingShape.MapOf map -> YamlNode.Mapping.empty(mark);
      case SettingShape.Fields fields -> fields.needsInput() ? null : YamlNode.Mapping.empty(mark);
      case SettingShape.One one -> null;
      case SettingShape.OneOf choice -> null;
    };
  }

  private @Nullable Object missing(SettingKey key, String path) {
    if (key.nullable()) {
      return null;
    }
    String expected =
        switch (key.shape()) {
          case SettingShape.One one -> expected(one.scalar());
          case SettingShape.OneOf choice -> "one of " + String.join(", ", choice.names());
          case SettingShape.Fields fields -> fields.expected();
          case SettingShape.ListOf list -> null;
          case SettingShape.MapOf map -> null;
        };
    return fail(marks.keyError(path, "this key is missing").expecting(expected));
  }

  /** Where the settings of a chosen kind may stand beside the choice. */
  private record Beside(YamlNode.Mapping siblings, String path) {}

  private Object choice(SettingShape.OneOf choice, YamlNode node, String path) {
    return choiceOf(choice, node, path, new Beside(YamlNode.Mapping.empty(node.mark()), path));
  }

  private Object choiceOf(SettingShape.OneOf choice, YamlNode node, String path, Beside beside) {
    return switch (node) {
      case YamlNode.Scalar scalar -> named(choice, scalar, path, beside);
      case YamlNode.Mapping mapping when mapping.entries().size() == 1 -> {
        String name = mapping.entries().keySet().iterator().next();
        YamlNode.Entry entry = mapping.entries().values().iterator().next();
        String at = SettingPath.key(path, name);
        marks.putKey(at, entry.key());
        Plugin<?, ?, ?> kind = choice.kind(name);
        yield kind == null
            ? noKind(choice, name, marks.keyError(at, "`" + name + "` is not known here"))
            : chosen(kind, entry.value(), at);
      }
      case YamlNode other -> wrong(path, "a name", other, choice.expected());
    };
  }

  private Object named(
      SettingShape.OneOf choice, YamlNode.Scalar scalar, String path, Beside beside) {
    String name = scalar.text();
    Plugin<?, ?, ?> kind = choice.kind(name);
    if (kind == null) {
      return UnavailableKeys.value(path, name)
          ? fail(marks.error(path, unavailable(scalar.raw())))
          : noKind(choice, name, marks.error(path, "`" + scalar.raw() + "` is not known here"));
    }
    boolean unused = false;
    for (String other : choice.namesBeside()) {
      if (!other.equals(name) && beside.siblings().entries().containsKey(other)) {
        String at = SettingPath.key(beside.path(), other);
        fail(marks.keyError(at, "this has no effect, since `" + name + "` is chosen"));
        unused = true;
      }
    }
    YamlNode.Entry settings = beside.siblings().entries().get(name);
    Object value =
        settings == null || !choice.namesBeside().contains(name)
            ? chosen(kind, YamlNode.Mapping.empty(scalar.mark()), SettingPath.key(path, name))
            : chosen(kind, settings.value(), SettingPath.key(beside.path(), name));
    return unused ? Failed.FAILED : value;
  }

  private Object noKind(SettingShape.OneOf choice, String name, ConfigError error) {
    return fail(error.expecting(choice.expected()).suggesting(name, choice.names()));
  }

  private <S extends Record, E, T> Object chosen(Plugin<S, E, T> kind, YamlNode node, String path) {
    YamlNode settings = isNull(node) ? YamlNode.Mapping.empty(node.mark()) : node;
    Object value = value(new SettingShape.Fields(kind.settings()), settings, path);
    return value == null || value instanceof Failed
        ? Failed.FAILED
        : new ChosenPlugin<>(kind, kind.settings().cast(value));
  }

  private Object construct(Class<? extends Record> type, @Nullable Object[] values, String path) {
    try {
      Class<?>[] parameters =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(parameters);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      return switch (e.getCause()) {
        case SettingException s -> fail(marks.error(SettingPath.below(path, s.key()), words(s)));
        case IllegalArgumentException i -> fail(marks.keyError(path, words(i)));
        case null, default -> throw new IllegalStateException(type + " failed on " + path, e);
      };
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  private Object wrong(String path, String wanted, YamlNode found, @Nullable String expected) {
    String message = "this must be " + wanted + ", not " + found.noun();
    boolean said = expected == null || expected.isEmpty() || expected.equals(wanted);
    return fail(marks.error(path, message).expecting(said ? null : expected));
  }

  private Object fail(ConfigError error) {
    errors.add(error);
    return Failed.FAILED;
  }

  private static boolean isNull(YamlNode node) {
    return node instanceof YamlNode.Scalar scalar && scalar.isNull();
  }

  private static String unavailable(String value) {
    return "`" + value + "` is not available in this version";
  }

  private static String words(IllegalArgumentException e) {
    String message = e.getMessage();
    return message == null ? "this value is refused" : message;
  }
}
