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
public final class Fields {
  private static final Fields NONE = new Fields(Map.of());

  private final Map<String, @Nullable Object> all;

  Fields(Map<String, @Nullable Object> all) {
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
  public Fields fields(String name) {
    return all.get(name) instanceof Fields fields ? fields : NONE;
  }

  /** A list. */
  public List<?> list(String name) {
    return all.get(name) instanceof List<?> list ? list : List.of();
  }

  /** The objects of a list. */
  public List<Fields> each(String name) {
    return list(name).stream().filter(Fields.class::isInstance).map(Fields.class::cast).toList();
  }
}
