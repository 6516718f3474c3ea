// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The reference page of a record class, in Markdown: one section per record, one line per key with
 * type, default and reason. The same records give the same text. One per page.
 *
 * <p>Owned by whoever asks for the text.
 */
public final class ReferenceWriter {
  private static final String HEAD =
      """
      # Configuration reference

      Generated from the program; do not edit. A file has these keys at its top:

      """;

  private static final String TABLE =
      """
      | Key | Type | Default | What and why |
      |---|---|---|---|
      """;

  private static final String TYPES =
      """
      ## Types

      | Type | Written as |
      |---|---|
      | duration | `500ms`, `30s`, `2m`, `12h`, `7d` |
      | size | bytes, or with a unit of 1024: `64k`, `1m`, `2g` |
      | percentage | `50%` |
      | on or off | `on`, `off`; also `true`, `false`, `yes`, `no` |
      | file name | relative names start at the directory of the configuration file |
      | secret | `file:name` reads a file; `${NAME}` takes a variable of the environment |
      | regular expression | for the whole text; put it in 'single quotes' |
      | list | `[ a, b ]` or one item per line after `- `; a single value is a list of one |

      `${NAME}` in any value is replaced by that variable of the environment; `$${` stands for `${`.
      """;

  private final StringBuilder out = new StringBuilder(HEAD);
  private final Map<Class<?>, String> sections = new HashMap<>();

  private ReferenceWriter() {}

  /** The page. */
  public static String of(Class<? extends Record> root) {
    ReferenceWriter page = new ReferenceWriter();
    page.keys(new SettingShape.Fields(root), "");
    return page.out.append(TYPES).toString();
  }

  private void keys(SettingShape.Fields fields, String path) {
    List<Runnable> below = new ArrayList<>();
    out.append(TABLE);
    for (SettingKey key : fields.keys()) {
      String at = SettingPath.key(path, key.name());
      String type = type(key.shape(), at, key.setting().doc(), below);
      String off =
          !key.setting().off()
              ? ""
              : key.shape() instanceof SettingShape.Fields ? ", or `on`, `off`" : ", or `off`";
      row("`" + key.name() + "`", type + off, standard(key), key.setting().doc());
    }
    out.append('\n');
    below.forEach(Runnable::run);
  }

  private void kinds(SettingShape.OneOf choice, String path) {
    List<Runnable> below = new ArrayList<>();
    String key = path.substring(path.lastIndexOf('.') + 1);
    out.append("Written as `").append(key).append(": name`.");
    if (choice.kinds().stream()
        .anyMatch(kind -> kind.settings().getRecordComponents().length > 0)) {
      out.append(" The settings of a kind go beside it as `name: { ... }`, or into it as `")
          .append(key)
          .append(": { name: { ... } }`.");
    }
    out.append("\n\n");
    out.append("| Name | Settings | What it does |\n|---|---|---|\n");
    for (Plugin<?, ?, ?> kind : choice.kinds()) {
      SettingShape.Fields settings = new SettingShape.Fields(kind.settings());
      String at = SettingPath.key(path, kind.name());
      String type = settings.keys().isEmpty() ? "none" : type(settings, at, kind.doc(), below);
      row("`" + kind.name() + "`", type, kind.doc());
    }
    out.append('\n');
    below.forEach(Runnable::run);
  }

  private String type(SettingShape shape, String path, String doc, List<Runnable> below) {
    return switch (shape) {
      case SettingShape.One one -> scalar(one.scalar());
      case SettingShape.ListOf list -> "list of " + type(list.item(), path + "[]", doc, below);
      case SettingShape.MapOf map -> {
        String value = type(map.value(), path + ".*", doc, below);
        yield (map.single().isEmpty() ? "" : value + ", or ") + "names, each with " + value;
      }
      case SettingShape.Fields fields -> {
        String known = sections.putIfAbsent(fields.type(), path);
        if (known == null) {
          below.add(() -> section(path, doc, () -> keys(fields, path)));
        }
        String link = link("keys", known == null ? path : known);
        SettingKey single = fields.shortKey();
        String value =
            single == null ? " or a single value" : " or just its `" + single.name() + "`";
        yield fields.hasShortForm() ? link + value : link;
      }
      case SettingShape.OneOf choice -> {
        below.add(() -> section(path, doc, () -> kinds(choice, path)));
        yield link("one of these", path);
      }
    };
  }

  private void section(String path, String doc, Runnable body) {
    out.append("## `").append(path).append("`\n\n").append(doc).append("\n\n");
    body.run();
  }

  private void row(String... cells) {
    for (String cell : cells) {
      out.append("| ").append(cell.replace("|", "\\|").replace('\n', ' ')).append(' ');
    }
    out.append("|\n");
  }

  private static String scalar(ScalarType scalar) {
    return scalar.type().isEnum() ? "`" + String.join("`, `", scalar.names()) + "`" : scalar.noun();
  }

  private static String standard(SettingKey key) {
    if (key.required()) {
      return "required";
    }
    if (key.hasValue()) {
      return "`" + key.setting().value() + "`";
    }
    if (key.nullable()) {
      return "none";
    }
    return switch (key.shape()) {
      case SettingShape.Fields fields -> "its defaults";
      case SettingShape.ListOf list -> "empty";
      case SettingShape.MapOf map -> "empty";
      case SettingShape.One one -> "";
      case SettingShape.OneOf choice -> "";
    };
  }

  /**
   * A link as GitHub and most renderers make anchors: letters, digits, `-` and `_` of the heading.
   */
  private static String link(String text, String path) {
    return "["
        + text
        + "](#"
        + path.replaceAll("[^A-Za-z0-9_-]", "").toLowerCase(Locale.ROOT)
        + ")";
  }
}
