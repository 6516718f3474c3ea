// SPDX-License-Identifier: Apache-2.0
package io.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.server.Pages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds to the code what each room says of its neighbours in {@code package-info.java}. */
class IntroductionsTest {
  private static final List<Path> HOUSE =
      List.of(
          Pages.file("fairlead-sip/src/main/java/io/fairlead"),
          Pages.file("fairlead-server/src/main/java/io/fairlead"));
  private static final Pattern IMPORT =
      Pattern.compile("import (?:static )?io\\.fairlead\\.(\\w+)\\.");
  // Whom everybody calls need not be named.
  private static final Set<String> GROUND =
      Set.of("sip", "sdp", "stun", "loop", "net", "observe", "config");
  private static final Map<String, Set<String>> CALLS = calls();

  static Set<String> rooms() {
    return CALLS.keySet();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomNamesThoseItCalls(String room) {
    holds(room, "Calls:", CALLS.get(room));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomNamesThoseThatCallIt(String room) {
    Set<String> callers = new TreeSet<>();
    CALLS.forEach((other, called) -> {
      if (called.contains(room)) {
        callers.add(other);
      }
    });
    holds(room, "Called by:", callers);
  }

  @Test
  void findsTheRooms() {
    assertThat(CALLS).hasSizeGreaterThan(14);
    assertThat(CALLS.get("proxy")).contains("pool", "transaction").doesNotContain("cli");
  }

  /** "Every room ..." stands for what would be a long list. */
  private static void holds(String room, String heading, Set<String> expected) {
    String said = said(room, heading);
    if (said.contains("every room")) {
      return;
    }
    Set<String> wanted = new TreeSet<>(expected);
    wanted.removeAll(GROUND);
    assertThat(named(said))
        .as("%s in package-info of %s", heading, room)
        .isSubsetOf(expected)
        .containsAll(wanted);
  }

  private static String said(String room, String heading) {
    String text =
        HOUSE.stream()
            .map(root -> root.resolve(room).resolve("package-info.java"))
            .filter(Files::exists)
            .map(Pages::read)
            .findFirst()
            .orElseThrow();
    Matcher sentence =
        Pattern.compile(heading + "(.*?)(\\.\\s|\\*\\s*<|\\*/)", Pattern.DOTALL).matcher(text);
    assertThat(sentence.find()).as("%s in package-info of %s", heading, room).isTrue();
    return sentence.group(1);
  }

  private static Set<String> named(String said) {
    Set<String> named = new TreeSet<>(List.of(said.split("\\W+")));
    named.retainAll(rooms());
    return named;
  }

  private static Map<String, Set<String>> calls() {
    Map<String, Set<String>> calls = new TreeMap<>();
    for (Path root : HOUSE) {
      try (Stream<Path> files = Files.walk(root)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(file -> add(calls, root.relativize(file).getName(0).toString(), file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return calls;
  }

  private static void add(Map<String, Set<String>> calls, String room, Path file) {
    Set<String> called = calls.computeIfAbsent(room, key -> new TreeSet<>());
    IMPORT.matcher(Pages.read(file)).results().forEach(found -> called.add(found.group(1)));
    called.remove(room);
  }
}
