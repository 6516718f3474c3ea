// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills variables in values from the environment, written as a name in braces after a dollar; two
 * dollars stop that.
 */
final class EnvironmentVariables {
  private static final Pattern FORM = Pattern.compile("\\$(\\$\\{|\\{([^}]*)\\})");

  private EnvironmentVariables() {}

  static boolean used(YamlNode.Scalar scalar) {
    return scalar.raw().contains("${");
  }

  /**
   * The value with its variables filled in; filling in twice is harmless.
   *
   * @throws IllegalArgumentException naming a variable that is not set
   */
  static YamlNode.Scalar fill(YamlNode.Scalar scalar, Map<String, String> environment) {
    if (!used(scalar)) {
      return scalar;
    }
    Matcher match = FORM.matcher(scalar.raw());
    String text =
        match.replaceAll(found -> Matcher.quoteReplacement(value(found.group(2), environment)));
    return new YamlNode.Scalar(text, scalar.raw(), false, scalar.mark());
  }

  private static String value(@Nullable String name, Map<String, String> environment) {
    if (name == null) {
      return "${";
    }
    String value = environment.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the environment has no variable `" + name + "`");
    }
    return value;
  }
}
