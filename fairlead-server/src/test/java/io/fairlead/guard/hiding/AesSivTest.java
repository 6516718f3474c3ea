// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AesSivTest {
  private static final byte[] KEY =
      hex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
  private static final byte[] AD = hex("101112131415161718191a1b1c1d1e1f2021222324252627");
  private static final byte[] TEXT = hex("112233445566778899aabbccddee");

  private final AesSiv siv = new AesSiv(KEY);

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private byte[] sealed(byte[] text) {
    byte[] out = new byte[text.length + AesSiv.OVERHEAD];
    siv.seal(AD, AD.length, text, 0, text.length, out);
    return out;
  }

  @Test
  void sealsTheExampleOfTheRfc() {
    // RFC 5297 appendix A.1.
    assertThat(sealed(TEXT))
        .isEqualTo(hex("85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c"));
  }

  @Test
  void opensWhatItSealedOfEveryLength() {
    for (int length = 0; length < 700; length++) {
      byte[] text = new byte[length];
      for (int i = 0; i < length; i++) {
        text[i] = (byte) (i * 31 + length);
      }
      byte[] sealed = sealed(text);
      byte[] out = new byte[length];
      assertThat(siv.open(AD, AD.length, sealed, sealed.length, out)).isTrue();
      assertThat(out).isEqualTo(text);
    }
  }

  @Test
  void opensNothingThatWasChanged() {
    byte[] sealed = sealed(TEXT);
    byte[] out = new byte[TEXT.length];
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(siv.open(AD, AD.length, changed, changed.length, out)).as("bit " + bit).isFalse();
    }
    for (int length = 0; length < sealed.length; length++) {
      assertThat(siv.open(AD, AD.length, sealed, length, out)).as("length " + length).isFalse();
    }
    assertThat(siv.open(AD, AD.length - 1, sealed, sealed.length, out)).isFalse();
    assertThat(siv.open(AD, AD.length, sealed, sealed.length, out)).isTrue();
  }
}
