// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventReaderTest {
  /** In a line ' stands for a quotation mark, ~ for the end of a line. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{}|{}",
        "{ 'a' : 'b' , 'c':'d'}~|{a=b, c=d}",
        "{'a':''}|{a=}",
        "{'a':'\\' \\\\ \\/ \\u00e9\\u0041 \\t'}|{a=' \\ / éA \t}",
        "{'a':['1','2']}|`{a=ARRAY::1|:2}`",
        "{'a':['1']}|{a=ARRAY::1}",
        "{'a':[]}|{a=}",
        "{'a':1,'b':-1.5e3,'c':true}|{a=1, b=-1.5e3, c=true}",
        "{'a':'1','a':'2'}|{a=1}",
        "{'a':'b','_body':'x~'}|",
        "{'a':'b','_body':'x\\ny'}|{a=b} x~y",
        "{'Event-Name':'CUSTOM','Event-Subclass':'fifo::info'}|{Event-Name=CUSTOM,"
            + " Event-Subclass=fifo::info}",
        "|",
        "[]|",
        "'a'|",
        "{'a'}|",
        "{'a':}|",
        "{'a':'b'|",
        "{'a':'b'}x|",
        "{'a':'b'}{}|",
        "{'a':'b',}|",
        "{a:'b'}|",
        "{'a':{'b':'c'}}|",
        "{'a':[['b']]}|",
        "{'a':['b'}|",
        "{'a':'\\x'}|",
        "{'a':'\\u12'}|",
        "{'a':'\\u٠٠٠٠'}|",
        "{'a':01}|",
        "{'a':b}|",
        "{'a':'b~'}|",
      })
  void readsJson(@Nullable String json, @Nullable String event) {
    String text = json == null ? "" : json.replace('\'', '"').replace('~', '\n');

    assertThat(read(EventReader.JSON, text)).isEqualTo(event == null ? "no event" : quoted(event));
  }

  private static String quoted(String event) {
    return event.replace('\'', '"');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a: b~c: d~~;{a=b, c=d}",
        "a: b;{a=b}",
        "a: %61%20%C3%A9%2B+,~~;{a=a é++,}",
        "a: 100%~b: %4~c: %zz%41~~;{a=100%, b=%4, c=%zzA}",
        "a: 1~a: 2~~;{a=1}",
        "a: ARRAY%3A%3A1|%3A2~~;{a=ARRAY::1|:2}",
        "Content-Length: 3~~x~y;{Content-Length=3} x~y",
        "Content-Length: 1~~xyz;{Content-Length=1} x",
        "Content-Length: 9~~xyz;{Content-Length=9} xyz",
        "Content-Length: x~~xyz;{Content-Length=x}",
        "a: b~~xyz;{a=b}",
        "~;{}",
        "a~~;no event",
        ": b~~;no event",
      })
  void readsPlain(String lines, String event) {
    assertThat(read(EventReader.PLAIN, lines.replace('~', '\n'))).isEqualTo(event);
  }

  @Test
  void boundsTheNumberOfHeaders() {
    String fields =
        IntStream.range(0, EslHeaderReader.MOST)
            .mapToObj(i -> "\"h" + i + "\":\"\"")
            .collect(Collectors.joining(","));
    String lines =
        IntStream.range(0, EslHeaderReader.MOST)
            .mapToObj(i -> "h" + i + ": \n")
            .collect(Collectors.joining());

    assertThat(read(EventReader.JSON, "{" + fields + "}")).startsWith("{h0=");
    assertThat(read(EventReader.JSON, "{" + fields + ",\"x\":\"\"}")).isEqualTo("no event");
    assertThat(read(EventReader.PLAIN, lines + "\n")).startsWith("{h0=");
    assertThat(read(EventReader.PLAIN, lines + "x: \n\n")).isEqualTo("no event");
  }

  private static String read(String type, String text) {
    EslEvent event =
        EventReader.read(new EslFrame(Map.of("Content-Type", type), text.getBytes(UTF_8)));
    if (event == null) {
      return "no event";
    }
    String body = event.body().replace('\n', '~');
    return new TreeMap<>(event.headers()) + (body.isEmpty() ? "" : " " + body);
  }
}
