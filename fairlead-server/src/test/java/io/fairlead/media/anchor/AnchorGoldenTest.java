// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sdp.OfferAnswer.Side;
import io.fairlead.server.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Conversations in descriptions. By turns, divided by a rule: an order, for an offer or an answer
 * with its description; and what the other side reads, then what the relay was told.
 *
 * <p>Orders: {@code call NETWORK NETWORK}, {@code offer SIDE [tag T] from ADDRESS}, {@code answer
 * ...}, {@code confirmed T}, {@code rejected SIDE}, {@code move NETWORK}, {@code ports N}, {@code
 * end}.
 */
class AnchorGoldenTest {
  private static final Path FILES = Pages.file("fairlead-server/src/test/resources/anchor");
  private static final String RULE = "----------\n";
  private static final Pattern DESCRIPTION =
      Pattern.compile("(offer|answer) (caller|callee)(?: tag (\\S+))? from (\\S+)");

  static Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void writesWhatTheOtherSideReads(String name) {
    Path golden = FILES.resolve(name);
    String[] parts = Pages.read(golden).split(RULE, -1);
    String[] first = parts[0].trim().split(" ", -1);
    assertThat(first).as("call NETWORK NETWORK, `-` for none").hasSize(3);
    Anchored call = new Anchored(first[1].replace("-", ""), first[2].replace("-", ""));
    StringBuilder text = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i += 2) {
      text.append(RULE).append(parts[i]).append(RULE).append(turn(call, parts[i]));
    }

    Pages.hold(golden, text.toString());
  }

  @Test
  void hasACaseForEachMatter() throws IOException {
    assertThat(files().toList()).hasSizeGreaterThan(20).allMatch(name -> name.endsWith(".golden"));
  }

  private static String turn(Anchored call, String part) {
    int line = part.indexOf('\n');
    String order = part.substring(0, line);
    String sdp = part.substring(line + 1);
    StringBuilder out = new StringBuilder(ordered(call, order, sdp));
    if (!out.isEmpty() && out.charAt(out.length() - 1) != '\n') {
      out.append('\n');
    }
    call.streams.toldSince().forEach(each -> out.append("# ").append(each).append('\n'));
    return out.toString();
  }

  private static String ordered(Anchored call, String order, String sdp) {
    Matcher described = DESCRIPTION.matcher(order);
    if (described.matches()) {
      String tag = described.group(3);
      String wire = sdp.replace("\n", "\r\n");
      String read =
          call.describe(
              described.group(1).equals("offer"),
              side(described.group(2)),
              tag == null ? "" : tag,
              described.group(4),
              wire);
      assertThat(
              call.describe(
                  described.group(1).equals("offer"),
                  side(described.group(2)),
                  tag == null ? "" : tag,
                  described.group(4),
                  wire))
          .as("the same again gives the same again")
          .isEqualTo(read);
      return read.replace("\r\n", "\n");
    }
    String[] word = order.split(" ", -1);
    switch (word[0]) {
      case "confirmed" -> call.call.confirmed(word[1]);
      case "rejected" -> call.call.rejected(side(word[1]));
      case "move" -> call.call.moveCallee(word[1]);
      case "ports" -> call.streams.left = Integer.parseInt(word[1]);
      case "end" -> call.end();
      default -> throw new IllegalArgumentException(order);
    }
    return "";
  }

  private static Side side(String name) {
    return Side.valueOf(name.toUpperCase(Locale.ROOT));
  }
}
