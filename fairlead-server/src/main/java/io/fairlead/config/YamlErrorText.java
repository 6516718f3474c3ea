// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.Map;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says what is wrong with broken YAML in words that do not need the YAML specification. */
final class YamlErrorText {
  /** Part of the library's message, and what it means to the person who wrote the file. */
  private static final Map<String, String> WORDS =
      Map.of(
          "mapping values are not allowed here",
              "this `:` makes a key where none can be; check the indentation, or quote the text",
          "could not find expected ':'", "a `:` is missing after this key",
          "unexpected end of stream", "the text ends inside quotes",
          "found character '@'", "text that begins with @ needs quotes",
          "found character '`'", "text that begins with ` needs quotes",
          "found character '%'", "text that begins with % needs quotes",
          "found unknown escape character",
              "an unknown \\ escape; use 'single quotes' for such text",
          "expected ',' or ']'", "a `,` or `]` is missing in a list",
          "expected ',' or '}'", "a `,` or `}` is missing between keys",
          "expected <block end>", "this line is not indented like its neighbours");

  private YamlErrorText() {}

  static String inWords(MarkedYamlEngineException problem, String line) {
    String indent = line.substring(0, line.length() - line.stripLeading().length());
    if (indent.indexOf('\t') >= 0) {
      return "the line is indented with a tab; use spaces";
    }
    String message = problem.getProblem();
    String begun = begun(problem);
    for (Map.Entry<String, String> entry : WORDS.entrySet()) {
      if (message.contains(entry.getKey())) {
        return entry.getValue() + begun;
      }
    }
    return "this is not YAML: " + message + begun;
  }

  private static String begun(MarkedYamlEngineException problem) {
    int line = problem.getProblemMark().map(Mark::getLine).orElse(0);
    int begin = problem.getContextMark().map(Mark::getLine).orElse(line);
    return begin == line ? "" : "; see also line " + (begin + 1);
  }
}
