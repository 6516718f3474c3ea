// SPDX-License-Identifier: Apache-2.0
package io.fairlead.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.0.0.0/8, 9.255.255.255, false",
    "10.1.2.3/8, 10.9.9.9, true",
    "0.0.0.0/0, 255.255.255.255, true",
    "0.0.0.0/0, ::1, false",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.128/25, 192.0.2.200, true",
    "::1, ::1, true",
    "::1, ::2, false",
    "::/0, 2001:db8::1, true",
    "::/0, 10.0.0.1, false",
    "2001:db8::/32, 2001:db8:ffff::1, true",
    "2001:db8::/32, 2001:db9::, false",
    "2001:db8:0:0:8000::/65, 2001:db8:0:0:8000::1, true",
    "2001:db8:0:0:8000::/65, 2001:db8::1, false",
    "::ffff:10.0.0.0/104, 10.1.1.1, true",
  })
  void knowsWhichAddressesItContains(String network, String address, boolean contained) {
    Cidr cidr = Cidr.parse(network);
    InetAddress asked = InetAddress.ofLiteral(address);

    assertThat(cidr.contains(asked)).isEqualTo(contained);
    assertThat(CidrSet.of(List.of(cidr)).contains(asked)).isEqualTo(contained);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "10.1",
        "10",
        "256.1.1.1",
        "::1/129",
        "::1%lo",
        "localhost",
        "example.com/8",
        "1:2:3",
        "[::1]",
        "010.0.0.1",
        " 10.0.0.1"
      })
  void refusesWhatIsNoNetwork(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isWrittenWithItsFirstAddress() {
    assertThat(Cidr.parse("10.1.2.3/8")).hasToString("10.0.0.0/8");
    assertThat(Cidr.parse("192.0.2.7")).hasToString("192.0.2.7/32");
  }

  @Test
  void setAgreesWithItsNetworksForRandomAddresses() {
    Random random = new Random(7);
    List<Cidr> networks = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      networks.add(new Cidr(v4(random), 3 + random.nextInt(30)));
      networks.add(new Cidr(v6(random), random.nextInt(4, 129)));
    }
    CidrSet set = CidrSet.of(networks);
    int found = 0;
    for (int i = 0; i < 20_000; i++) {
      InetAddress asked = i % 2 == 0 ? v4(random) : v6(random);
      boolean contained = networks.stream().anyMatch(cidr -> cidr.contains(asked));
      assertThat(set.contains(asked)).as("%s", asked).isEqualTo(contained);
      found += contained ? 1 : 0;
    }
    assertThat(found).isBetween(1_000, 19_000);
  }

  @Test
  void findsNeighboursOfNestedAndTouchingNetworks() {
    CidrSet set =
        CidrSet.of(
            List.of(
                Cidr.parse("10.0.0.0/8"),
                Cidr.parse("10.1.0.0/16"),
                Cidr.parse("11.0.0.0/8"),
                Cidr.parse("255.255.255.255")));

    assertThat(set.contains(InetAddress.ofLiteral("10.200.0.1"))).isTrue();
    assertThat(set.contains(InetAddress.ofLiteral("11.255.255.255"))).isTrue();
    assertThat(set.contains(InetAddress.ofLiteral("12.0.0.0"))).isFalse();
    assertThat(set.contains(InetAddress.ofLiteral("255.255.255.255"))).isTrue();
    assertThat(set.networks()).hasSize(4);
    assertThat(CidrSet.NONE.contains(InetAddress.ofLiteral("10.0.0.1"))).isFalse();
  }

  /** The set relies on this. */
  @Test
  void anAddressOfIpv4HashesToItsBits() {
    Random random = new Random(11);
    for (int i = 0; i < 1_000; i++) {
      InetAddress address = v4(random);
      assertThat(address.hashCode()).isEqualTo(ByteBuffer.wrap(address.getAddress()).getInt());
    }
  }

  private static InetAddress v4(Random random) {
    return InetAddress.ofLiteral(
        "%d.%d.%d.%d"
            .formatted(
                random.nextInt(256),
                random.nextInt(256),
                random.nextInt(256),
                random.nextInt(256)));
  }

  private static InetAddress v6(Random random) {
    return InetAddress.ofLiteral(
        "%x:%x::%x:%x"
            .formatted(
                random.nextInt(65536),
                random.nextInt(65536),
                random.nextInt(65536),
                random.nextInt(65536)));
  }
}
