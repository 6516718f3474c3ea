// SPDX-License-Identifier: Apache-2.0
package io.fairlead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.server.Pages;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Does what {@code docs/adding.md} says: its examples compile, and the tests in them hold. */
class AddingTest {
  private static final String PAGE = Pages.read(Pages.file("docs/adding.md"));
  private static final Pattern CHAPTER =
      Pattern.compile("^## (An example: .*?)\\n(.*?)(?=^## |\\z)", Pattern.DOTALL | Pattern.MULTILINE);

  static Stream<Example> examples() {
    return CHAPTER.matcher(PAGE).results().map(found -> new Example(found.group(1), found.group(2)));
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
        new Example("one that is out of date", "```diff\n--- " + list + "\n   NoSuch.KIND,\n+  X,\n```\n");

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

  @Test
  void everyFileTheTableNamesExists() {
    List<String> named =
        Pattern.compile("`(\\w+)(\\.[A-Z_]+)?`")
            .matcher(PAGE.substring(0, PAGE.indexOf("## An example")))
            .results()
            .map((MatchResult name) -> name.group(1))
            .filter(name -> name.matches("[A-Z][a-z]+\\w*"))
            .distinct()
            .toList();

    assertThat(named).hasSizeGreaterThan(8).allMatch(Example::isSource, "is a class of ours");
  }
}
