// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Edits by example: edits/*.golden holds a message, rules, and the message that must come out, with
 * a line of dashes between. A rule is one line: {@code cut NAME}, {@code cut first NAME}, {@code
 * replace NAME: VALUE}, {@code insert before NAME: LINE}, {@code insert after NAME: LINE}, {@code
 * append: LINE}, {@code uri URI}, {@code pop Via}, {@code mark IP PORT}. Within a rule \r\n is
 * written as {@code ~}.
 */
class EditTest {
  private static final String DASHES = "----------\n";

  static List<Path> golden() throws Exception {
    Path folder = Path.of(Objects.requireNonNull(EditTest.class.getResource("/edits")).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".golden")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void editsAsTheExampleSays(Path file) throws IOException {
    String[] parts = Files.readString(file, StandardCharsets.ISO_8859_1).split(DASHES, -1);
    assertThat(parts).as("message, rules, message").hasSize(3);
    SipMessage m = Splices.parse(parts[0].replace("\n", "\r\n"));
    Edit edit = new Edit().on(m);
    parts[1].lines().forEach(rule -> apply(edit, m, rule.replace("~", "\r\n")));
    SipWriter out = new SipWriter(1);
    edit.write(out);
    assertThat(Splices.text(out.bytes(), 0, out.length()).replace("\r\n", "\n"))
        .isEqualTo(parts[2]);
    assertThat(Objects.requireNonNull(Splices.tryParse(out.copy())).problem()).isNull();
  }

  private static void apply(Edit edit, SipMessage m, String rule) {
    String[] words = rule.split(" ");
    String text = rule.substring(rule.indexOf(':') + 1).stripLeading();
    switch (words[0]) {
      case "cut" -> cut(edit, m, words[words.length - 1], words.length == 3);
      case "replace" -> {
        int i = first(m, words[1]);
        edit.replace(m.valueStart(i), m.valueEnd(i)).put(text);
      }
      case "insert" -> {
        int i = first(m, words[2]);
        edit.insert(words[1].equals("before") ? m.lineStart(i) : m.lineEnd(i)).put(text).line();
      }
      case "append:" -> edit.insert(m.headersEnd()).put(text).line();
      case "uri" -> {
        SipRequest r = (SipRequest) m;
        edit.replace(r.uriFrom(), r.uriTo()).put(words[1]);
      }
      case "pop" -> Responses.popVia(edit, m);
      case "mark" -> {
        int port = Integer.parseInt(words[2]);
        InetSocketAddress source = new InetSocketAddress(Splices.address(words[1]), port);
        Responses.markVia(edit, (SipRequest) m, source);
      }
      default -> throw new IllegalArgumentException(rule);
    }
  }

  private static int first(SipMessage m, String name) {
    int i = m.first(name.replace(":", ""));
    assertThat(i).as(name).isNotNegative();
    return i;
  }

  private static void cut(Edit edit, SipMessage m, String name, boolean onlyFirst) {
    int i = first(m, name);
    HeaderName known = m.name(i);
    while (i >= 0) {
      edit.cut(m.lineStart(i), m.lineEnd(i));
      i = onlyFirst || known == HeaderName.OTHER ? -1 : m.next(known, i);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', abcdef",
    "1-2, acdef",
    "0-6, ''",
    "0-0+x, xabcdef",
    "6-6+x, abcdefx",
    "3-3+x 3-3+y 3-3+z, abcxyzdef",
    "4-5+y 1-2+x, axcdyf",
    "5-6 3-4 1-2, ace",
    "1-4 2-5, af",
    "2-5 1-4, af",
    "1-5 2-3, af",
    "1-4+x 2-5+y, axyf",
    "1-5 3-3+x, axf",
    "1-3+x 3-3+y, axydef",
    "3-3+y 1-3+x, axydef",
    "2-2+a 2-4+b 2-2+c, ababcef",
    "0-1 1-2 2-3 3-4 4-5 5-6 0-0+1 1-1+2 2-2+3 3-3+4 4-4+5 5-5+6 6-6+7 0-0+8 1-1+9 2-2+a 6-6+b"
        + " 6-6+c, 18293a4567bc",
  })
  void cutsAndInsertsInAnyOrder(String edits, String expected) {
    byte[] source = Splices.bytes("??abcdef??");
    Edit edit = new Edit().on(source, 2, 8);
    for (String one : edits.isEmpty() ? new String[0] : edits.split(" ")) {
      String text = one.contains("+") ? one.substring(one.indexOf('+') + 1) : "";
      edit.replace(2 + one.charAt(0) - '0', 2 + one.charAt(2) - '0').put(text);
    }
    assertThat(edit.isEmpty()).isEqualTo(edits.isEmpty());
    SipWriter out = new SipWriter(1).put("=");
    assertThat(edit.write(out)).isEqualTo(expected.length());
    assertThat(out).hasToString("=" + expected);
    assertThat(edit.write(out.clear())).as("written again").isEqualTo(expected.length());
    assertThat(out).hasToString(expected);
  }

  @Test
  void startsAnewOnTheNextMessage() {
    Edit edit = new Edit().on(Splices.bytes("abc"), 0, 3);
    edit.cut(0, 2);
    edit.insert(3).put("long text that is forgotten");
    edit.on(Splices.bytes("xyz"), 0, 3).insert(1).put("-");
    SipWriter out = new SipWriter();
    edit.write(out);
    assertThat(out).hasToString("x-yz");
  }

  @Test
  void writesNumbersAndTextOfEverySize() {
    SipWriter out = new SipWriter(1);
    out.number(0).put(' ').number(9).put(' ').number(10).put(' ').number(Long.MAX_VALUE).put(' ');
    out.number(-12)
        .put(' ')
        .number(Long.MIN_VALUE)
        .put(' ')
        .hex(0xbeefL, 6)
        .put(' ')
        .put("gr\u00fc\u00df \ud83d\ude00");
    assertThat(out)
        .hasToString(
            "0 9 10 9223372036854775807 -12 -9223372036854775808 00beef gr\u00fc\u00df"
                + " \ud83d\ude00");
  }
}
