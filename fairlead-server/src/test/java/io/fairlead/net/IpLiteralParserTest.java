// SPDX-License-Identifier: Apache-2.0
package io.fairlead.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralParserTest {
  private static @Nullable InetAddress read(String text) {
    byte[] bytes = ("<<" + text + ">>").getBytes(StandardCharsets.ISO_8859_1);
    return IpLiteralParser.address(bytes, 2, bytes.length - 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "127.0.0.1",
        "255.255.255.255",
        "10.20.30.40",
        "::",
        "::1",
        "1::",
        "2001:db8::1",
        "2001:DB8:0:0:8:800:200C:417A",
        "fe80::1:2:3:4",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "::ffff:192.0.2.1",
        "64:ff9b::192.0.2.33",
        "1:2:3:4:5:6:1.2.3.4",
        "::1.2.3.4"
      })
  void readsWhatTheJdkReads(String text) {
    assertThat(read(text)).isEqualTo(InetAddress.ofLiteral(text));
    if (text.indexOf(':') >= 0) {
      assertThat(read("[" + text + "]")).isEqualTo(InetAddress.ofLiteral(text));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "1",
        "127.1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "01.2.3.4",
        "1.2.3.04",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "1.2.3.4 ",
        "0x7f.0.0.1",
        "1.2.3.1234",
        ":",
        ":::",
        "1:::2",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "12345::",
        "::g",
        "fe80::1%eth0",
        "::1.2.3",
        "::1.2.3.256",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1.2.3.4:5",
        "[]",
        "[",
        "[::1",
        "::1]",
        "[[::1]]",
        "[127.0.0.1]",
        "example.com",
        "1.2.3.four"
      })
  void refusesEverythingElse(String text) {
    assertThat(read(text)).isNull();
  }

  @Test
  void agreesWithTheJdkOnRandomIpv6Text() {
    Random random = new Random(3);
    int good = 0;
    for (int i = 0; i < 300_000; i++) {
      StringBuilder text = new StringBuilder();
      text.append(random.nextBoolean() ? ":" : "");
      int parts = 1 + random.nextInt(9);
      for (int p = 0; p < parts; p++) {
        text.append(new String[] {"", "0", "1f", "abcd", "::", "2", "9"}[random.nextInt(7)]);
        text.append(p + 1 < parts || random.nextInt(8) == 0 ? ":" : "");
      }
      boolean open = !text.isEmpty() && text.charAt(text.length() - 1) == ':';
      text.append(open && random.nextInt(4) == 0 ? "1.2.3.4" : "");
      String candidate = text.toString();
      if (candidate.indexOf(':') < 0) {
        continue;
      }
      InetAddress expected = byJdk(candidate);
      good += expected == null ? 0 : 1;
      assertThat(read(candidate)).as(candidate).isEqualTo(expected);
    }
    assertThat(good).isGreaterThan(1000);
  }

  private static @Nullable InetAddress byJdk(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
