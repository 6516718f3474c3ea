// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameAddrTest {
  static final List<String> VALUES =
      List.of(
          "\"A \\\"B\\\" <x>, y\" <sip:a@h;lr?x=y>;tag=1;q=\"0,5\" , sip:b@h;tag=2",
          "Alice Smith\r\n <sip:a@h> ; TAG = x",
          "<sip:192.0.2.1;lr>,<sip:[::1];lr>");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sip:a@h                         | sip:a@h         | false |",
        "sip:a@h;tag=1                   | sip:a@h         | false | 1",
        "<sip:a@h>                       | sip:a@h         | true  |",
        "<sip:a@h;tag=no>                | sip:a@h;tag=no  | true  |",
        "<sip:a@h;tag=no>;tag=yes        | sip:a@h;tag=no  | true  | yes",
        "Alice<sip:a@h>;tag=1            | sip:a@h         | true  | 1",
        "Alice B. Smith <sip:a@h>;tag=1  | sip:a@h         | true  | 1",
        "J\u00fcrgen <sip:a@h>;tag=1     | sip:a@h         | true  | 1",
        "\"Alice\" <sip:a@h>             | sip:a@h         | true  |",
        "\"Alice\"<sip:a@h>              | sip:a@h         | true  |",
        "\"\" <sip:a@h>                  | sip:a@h         | true  |",
        "\"a \\\" <sip:x@y>;tag=2\" <sip:a@h>;tag=1 | sip:a@h | true | 1",
        "\"a\\\\\" <sip:a@h>;tag=1       | sip:a@h         | true  | 1",
        "\"a, b\" <sip:a@h>;tag=1        | sip:a@h         | true  | 1",
        "<sip:a@h> ; Tag = 1 ; x         | sip:a@h         | true  | 1",
        "<sip:a@h>~ ;~ tag~ =~ 1         | sip:a@h         | true  | 1",
        "A~ B~ <sip:a@h>                 | sip:a@h         | true  |",
        "<sip:a@h?Route=x>;tag=1         | sip:a@h?Route=x | true  | 1",
        "<sip:a@h>;x=\";tag=2\";tag=1    | sip:a@h         | true  | 1",
        "<sip:a@h>;xtag=2;tagx=3;tag=1   | sip:a@h         | true  | 1",
        "<sip:a@h>;tag=a.b-c=@:/         | sip:a@h         | true  | a.b-c=@:/",
        "<tel:+49>;tag=1                 | tel:+49         | true  | 1",
        "isbn:2983792873                 | isbn:2983792873 | false |",
        "<sip:[2001:db8::1]:5060>        | sip:[2001:db8::1]:5060 | true |",
      })
  void readsOneElement(String text, String uri, boolean brackets, String tag) {
    byte[] bytes = Splices.bytes(text.replace("~", "\r\n"));
    NameAddr element = new NameAddr();
    assertThat(element.parse(bytes, 0, bytes.length)).isTrue();
    assertThat(element.uri()).isEqualTo(uri);
    assertThat(element.hasBrackets()).isEqualTo(brackets);
    assertThat(element.tag()).isEqualTo(tag);
    assertThat(element.end()).isEqualTo(bytes.length);
    assertThat(element.nextElement(bytes.length)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a",
        "<>",
        "<a>",
        "<:a>",
        "<sip:>",
        "<sip:a@h",
        "sip:a@h>",
        "<sip:a@h>>",
        "<<sip:a@h>>",
        "\"a <sip:a@h>",
        "\"a\\\" <sip:a@h>",
        "a\"b\" <sip:a@h>",
        "\"a\"",
        "\"a\" sip:a@h",
        "\"a\" b <sip:a@h>",
        "Bell, A <sip:a@h>",
        "< sip:a@h>",
        "<sip:a@h >",
        "<sip:a b@h>",
        "sip:a@h b",
        "sip:a@h?x=y",
        "<sip:a@h>;",
        "<sip:a@h>;;x",
        "<sip:a@h>;=x",
        "<sip:a@h>;tag",
        "<sip:a@h>;tag=",
        "<sip:a@h>;tag=\"",
        "<sip:a@h>;tag=1;tag=2",
        "<sip:a@h>;tag=1;TAG=1",
        "<sip:a@h>;x=\"y",
        "<sip:a@h> x",
        "<sip:a@h>;x=a b",
        "<sip:a\0@h>"
      })
  void refusesWhatBreaksTheGrammar(String text) {
    byte[] bytes = Splices.bytes(text);
    assertThat(new NameAddr().parse(bytes, 0, bytes.length)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "<sip:a>|sip:a",
        "<sip:a>,<sip:b>|sip:a sip:b",
        "<sip:a> , <sip:b> ,~ <sip:c>|sip:a sip:b sip:c",
        "\"x, y\" <sip:a,b>;p=\",\",sip:c;q=1,<sip:d>|sip:a,b sip:c sip:d",
        "<sip:a>,|sip:a -",
        "<sip:a>,,<sip:b>|sip:a -",
      })
  void walksLists(String text, String uris) {
    byte[] bytes = Splices.bytes(text.replace("~", "\r\n"));
    List<String> found = new ArrayList<>();
    NameAddr element = new NameAddr();
    for (int at = 0; at >= 0; ) {
      boolean good = element.parse(bytes, at, bytes.length);
      found.add(good ? element.uri() : "-");
      at = good ? element.nextElement(bytes.length) : -1;
    }
    assertThat(String.join(" ", found)).isEqualTo(uris);
  }
}
