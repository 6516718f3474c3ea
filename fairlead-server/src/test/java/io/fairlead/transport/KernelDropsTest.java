// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelDropsTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void readsWhatTheKernelDropped(String address) throws Exception {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    InetAddress host = InetAddress.ofLiteral(address);
    StandardProtocolFamily family = StreamTransport.family(host instanceof Inet6Address);
    try (DatagramChannel full = DatagramChannel.open(family);
        DatagramChannel sender = DatagramChannel.open(family)) {
      full.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      full.bind(new InetSocketAddress(host, 0));
      InetSocketAddress bound = (InetSocketAddress) full.getLocalAddress();
      KernelDrops drops = new KernelDrops(bound);
      assertThat(drops.getAsLong()).isZero();
      for (int i = 0; i < 100; i++) {
        sender.send(ByteBuffer.allocate(1000), bound);
      }
      full.configureBlocking(false);
      int received = 0;
      while (full.receive(ByteBuffer.allocate(2000)) != null) {
        received++;
      }
      assertThat(drops.getAsLong()).isEqualTo(100 - received).isPositive();
    }
  }

  @Test
  void looksAtItsOwnAddressOnly() {
    KernelDrops drops =
        new KernelDrops(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5060));
    String own = KernelDrops.hex(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5060));
    String other = KernelDrops.hex(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5061));
    String rest =
        " 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 19 2"
            + " 0000000000000000 42";
    assertThat(drops.drops("  5: " + own + rest)).isEqualTo(42);
    assertThat(drops.drops("  5: " + other + rest)).isZero();
    assertThat(drops.drops("   sl  local_address rem_address   st tx_queue rx_queue tr")).isZero();
  }
}
