// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that was read. What is not there, or of another kind, is asked for without
 * surprise: the text is empty, the number is the other one, the list has nothing. Immutable.
 */
public final class JsonObject {
  private static final JsonObject NONE = new JsonObject(Map.of());

  private final Map<String, @Nullable Object> all;

  JsonObject(Map<String, @Nullable Object> all) {
    this.all = Collections.unmodifiableMap(all);
  }

  /** By name, in the order of the text. */
  public Map<String, @Nullable Object> all() {
    return all;
  }

  /** True when there is a value other than null. */
  public boolean has(String name) {
    return all.get(name) != null;
  }

  /** A text. */
  public String text(String name) {
    return all.get(name) instanceof String text ? text : "";
  }

  /** A whole number. */
  public long number(String name, long otherwise) {
    return all.get(name) instanceof Number number ? number.longValue() : otherwise;
  }

  /** A number. */
  public double decimal(String name, double otherwise) {
    return all.get(name) instanceof Number number ? number.doubleValue() : otherwise;
  }

  /** A truth. */
  public boolean truth(String name) {
    return Boolean.TRUE.equals(all.get(name));
  }

  /** An object. */
  public JsonObject fields(String name) {
    return all.get(name) instanceof JsonObject fields ? fields : NONE;
  }

  /** A list. */
  public List<?> list(String name) {
    return all.get(name) instanceof List<?> list ? list : List.of();
  }

  /** The objects of a list. */
  public List<JsonObject> each(String name) {
    return list(name).stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }
}
