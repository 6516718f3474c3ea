// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.net.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkBansTest {
  private final NetworkBans networks = new NetworkBans();

  private void change(boolean ban, String... all) {
    for (String each : all) {
      networks.change(Cidr.parse(each), ban);
    }
  }

  private static List<Cidr> cidrs(String... all) {
    return java.util.Arrays.stream(all).map(Cidr::parse).toList();
  }

  @Test
  void writesTheOutermostAndBringsTheInnerBack() {
    change(true, "10.1.0.0/24", "10.1.1.0/24", "10.1.0.0/16", "2001:db8::/32", "2001:db8:1::/48");
    NetworkBans.Difference first = networks.difference();
    assertThat(first.out()).isEmpty();
    assertThat(first.in())
        .containsExactlyInAnyOrderElementsOf(cidrs("10.1.0.0/16", "2001:db8::/32"));

    change(false, "10.1.0.0/16", "2001:db8:1::/48");
    NetworkBans.Difference second = networks.difference();
    assertThat(second.out()).isEqualTo(cidrs("10.1.0.0/16"));
    assertThat(second.in())
        .containsExactlyInAnyOrderElementsOf(cidrs("10.1.0.0/24", "10.1.1.0/24"));

    assertThat(networks.difference().in()).isEmpty();
    assertThat(networks.change(Cidr.parse("10.1.0.0/24"), true)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/24, 10.0.1.0",
    "10.0.255.0/24, 10.1.0.0",
    "127.0.0.0/8, 128.0.0.0",
    "192.0.2.4/31, 192.0.2.6",
    "255.0.0.0/8, ",
    "2001:db8::/32, 2001:db9::",
    "2001:db8:0:ffff::/64, 2001:db8:1::",
    "ff00::/8, ",
  })
  void knowsTheFirstAddressBehind(String network, String behind) throws UnknownHostException {
    Cidr cidr = Cidr.parse(network);
    byte[] next = BanTable.behind(cidr.address().getAddress(), cidr.prefix());
    if (behind == null) {
      assertThat(next).isEmpty();
    } else {
      assertThat(InetAddress.getByAddress(next)).isEqualTo(InetAddress.getByName(behind));
    }
  }
}
