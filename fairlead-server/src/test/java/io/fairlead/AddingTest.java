// SPDX-License-Identifier: Apache-2.0
package io.fairlead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.server.Pages;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Does what {@code docs/adding.md} says: its examples compile, and the tests in them hold. */
class AddingTest {
  private static final String PAGE = Pages.read(Pages.file("docs/adding.md"));
  private static final Pattern CHAPTER =
      Pattern.compile(
          "^## (An example: .*?)\\n(.*?)(?=^## |\\z)", Pattern.DOTALL | Pattern.MULTILINE);

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```");
  private static final Pattern NAME =
      Pattern.compile("`([A-Z][A-Za-z]*[a-z]\\w*)(?:\\.(\\w+))?[^`]*`");

  /** Of the JDK, of the RFC, and made by the reader. */
  private static final Set<String> OF_OTHERS =
      Set.of("Throwable", "Optional", "RecordRoute", "CSeq", "MostRoomTest");

  static Stream<Example> examples() {
    return CHAPTER
        .matcher(PAGE)
        .results()
        .map(found -> new Example(found.group(1), found.group(2)));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void theExampleCompilesAndItsTestsHold(Example example) throws Exception {
    assertThat(example.classes()).isNotEmpty();
    assertThat(example.changes()).isNotEmpty();

    List<String> held = example.run();

    assertThat(held).as("its tests").isNotEmpty();
  }

  @Test
  void aChangeThatDoesNotFitTheSourceIsNoticed() {
    String list = "fairlead-server/src/main/java/io/fairlead/pool/balance/Balancers.java";
    Example example =
        new Example(
            "one that is out of date", "```diff\n--- " + list + "\n   NoSuch.KIND,\n+  X,\n```\n");

    assertThatThrownBy(example::run).hasMessageContaining("NoSuch.KIND").hasMessageContaining(list);
  }

  @Test
  void aTestThatFailsIsNoticed() {
    Example example =
        new Example(
            "one that fails",
            """
            ```java
            // SPDX-License-Identifier: Apache-2.0
            package io.fairlead.pool;

            class FailingTest {
              @org.junit.jupiter.api.Test
              void fails() {
                throw new AssertionError("as it should");
              }
            }
            ```
            """);

    assertThatThrownBy(example::run).hasStackTraceContaining("as it should");
  }

  /** {@code Pool.pick(...)} and the like: the class is ours, and the word stands in it. */
  @ParameterizedTest
  @ValueSource(strings = {"docs/adding.md", "docs/architecture.md", "docs/house-rules.md"})
  void whatThePageNamesExists(String page) {
    List<String> missing =
        NAME.matcher(BLOCK.matcher(Pages.read(Pages.file(page))).replaceAll(""))
            .results()
            .map(found -> missing(found.group(1), found.group(2)))
            .filter(name -> !name.isEmpty())
            .distinct()
            .toList();

    assertThat(missing).isEmpty();
  }

  private static String missing(String type, @Nullable String member) {
    String source = Example.source(type);
    boolean there =
        source.isEmpty()
            ? OF_OTHERS.contains(type)
            : member == null || source.matches("(?s).*\\b" + member + "\\b.*");
    return there ? "" : type + (member == null ? "" : "." + member);
  }

  @Test
  void aNameThatIsGoneIsNoticed() {
    assertThat(missing("Pool", "pick")).isEmpty();
    assertThat(missing("Pool", "choose")).isEqualTo("Pool.choose");
    assertThat(missing("LoadTree", null)).isEqualTo("LoadTree");
  }
}
