// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SipUriTest {
  static final List<String> VALUES =
      List.of(
          "sip:alice:pw%20@example.com:5061;transport=tcp;lr;maddr=1.2.3.4?Subject=x&y=z",
          "sips:+49;ext=1@[2001:db8::1]:5061;lr", "tel:+4930123", "sip:[::1]", "sip:a;b?c@d");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "sip:alice@example.com                  | alice         | example.com   | -1    |          "
            + "   |",
        "SIP:alice@Example.COM:5060             | alice         | Example.COM   | 5060  |          "
            + "   |",
        "sips:a:secret@h;transport=tcp          | a             | h             | -1    |"
            + " ;transport=tcp |",
        "sip:h                                  |               | h             | -1    |          "
            + "   |",
        "sip:h:65535                            |               | h             | 65535 |          "
            + "   |",
        "sip:192.0.2.1;lr                       |               | 192.0.2.1     | -1    | ;lr      "
            + "   |",
        "sip:[2001:db8::1]                      |               | [2001:db8::1] | -1    |          "
            + "   |",
        "sip:a@[2001:db8::1]:5062;lr            | a             | [2001:db8::1] | 5062  | ;lr      "
            + "   |",
        "sip:[::ffff:192.0.2.1]                 |               | [::ffff:192.0.2.1] | -1 |        "
            + "   |",
        "sip:user;par=u%40example.net@example.com | user;par=u@example.net | example.com | -1 |    "
            + "  |",
        "sip:1_un.URI~(to-be!s)&i+it$/c?,/;;*@h | 1_un.URI~(to-be!s)&i+it$/c?,/;;* | h | -1 |      "
            + "   |",
        "sip:%61lice@h                          | alice         | h             | -1    |          "
            + "   |",
        "sip:a%2@h                              | a%2           | h             | -1    |          "
            + "   |",
        "sip:a%zz@h                             | a%zz          | h             | -1    |          "
            + "   |",
        "sip:null-%00-null@h                    | null-\0-null  | h             | -1    |          "
            + "   |",
        "sip:+49#1@h                            | +49#1         | h             | -1    |          "
            + "   |",
        "sip:a@h?x=y                            | a             | h             | -1    |          "
            + "   | ?x=y",
        "sip:a@h;p=1?x=y&z=a%20b                | a             | h             | -1    | ;p=1     "
            + "   | ?x=y&z=a%20b",
        "sip:a@my_host                          | a             | my_host       | -1    |          "
            + "   |",
      })
  void readsTheParts(
      String text, String user, String host, int port, String params, String headers) {
    SipUri uri = parse(text);
    assertThat(uri.isSip()).isTrue();
    assertThat(uri.user()).isEqualTo(user == null ? "" : user);
    assertThat(uri.hasUser()).isEqualTo(user != null);
    assertThat(uri.host()).isEqualTo(host);
    assertThat(uri.port()).isEqualTo(port);
    assertThat(text.substring(uri.paramsFrom(), uri.headersFrom()))
        .isEqualTo(params == null ? "" : params);
    assertThat(text.substring(uri.headersFrom())).isEqualTo(headers == null ? "" : headers);
  }

  private static SipUri parse(String text) {
    SipUri uri = new SipUri();
    byte[] bytes = Splices.bytes(text);
    assertThat(uri.parse(bytes, 0, bytes.length)).as(text).isTrue();
    return uri;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sip",
        "sip:",
        ":",
        ":a@b",
        "sip:@h",
        "sip::pw@h",
        "sip:a@",
        "sip:a@:5060",
        "sip:a@h:",
        "sip:a@h:0",
        "sip:a@h:65536",
        "sip:a@h:x",
        "sip:a@h:5060x",
        "sip:a b@h",
        "sip:a@h b",
        "sip:a@h;x=<",
        "sip:a@h;x=\"",
        "sip:a@h?x=>",
        "sip:<a>@h",
        "sip:a@b@c",
        "sip:[::1",
        "sip:[]",
        "sip:[:]",
        "sip:[g::1]",
        "sip:[::1]x",
        "sip:2001:db8::10",
        "sip:a@h\t",
        "sip:a@h;\0",
        "tel:+49 30",
        "<sip:a@h>",
        "s ip:a@h",
        "sip:a\u0000b@h"
      })
  void refusesWhatBreaksTheGrammar(String text) {
    byte[] bytes = Splices.bytes(text);
    assertThat(new SipUri().parse(bytes, 0, bytes.length)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tel:+49301234",
        "urn:service:sos",
        "http://example.com/",
        "soap.beep://192.0.2.103:3002"
      })
  void knowsOtherSchemesOnlyAsOther(String text) {
    assertThat(parse(text).isSip()).isFalse();
    assertThat(parse(text).host()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "sip:h;lr, lr, true, ''",
    "sip:h;LR, lr, true, ''",
    "sip:h;lr=on, lr, true, on",
    "sip:h;lrx, lr, false, ''",
    "sip:h;xlr, lr, false, ''",
    "sip:h;x=lr, lr, false, ''",
    "sip:h;a=1;lr;b, lr, true, ''",
    "sip:lr;lr@h, lr, false, ''",
    "sip:h?lr, lr, false, ''",
    "sip:h;Transport=TCP;lr, transport, true, TCP",
    "sip:h;transport=a;transport=b, transport, true, a",
    "sip:h;;lr, lr, true, ''",
    "sip:h;maddr=[::1];x, maddr, true, [::1]",
    "sip:h;transport=, transport, true, ''",
    "sip:h;x=a=b, x, true, a=b",
  })
  void findsParameters(String text, String name, boolean there, String value) {
    SipUri uri = parse(text);
    assertThat(uri.hasParam(Splices.bytes(name))).isEqualTo(there);
    assertThat(uri.param(Splices.bytes(name))).isEqualTo(value);
  }

  @Test
  void startsAnew() {
    SipUri uri = parse("sip:a@h:5060;lr?x");
    assertThat(uri.parse(Splices.bytes("tel:1"), 0, 5)).isTrue();
    assertThat(uri.hasUser()).isFalse();
    assertThat(uri.port()).isEqualTo(-1);
    assertThat(uri.hasParam(SipUri.LR)).isFalse();
    assertThat(uri.hasHeaders()).isFalse();
  }
}
