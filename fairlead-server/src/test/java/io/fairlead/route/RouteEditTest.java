// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.config.SettingException;
import io.fairlead.sip.Edit;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteEditTest {
  private static final String MESSAGE =
      """
      INVITE sip:+4930123@old.example:5070;transport=udp SIP/2.0
      Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1
      v: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK2
      Max-Forwards: 70
      s: Hello
      From: <sip:alice@example.com>;tag=1
      X-Account: one
      To: <sip:bob@example.net>
      Call-ID: 1@192.0.2.1
      x-account: two,
       and more
      CSeq: 1 INVITE
      P-Asserted-Identity: <sip:alice@example.com>
      Content-Length: 4

      body
      """
          .strip()
          .replace("\n", "\r\n");

  private static String edited(Routes route, String message) {
    SipRequest request = Requests.parse(message);
    Edit edit = new Edit().on(request);
    Routes.router(route).routes().getFirst().edit(request, edit);
    SipWriter out = new SipWriter();
    edit.write(out);
    return Requests.parse(out.toString()).toString();
  }

  private static String uri(Routes route, String uri) {
    String first =
        edited(route, MESSAGE.replace("sip:+4930123@old.example:5070;transport=udp", uri));
    return first.substring("INVITE ".length(), first.indexOf(" SIP/2.0"));
  }

  @Test
  void changesNothingThatItWasNotAskedTo() {
    assertThat(edited(Routes.to("farm"), MESSAGE)).isEqualTo(MESSAGE);
  }

  @Test
  void changesNumberHostAndHeadersAtOnce() {
    Routes route =
        Routes.to("farm")
            .rewrite(new UserRewrite("+", "00", null, null), "new.example")
            .headers(Map.of("x-account", "acme"), "Subject", "P-Asserted-Identity");

    assertThat(edited(route, MESSAGE))
        .isEqualTo(
            """
            INVITE sip:004930123@new.example;transport=udp SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1
            v: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK2
            Max-Forwards: 70
            From: <sip:alice@example.com>;tag=1
            x-account: acme
            To: <sip:bob@example.net>
            Call-ID: 1@192.0.2.1
            CSeq: 1 INVITE
            Content-Length: 4

            body
            """
                .strip()
                .replace("\n", "\r\n"));
  }

  @Test
  void addsAHeaderBehindTheLastVia() {
    String result = edited(Routes.to("farm").headers(Map.of("X-New", " grün ")), MESSAGE);

    assertThat(result).isEqualTo(MESSAGE.replace("bK2\r\n", "bK2\r\nX-New: grün\r\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '"',
      value = {
        // strip | prefix | URI before | URI after
        "+ | 00 | sip:+4930@h | sip:004930@h",
        "+ | 00 | sip:4930@h | sip:004930@h",
        "+ | - | sip:%2B4930@h | sip:4930@h",
        "+49 | 0 | sip:+4930@h:5080;user=phone | sip:030@h:5080;user=phone",
        "+49 | - | sip:+4830@h | sip:+4830@h",
        "0 | - | sip:0@h | sip:0@h",
        "0 | 9 | sip:0@h | sip:9@h",
        "0 | 9 | sip:h | sip:h",
        "- | # | sip:12@h | sip:%2312@h",
        "- | a@b | sip:12@h | sip:a%40b12@h",
        "- | ü | sip:12@h | sip:%C3%BC12@h",
        "ü | - | sip:%C3%BC12@h | sip:12@h",
        "1 | 2 | sip:1%32:secret@h | sip:2%32:secret@h",
      })
  void stripsAndPrefixes(
      @Nullable String strip, @Nullable String prefix, String before, String after) {
    Routes route = Routes.to("farm").rewrite(new UserRewrite(strip, prefix, null, null), null);

    assertThat(uri(route, before)).isEqualTo(after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '"',
      value = {
        // regex ~ replace ~ URI before ~ URI after
        "(\\+|00)49(.*) ~ 0$2 ~ sip:+4930@h ~ sip:030@h",
        "(\\+|00)49(.*) ~ 0$2 ~ sip:004930@h ~ sip:030@h",
        "(\\+|00)49(.*) ~ 0$2 ~ sip:4930@h ~ sip:4930@h",
        "([0-9]{3})([0-9]+) ~ $2-$1$$ ~ sip:12345@h ~ sip:45-123$@h",
        "(.*)x(.*) ~ $2$1 ~ sip:a%40xb%20@h ~ sip:b%20a%40@h",
        "(a)?b ~ c$1 ~ sip:b@h ~ sip:c@h",
        "a(.*) ~ $1 ~ sip:a@h ~ sip:a@h",
        "(?:a)([(])(b) ~ $2$1 ~ sip:a(b@h ~ sip:b(@h",
        ".* ~ 100 ~ sip:anything@h:5 ~ sip:100@h:5",
        ".* ~ 100 ~ sip:h ~ sip:h",
      })
  void replacesByGroups(String regex, String replace, String before, String after) {
    UserRewrite rewrite = new UserRewrite(null, null, TextPattern.parse(regex), replace);

    assertThat(uri(Routes.to("farm").rewrite(rewrite, null), before)).isEqualTo(after);
  }

  @Test
  void leavesTheUserWhenAnExpressionTakesTooLong() {
    TextPattern slow = TextPattern.parse("(a*)(a*)(a*)(a*)(a*)b|(a*)");
    Routes route = Routes.to("farm").rewrite(new UserRewrite(null, null, slow, "9$6"), null);
    String many = "sip:" + "a".repeat(60) + "@h";

    assertThat(uri(route, "sip:aaa@h")).isEqualTo("sip:9aaa@h");
    assertThat(uri(route, many)).isEqualTo(many);
  }

  @ParameterizedTest
  @CsvSource({
    "[2001:db8::1]:5080, sip:1@old:5070;lr, sip:1@[2001:db8::1]:5080;lr",
    "new.example, sip:old;lr, sip:new.example;lr",
  })
  void replacesHostAndPort(String host, String before, String after) {
    assertThat(uri(Routes.to("farm").rewrite(null, host), before)).isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Via",
        "v",
        "call-id",
        "CSeq",
        "From",
        "t",
        "Route",
        "Record-Route",
        "Contact",
        "l",
        "Max-Forwards",
        "X-AUTH-IP",
        "bad name",
        ""
      })
  void refusesHeadersThatTheProxyLivesBy(String name) {
    assertThatThrownBy(() -> Routes.to("a").headers(Map.of(name, "x")))
        .isInstanceOf(SettingException.class);
    assertThatThrownBy(() -> Routes.to("a").headers(Map.of(), name))
        .isInstanceOf(SettingException.class);
  }

  @Test
  void refusesValuesThatWouldBreakTheMessage() {
    for (String value : new String[] {"a\r\nVia: x", "a\nb", "", "  ", "a\u0000", "a\u0085b"}) {
      assertThatThrownBy(() -> Routes.to("a").headers(Map.of("X-A", value)))
          .isInstanceOf(SettingException.class);
    }
    assertThatThrownBy(() -> Routes.to("a").headers(Map.of("s", "x", "Subject", "y")))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> Routes.to("a").headers(Map.of("s", "x"), "subject"))
        .hasMessageContaining("both set and removed");
  }

  @Test
  void refusesRewritesThatCannotWork() {
    TextPattern one = TextPattern.parse("(a)b");
    assertThatThrownBy(() -> new UserRewrite(null, null, one, null))
        .hasMessageContaining("need each other");
    assertThatThrownBy(() -> new UserRewrite(null, null, null, "x"))
        .hasMessageContaining("need each other");
    assertThatThrownBy(() -> new UserRewrite("1", null, one, "x")).hasMessageContaining("either");
    assertThatThrownBy(() -> new UserRewrite(null, null, one, "$2"))
        .hasMessageContaining("has 1 groups");
    assertThatThrownBy(() -> new UserRewrite(null, null, one, "$"))
        .hasMessageContaining("number of a group");
    assertThatThrownBy(() -> new UserRewrite("", null, null, null)).hasMessageContaining("empty");
    for (String host : new String[] {"", "a b", "a@b", "a:0", "a;x", "[::1", "a?b"}) {
      assertThatThrownBy(() -> new RewriteSettings(UserRewrite.NONE, host))
          .hasMessageContaining("no host");
    }
  }

  @Test
  void readsTheShortFormOfAnAnswer() {
    assertThat(Reject.of("486 Busy Here")).isEqualTo(new Reject(486, "Busy Here"));
    assertThat(Reject.of("603")).isEqualTo(new Reject(603, "Rejected"));
    for (String text : new String[] {"", "busy", "200 OK", "48", "486 a\rb", "4860 x"}) {
      assertThatThrownBy(() -> Reject.of(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
