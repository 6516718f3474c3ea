// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one YAML document into a tree. Works on the library's events, so that depth, size and what
 * aliases unfold to are bounded here, and a duplicate key does not hide the errors after it. One
 * per reading.
 *
 * <p>Owned by whoever reads the configuration.
 */
final class YamlReader {
  private static final int DEEPEST = 32;
  private static final int LARGEST = 200_000;

  private final YamlSource source;
  private final List<ConfigError> errors;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private Iterator<Event> events = List.<Event>of().iterator();
  private int count;

  private YamlReader(YamlSource source, List<ConfigError> errors) {
    this.source = source;
    this.errors = errors;
  }

  /**
   * The document, an empty mapping for an empty text, or null when the text is no YAML; errors are
   * added.
   */
  static @Nullable YamlNode read(YamlSource source, List<ConfigError> errors) {
    if (source.text().length() > YamlSource.LIMIT) {
      errors.add(ConfigError.of(source.name(), "the text is larger than 1 MiB"));
      return null;
    }
    try {
      return new YamlReader(source, errors).document();
    } catch (Refused e) {
      errors.add(ConfigError.at(source, e.mark, "", e.words));
    } catch (MarkedYamlEngineException e) {
      SourcePosition mark = mark(e.getProblemMark().or(e::getContextMark));
      errors.add(
          ConfigError.at(source, mark, "", YamlErrorText.inWords(e, source.line(mark.line()))));
    } catch (ReaderException e) {
      SourcePosition mark = position(source.text(), e.getPosition());
      String message = "the character U+%04X may not stand here".formatted(e.getCodePoint());
      errors.add(ConfigError.at(source, mark, "", message));
    } catch (YamlEngineException e) {
      errors.add(ConfigError.of(source.name(), "this is not YAML: " + e.getMessage()));
    }
    return null;
  }

  /** A default written in brackets. */
  static YamlNode readDefault(String text) {
    List<ConfigError> errors = new ArrayList<>();
    YamlNode tree = read(YamlSource.of("default", text), errors);
    if (tree == null || !errors.isEmpty()) {
      throw new IllegalStateException("the default " + text + " is broken: " + errors);
    }
    return tree;
  }

  private YamlNode document() {
    LoadSettings settings =
        LoadSettings.builder().setLabel(source.name()).setCodePointLimit(YamlSource.LIMIT).build();
    events = new Parse(settings).parseString(source.text()).iterator();
    YamlNode root = YamlNode.Mapping.empty(new SourcePosition(1, 1));
    boolean seen = false;
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof DocumentStartEvent) {
        if (seen) {
          throw new Refused(
              mark(event.getStartMark()), "a second document begins here; one is allowed");
        }
        seen = true;
        YamlNode node = node(events.next(), 0);
        root = node instanceof YamlNode.Scalar scalar && scalar.isNull() ? root : node;
      }
    }
    return root;
  }

  private YamlNode node(Event event, int depth) {
    SourcePosition mark = mark(event.getStartMark());
    if (depth > DEEPEST) {
      throw new Refused(mark, "this is nested deeper than " + DEEPEST + " levels");
    }
    if (event instanceof AliasEvent alias) {
      return unfolded(alias, mark);
    }
    int before = count++;
    if (count > LARGEST) {
      throw new Refused(mark, "the text has more than " + LARGEST + " values");
    }
    YamlNode node =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar, mark);
          case SequenceStartEvent start -> sequence(start, mark, depth);
          case MappingStartEvent start -> mapping(start, mark, depth);
          default -> throw new IllegalStateException("unexpected " + event);
        };
    if (event instanceof NodeEvent anchored) {
      Anchored remembered = new Anchored(node, count - before);
      anchored.getAnchor().map(Anchor::getValue).ifPresent(name -> anchors.put(name, remembered));
    }
    return node;
  }

  /**
   * An alias shares its tree, but counts as a copy: whoever walks the result walks it each time.
   */
  private YamlNode unfolded(AliasEvent alias, SourcePosition mark) {
    String name = alias.getAlias().getValue();
    Anchored anchored = anchors.get(name);
    if (anchored == null) {
      throw new Refused(mark, "there is no anchor `&" + name + "` before this place");
    }
    count += anchored.size();
    if (count > LARGEST) {
      throw new Refused(mark, "the aliases unfold to more than " + LARGEST + " values");
    }
    return anchored.node();
  }

  private YamlNode scalar(ScalarEvent event, SourcePosition mark) {
    refuseTag(event.getTag(), mark);
    String text = event.getValue();
    return new YamlNode.Scalar(text, text, event.isPlain(), mark);
  }

  private YamlNode sequence(CollectionStartEvent start, SourcePosition mark, int depth) {
    refuseTag(start.getTag(), mark);
    List<YamlNode> items = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(node(event, depth + 1));
    }
    return new YamlNode.Sequence(List.copyOf(items), mark);
  }

  private YamlNode mapping(CollectionStartEvent start, SourcePosition mark, int depth) {
    refuseTag(start.getTag(), mark);
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    List<YamlNode> merged = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      SourcePosition at = mark(event.getStartMark());
      if (!(node(event, depth + 1) instanceof YamlNode.Scalar key)) {
        throw new Refused(at, "a key must be a single word");
      }
      YamlNode value = node(events.next(), depth + 1);
      if (key.plain() && key.text().equals("<<")) {
        merged.add(value);
      } else {
        put(entries, key.text(), new YamlNode.Entry(at, value));
      }
    }
    merged.forEach(value -> merge(entries, value));
    return new YamlNode.Mapping(entries, mark);
  }

  private void put(Map<String, YamlNode.Entry> entries, String key, YamlNode.Entry entry) {
    YamlNode.Entry first = entries.putIfAbsent(key, entry);
    if (first != null) {
      String message = "`" + key + "` is already given in line " + first.key().line();
      errors.add(ConfigError.at(source, entry.key(), "", message));
    }
  }

  private static void merge(Map<String, YamlNode.Entry> entries, YamlNode value) {
    switch (value) {
      case YamlNode.Mapping mapping -> mapping.entries().forEach(entries::putIfAbsent);
      case YamlNode.Sequence sequence -> sequence.items().forEach(item -> merge(entries, item));
      case YamlNode.Scalar scalar ->
          throw new Refused(scalar.mark(), "`<<` takes an alias of keys");
    }
  }

  private static void refuseTag(Optional<String> tag, SourcePosition mark) {
    if (tag.isPresent()) {
      throw new Refused(
          mark, "the tag `" + tag.get() + "` is not understood; tags are not used here");
    }
  }

  private static SourcePosition mark(Optional<org.snakeyaml.engine.v2.exceptions.Mark> mark) {
    return mark.map(m -> new SourcePosition(m.getLine() + 1, m.getColumn() + 1))
        .orElse(SourcePosition.FILE);
  }

  private static SourcePosition position(String text, int index) {
    String before = text.substring(0, Math.min(index, text.length()));
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    return new SourcePosition(line, before.length() - before.lastIndexOf('\n'));
  }

  /** A tree that aliases may name, and how many values it has. */
  private record Anchored(YamlNode node, int size) {}

  /** Ends the reading; never leaves this class. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient SourcePosition mark;
    private final String words;

    Refused(SourcePosition mark, String words) {
      super(words);
      this.mark = mark;
      this.words = words;
    }
  }
}
