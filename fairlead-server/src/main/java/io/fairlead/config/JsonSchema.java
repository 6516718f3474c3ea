// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * The JSON Schema (2020-12) of a record class, with which editors complete and check a
 * configuration. It accepts what {@link ConfigBinder} accepts, as far as a schema can say it. One
 * per schema.
 *
 * <p>Owned by whoever asks for the text.
 */
public final class JsonSchema {
  private static final String PREFIX = "io.fairlead.";

  private final Map<String, Object> definitions = new TreeMap<>();

  private JsonSchema() {}

  /** The schema as text; the same for the same records. */
  public static String of(Class<? extends Record> root, String title) {
    JsonSchema schema = new JsonSchema();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    out.put("title", title);
    out.putAll(schema.object(new SettingShape.Fields(root)));
    out.put("$defs", schema.definitions);
    return IndentedJson.text(out);
  }

  private Map<String, Object> object(SettingShape.Fields fields) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (SettingKey key : fields.keys()) {
      properties.put(key.name(), property(key));
      if (key.required()) {
        required.add(key.name());
      }
    }
    for (SettingKey key : fields.keys()) {
      if (key.shape() instanceof SettingShape.OneOf choice) {
        choice.namesBeside().forEach(name -> properties.putIfAbsent(name, settings(choice, name)));
      }
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("type", "object");
    out.put("properties", properties);
    if (!required.isEmpty()) {
      out.put("required", required);
    }
    out.put("additionalProperties", false);
    return out;
  }

  private Map<String, Object> property(SettingKey key) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("description", key.setting().doc());
    if (key.hasValue()) {
      out.put("default", key.setting().value());
    }
    Map<String, Object> shape = shape(key.shape());
    out.putAll(
        ordered(
            key.setting().off()
                ? either("anyOf", shape, ScalarTypes.orVariable(Map.of("enum", words(key))))
                : shape));
    return out;
  }

  private static List<String> words(SettingKey key) {
    return key.shape() instanceof SettingShape.Fields ? List.of("on", "off") : List.of("off");
  }

  // Map.of has another order in each process.
  private static Map<String, Object> ordered(Map<String, Object> map) {
    return map instanceof SequencedMap ? map : new TreeMap<>(map);
  }

  private Map<String, Object> shape(SettingShape shape) {
    return switch (shape) {
      case SettingShape.One one -> one.scalar().schema();
      case SettingShape.ListOf list -> list(list.item());
      case SettingShape.MapOf map when map.single().isEmpty() -> map(shape(map.value()));
      case SettingShape.MapOf map -> either("oneOf", map(shape(map.value())), shape(map.value()));
      case SettingShape.Fields fields -> reference(fields);
      case SettingShape.OneOf choice -> choice(choice);
    };
  }

  private Map<String, Object> list(SettingShape item) {
    Map<String, Object> one = shape(item);
    Map<String, Object> array = new LinkedHashMap<>();
    array.put("type", "array");
    array.put("items", one);
    return switch (item) {
      case SettingShape.One scalar -> either("oneOf", array, one);
      case SettingShape.OneOf choice -> either("oneOf", array, names(choice));
      case SettingShape.Fields fields when fields.hasShortForm() ->
          either("oneOf", array, text(fields));
      case SettingShape.Fields fields -> array;
      case SettingShape.ListOf list -> array;
      case SettingShape.MapOf map -> array;
    };
  }

  private static Map<String, Object> map(Map<String, Object> value) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("type", "object");
    out.put("additionalProperties", value);
    return out;
  }

  private Map<String, Object> reference(SettingShape.Fields fields) {
    String name = name(fields.type());
    if (!definitions.containsKey(name)) {
      definitions.put(name, true);
      Map<String, Object> object = object(fields);
      definitions.put(name, fields.hasShortForm() ? either("oneOf", object, text(fields)) : object);
    }
    return Map.of("$ref", "#/$defs/" + name);
  }

  private Map<String, Object> text(SettingShape.Fields fields) {
    SettingKey key = fields.shortKey();
    return key == null
        ? Map.of("type", List.of("string", "number", "boolean"))
        : shape(key.shape());
  }

  private Map<String, Object> choice(SettingShape.OneOf choice) {
    List<Object> forms = new ArrayList<>();
    forms.add(names(choice));
    for (String name : choice.names()) {
      Map<String, Object> out = new LinkedHashMap<>();
      out.put("type", "object");
      out.put("properties", Map.of(name, settings(choice, name)));
      out.put("required", List.of(name));
      out.put("additionalProperties", false);
      forms.add(out);
    }
    return Map.of("oneOf", forms);
  }

  private static Map<String, Object> names(SettingShape.OneOf choice) {
    return ScalarTypes.orVariable(Map.of("enum", choice.names()));
  }

  private Map<String, Object> settings(SettingShape.OneOf choice, String name) {
    Plugin<?, ?, ?> kind = choice.kind(name);
    if (kind == null) {
      throw new IllegalStateException("no kind " + name);
    }
    return reference(new SettingShape.Fields(kind.settings()));
  }

  private static Map<String, Object> either(String word, Object first, Object second) {
    return Map.of(word, List.of(first, second));
  }

  private static String name(Class<?> type) {
    String name = type.getName().replace('$', '.');
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }
}
