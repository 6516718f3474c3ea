// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SockaddrTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 5060, 16",
    "255.254.253.252, 65535, 16",
    "::1, 5060, 28",
    "2001:db8:ffff:8000::80ff, 65535, 28"
  })
  void readsWhatItWrote(String address, int port, int size) {
    InetSocketAddress remote = peer(address, port);
    byte[] raw = Sockaddr.of(remote);
    assertThat(raw).hasSize(size);
    assertThat(Sockaddr.read(raw)).isEqualTo(remote);
    assertThat(Sockaddr.hash(raw)).isEqualTo(Sockaddr.hash(remote));
    assertThat(Sockaddr.startsWith(Arrays.copyOf(raw, Sockaddr.SIZE), raw)).isTrue();
  }

  @Test
  void keepsTheScopeOfALinkLocalAddress() throws UnknownHostException {
    byte[] address = InetAddress.ofLiteral("fe80::1").getAddress();
    InetSocketAddress remote =
        new InetSocketAddress(Inet6Address.getByAddress(null, address, 7), 5060);
    byte[] raw = Sockaddr.of(remote);
    assertThat(String.valueOf(Sockaddr.read(raw)))
        .contains("fe80")
        .contains("%7")
        .contains(":5060");
    byte[] other =
        Sockaddr.of(new InetSocketAddress(Inet6Address.getByAddress(null, address, 8), 5060));
    assertThat(Sockaddr.startsWith(raw, other)).isFalse();
  }

  @Test
  void tellsPeersApartByPortAndAddress() {
    byte[] raw = Arrays.copyOf(Sockaddr.of(peer("127.0.0.1", 5060)), 28);
    byte[] otherPort = Sockaddr.of(peer("127.0.0.1", 5061));
    byte[] otherAddress = Sockaddr.of(peer("127.0.0.2", 5060));
    assertThat(Sockaddr.startsWith(raw, otherPort)).isFalse();
    assertThat(Sockaddr.startsWith(raw, otherAddress)).isFalse();
  }

  @Test
  void knowsNoOtherFamily() {
    byte[] raw = new byte[Sockaddr.SIZE];
    raw[0] = 1;
    assertThat(Sockaddr.read(raw)).isNull();
  }

  private static InetSocketAddress peer(String literal, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
  }
}
