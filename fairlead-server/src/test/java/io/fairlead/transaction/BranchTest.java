// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sip.SipWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BranchTest {
  @Test
  void readsWhatItWrote() {
    for (long id :
        new long[] {1, 0x03ff_ffff_ffff_ffffL, 0xff00_0000_8000_0001L, Long.MIN_VALUE, -1}) {
      for (int hash : new int[] {0, 1, -1, Integer.MIN_VALUE}) {
        SipWriter out = new SipWriter().put("..");
        Branch.write(out, id, hash);
        assertThat(out.length()).isEqualTo(2 + Branch.LENGTH);
        assertThat(Branch.id(out.bytes(), 2, out.length())).isEqualTo(id);
        assertThat(Branch.loopHash(out.bytes(), 2, out.length())).isEqualTo(hash);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "z9hG4bKfl",
        "z9hG4bKfl0123456789abcdef0123456",
        "z9hG4bKfl0123456789abcdef012345678",
        "z9hG4bKfl0123456789abcdeg01234567",
        "z9hG4bKfl0123456789abcdef0123456x",
        "z9hG4bKfl0123456789ABCDEF01234567",
        "z9hG4bKfm0123456789abcdef01234567",
        "Z9hG4bKfl0123456789abcdef01234567",
        "z9hG4bKfl000000000000000001234567"
      })
  void knowsWhatIsNotOurs(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(Branch.id(bytes, 0, bytes.length)).isZero();
    assertThat(Branch.loopHash(bytes, 0, bytes.length)).isZero();
  }

  @Test
  void anAbsentBranchIsNotOurs() {
    assertThat(Branch.id(new byte[0], -1, -1)).isZero();
  }

  @Test
  void carriesTheLoop() {
    assertThat(Branch.loop(Branch.id(0, -1))).isZero();
    assertThat(Branch.loop(Branch.id(7, 0))).isEqualTo(7);
    assertThat(Branch.loop(Branch.id(255, 42))).isEqualTo(255);
    assertThat(Branch.id(0, 0)).isNotZero();
  }
}
