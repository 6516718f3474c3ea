// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import io.fairlead.config.Durations;
import io.fairlead.config.NameSpelling;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that was read and whose fields are known. Immutable. */
final class ControlRequest {
  private static final long VERSION = 1;
  private static final Duration LONGEST = Duration.ofDays(365);

  private final ControlCommand verb;
  private final Map<String, @Nullable Object> fields;

  private ControlRequest(ControlCommand verb, Map<String, @Nullable Object> fields) {
    this.verb = verb;
    this.fields = fields;
  }

  /** Reads one line. */
  static ControlRequest read(String line) throws RefusedException {
    JsonObject read = Json.read(line);
    if (read == null) {
      throw new RefusedException(
          "expected one JSON object in one line, such as {\"version\":1,\"do\":\"status\"}");
    }
    Object version = read.all().get("version");
    if (!(version instanceof Long number) || number != VERSION) {
      throw new RefusedException("expected \"version\":" + VERSION + ", not " + Json.text(version));
    }
    if (!(read.all().get("do") instanceof String word)) {
      throw new RefusedException(
          "\"do\" is missing: one of " + String.join(", ", ControlCommand.names()));
    }
    ControlCommand verb = ControlCommand.of(word);
    if (verb == null) {
      throw new RefusedException(unknown("the verb", word, ControlCommand.names()));
    }
    for (String name : read.all().keySet()) {
      if (!verb.fields().contains(name)) {
        throw new RefusedException(unknown("the field", name, verb.fields()));
      }
    }
    return new ControlRequest(verb, read.all());
  }

  /** {@code the verb `drian` is not known; did you mean `drain`?}. */
  static String unknown(String what, String given, Collection<String> known) {
    String cut = given.length() > 64 ? given.substring(0, 64) + "..." : given;
    String nearest = NameSpelling.nearest(given, known);
    String end =
        nearest == null
            ? ": expected one of " + String.join(", ", known)
            : "; did you mean `" + nearest + "`?";
    return what + " `" + cut + "` is not known" + end;
  }

  ControlCommand verb() {
    return verb;
  }

  /** A text, or null when there is none. */
  @Nullable String text(String name) throws RefusedException {
    Object value = fields.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw new RefusedException("expected a text for \"" + name + "\", not " + Json.text(value));
  }

  /** A list of texts; a single text will do. */
  List<String> texts(String name) throws RefusedException {
    Object value = fields.get(name);
    List<?> list = value instanceof String ? List.of(value) : value instanceof List<?> l ? l : null;
    if (list == null || list.isEmpty() || !list.stream().allMatch(String.class::isInstance)) {
      throw new RefusedException("expected \"" + name + "\":[\"POOL/BACKEND\"], one or more");
    }
    return list.stream().map(String.class::cast).toList();
  }

  /** A duration, or null when there is none. */
  @Nullable Duration duration(String name) throws RefusedException {
    Object value = fields.get(name);
    if (value == null) {
      return null;
    }
    try {
      Duration given = Durations.parse(value.toString());
      if (given.compareTo(LONGEST) <= 0) {
        return given;
      }
    } catch (IllegalArgumentException e) {
      // Falls to the same words as one that is too long.
    }
    throw new RefusedException(
        "expected a duration up to 365d for \""
            + name
            + "\", such as \"2h\" or \"30m\", not "
            + Json.text(value));
  }

  /** A word of an enum. */
  <E extends Enum<E>> E word(String name, E otherwise) throws RefusedException {
    Object value = fields.get(name);
    if (value == null) {
      return otherwise;
    }
    E[] all = otherwise.getDeclaringClass().getEnumConstants();
    for (E each : all) {
      if (NameSpelling.dashed(each.name()).equals(value)) {
        return each;
      }
    }
    List<String> names = Arrays.stream(all).map(each -> NameSpelling.dashed(each.name())).toList();
    throw new RefusedException(unknown("for \"" + name + "\" the word", value.toString(), names));
  }

  /** A number between the two. */
  long number(String name, long least, long most, long otherwise) throws RefusedException {
    Object value = fields.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Long number && number >= least && number <= most) {
      return number;
    }
    throw new RefusedException(
        "expected a whole number from "
            + least
            + " to "
            + most
            + " for \""
            + name
            + "\", not "
            + Json.text(value));
  }
}
