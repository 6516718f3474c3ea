// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What is compared or written eight bytes at a time, at every length and edge. */
class WordsTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void knowsEveryHeaderNameInAnyCaseWithAndWithoutBytesBehind() {
    for (HeaderName name : HeaderName.values()) {
      for (String text :
          new String[] {
            name.text(), name.text().toUpperCase(Locale.ROOT), name.text().toLowerCase(Locale.ROOT)
          }) {
        byte[] source = bytes(text + ": some value");
        assertThat(HeaderName.of(source, 0, text.length())).isEqualTo(name);
        assertThat(HeaderName.of(bytes(text), 0, text.length())).isEqualTo(name);
      }
    }
  }

  @Test
  void takesNoNameForAnotherThatDiffersInOneBit() {
    for (HeaderName name : HeaderName.values()) {
      byte[] source = bytes(name.text());
      for (int i = 0; i < source.length * 8; i++) {
        byte[] other = source.clone();
        other[i / 8] ^= (byte) (1 << i % 8);
        if (!new String(other, StandardCharsets.ISO_8859_1).equalsIgnoreCase(name.text())) {
          assertThat(HeaderName.of(other, 0, other.length)).isNotEqualTo(name);
        }
      }
    }
  }

  @Test
  void findsTheEndOfALongRunAtEveryPlace() {
    for (int wanted : new int[] {Ascii.CALL_ID, Ascii.VALUE, Ascii.URI, Ascii.BARE_URI}) {
      for (int c = 0; c < 256; c++) {
        for (int at = 0; at < 20; at++) {
          byte[] source = bytes("+4930~a%b=c.d*e-f'g(h");
          source[at] = (byte) c;
          for (int to = at; to <= source.length; to++) {
            assertThat(Ascii.longRun(source, 0, to, wanted))
                .isEqualTo(Ascii.run(source, 0, to, wanted));
          }
        }
      }
    }
  }

  @Test
  void comparesRangesOfEveryLength() {
    byte[] a = bytes("0123456789abcdefghijklmn");
    for (int length = 0; length <= a.length; length++) {
      byte[] b = bytes("--" + new String(a, 0, length, StandardCharsets.ISO_8859_1));
      assertThat(Ascii.equals(a, 0, length, b, 2, b.length)).isTrue();
      for (int i = 2; i < b.length; i++) {
        b[i]++;
        assertThat(Ascii.equals(a, 0, length, b, 2, b.length)).isFalse();
        b[i]--;
      }
    }
  }

  @Test
  void writesNumbersLikeTheJdk() {
    for (long n = Long.MIN_VALUE, i = 0; i < 130; n = n / 3 + (i % 7), i++) {
      for (long m : new long[] {n, -n, n - 1, Long.MAX_VALUE / (i + 1)}) {
        assertThat(new SipWriter(1).number(m)).hasToString(Long.toString(m));
        assertThat(new SipWriter(1).hex(m, 16)).hasToString(String.format("%016x", m));
        assertThat(new SipWriter(1).hex(m, 11)).hasToString(String.format("%016x", m).substring(5));
      }
    }
    for (long tens = 1; tens > 0 && tens < 1_000_000_000_000_000_000L; tens *= 10) {
      assertThat(new SipWriter(1).number(tens - 1)).hasToString(Long.toString(tens - 1));
      assertThat(new SipWriter(1).number(tens)).hasToString(Long.toString(tens));
    }
  }
}
