// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fairlead.transport.proxyprotocol.ProxyHeader.Found;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a PROXY header: read within their bounds, and the same however they are cut. */
class ProxyHeaderFuzzTest {
  static Stream<byte[]> seeds() {
    return Stream.of(
        ProxyHeaders.line("TCP4 192.0.2.7 198.51.100.1 40001 5060"),
        ProxyHeaders.line("TCP6 2001:db8::7 ::1 65535 1"),
        ProxyHeaders.line("UNKNOWN"),
        ProxyHeaders.tcp("192.0.2.7", 40001, "127.0.0.1", 5060, ProxyHeaders.field(4, new byte[9])),
        ProxyHeaders.summed(
            ProxyHeaders.tcp("::7", 7, "::1", 5060, ProxyHeaders.field(3, new byte[4]))),
        ProxyHeaders.block(0x20, 0),
        ProxyHeaders.block(0x21, 0x31, new byte[216]));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "20s")
  void readsAnything(byte[] input) {
    ProxyHeader whole = new ProxyHeader();
    Found found = whole.read(input, 0, input.length);
    assertThat(whole.consumed()).isBetween(0, input.length);
    assertThat(whole.source() != null).isEqualTo(found == Found.SOURCE);
    ProxyHeader cut = new ProxyHeader();
    Found again = Found.MORE;
    int at = 0;
    while (again == Found.MORE && at < input.length) {
      again = cut.read(input, at, at + 1);
      at++;
    }
    assertThat(again).isEqualTo(found);
    if (found == Found.SOURCE || found == Found.NO_SOURCE) {
      assertThat(at).isEqualTo(whole.consumed());
      assertThat(cut.source()).isEqualTo(whole.source());
    }
  }
}
