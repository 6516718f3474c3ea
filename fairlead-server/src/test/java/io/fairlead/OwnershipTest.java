// SPDX-License-Identifier: Apache-2.0
package io.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the class comments and {@code docs/ownership.md} to each other and to the code. */
class OwnershipTest {
  private static final Path ROOT =
      Files.exists(Path.of("docs/house.txt")) ? Path.of("") : Path.of("..");
  private static final String SHARED = "Shared: see docs/ownership.md.";
  // Comment, annotations, then the declaration of the file's class.
  private static final Pattern TYPE =
      Pattern.compile(
          "(?ms)^/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:^@[\\w().\"]+\\s*)*"
              + "^(?:public |final |abstract |sealed |non-sealed )*(class|record) (\\w+)");
  private static final Pattern CROSS_THREAD =
      Pattern.compile(
          "\\bvolatile \\w|\\bsynchronized\\b|= new"
              + " (Atomic|ConcurrentHashMap|LongAdder|Mpsc|\\w*BlockingQueue)");
  private static final Pattern STATE =
      Pattern.compile(
          "(?m)^  (?! )(private |protected )?(final )?(@\\w+ )?[\\w.<>,?@ \\[\\]]+ \\w+( = .*)?;$");
  private static final Pattern ROW_NAME = Pattern.compile("`([A-Z]\\w+)`");

  /**
   * A class of the server.
   *
   * @param room its room
   * @param name its simple name
   * @param kind class or record
   * @param comment its class comment
   * @param text the whole file
   */
  private record Source(String room, String name, String kind, String comment, String text) {
    boolean saysWho() {
      return comment.contains("Owned by ")
          || comment.contains("Immutable.")
          || comment.contains(SHARED);
    }

    @Override
    public String toString() {
      return room + "/" + name;
    }

    boolean hasState() {
      return kind.equals("record")
          || STATE.matcher(text.replaceAll("(?m)^  .*\\bstatic\\b.*$", "")).find();
    }
  }

  private static final Map<String, Source> SOURCES = sources();

  @Test
  void everyClassWithStateSaysWhoOwnsIt() {
    assertThat(SOURCES).hasSizeGreaterThan(100);
    List<Source> withState =
        SOURCES.values().stream()
            .filter(source -> source.hasState() && !source.name().endsWith("Exception"))
            .toList();

    assertThat(withState).hasSizeGreaterThan(100);
    assertThat(withState.stream().filter(source -> !source.saysWho())).isEmpty();
  }

  @Test
  void whatThreadsShareIsMarkedSo() {
    List<Source> shared =
        SOURCES.values().stream()
            .filter(source -> CROSS_THREAD.matcher(source.text()).find())
            .toList();

    assertThat(shared).hasSizeGreaterThan(10);
    assertThat(shared.stream().filter(source -> !source.comment().contains(SHARED))).isEmpty();
  }

  @Test
  void thePageNamesWhatIsShared() throws IOException {
    Set<String> shared = new TreeSet<>();
    SOURCES.values().stream()
        .filter(source -> source.comment().contains(SHARED))
        .forEach(source -> shared.add(source.name()));

    assertThat(firstColumn()).containsAll(shared);
  }

  @Test
  void thePageNamesNothingThatIsNotThere() throws IOException {
    assertThat(SOURCES.values().stream().map(Source::name).toList()).containsAll(firstColumn());
  }

  private static Set<String> firstColumn() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/ownership.md"))) {
      String[] cells = line.split("\\|");
      if (cells.length > 2) {
        ROW_NAME.matcher(cells[1]).results().map((MatchResult r) -> r.group(1)).forEach(names::add);
      }
    }
    return names;
  }

  private static Map<String, Source> sources() {
    Map<String, Source> found = new TreeMap<>();
    List<Path> files = new ArrayList<>();
    Path root = ROOT.resolve("fairlead-server/src/main/java/io/fairlead");
    try (Stream<Path> all = Files.walk(root)) {
      all.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
      for (Path file : files) {
        String room = root.relativize(file).getName(0).toString();
        String text = Files.readString(file);
        Matcher type = TYPE.matcher(text);
        // The command line and its demo are no part of the house that carries calls.
        if (!room.equals("cli") && type.find()) {
          found.put(
              root.relativize(file).toString(),
              new Source(room, type.group(3), type.group(2), unwrapped(type.group(1)), text));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static String unwrapped(String comment) {
    return comment.replaceAll("\\s*\\n \\*\\s*", " ");
  }
}
