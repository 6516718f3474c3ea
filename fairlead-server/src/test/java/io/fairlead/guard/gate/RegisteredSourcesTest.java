// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.net.SourceKey;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.HeapBindings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Registrations by source. */
class RegisteredSourcesTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final long HOUR = 3_600_000L;

  private final HeapBindings bindings = new HeapBindings(1);

  private static long key(String address) throws Exception {
    return SourceKey.of(InetAddress.getByName(address));
  }

  private void register(String user, String address, long expiresMs) {
    Binding binding =
        new Binding(
            0,
            ("sip:" + user + "@" + address).getBytes(java.nio.charset.StandardCharsets.UTF_8),
            1000,
            Binding.NONE,
            Binding.Device.UNKNOWN,
            new Binding.Renewal(1, 1, NOW, expiresMs),
            new Binding.Origin("l", "udp", new InetSocketAddress(address, 5060), 0, false, 0),
            Binding.Upstream.NOBODY);
    bindings.put(AddressOfRecord.of(user + "@example.org"), binding);
  }

  private RegisteredSources count(RegisteredSources before, long nowMs, int most) {
    return RegisteredSources.count(bindings, before, nowMs, HOUR, most);
  }

  @Test
  void countsThoseOfEachSource() throws Exception {
    for (int i = 0; i < 500; i++) {
      register("office" + i, "198.51.100.7", NOW + HOUR);
      register("home" + i, "192.0.2." + i % 250, NOW + HOUR);
    }
    register("six", "2001:db8::1", NOW + HOUR);
    register("sixtoo", "2001:db8::2", NOW + HOUR);
    RegisteredSources counted = count(RegisteredSources.NONE, NOW, 10_000);

    assertThat(counted.of(key("198.51.100.7"))).isEqualTo(500);
    assertThat(counted.of(key("192.0.2.3"))).isEqualTo(2);
    assertThat(counted.of(key("2001:db8::3"))).isEqualTo(2);
    assertThat(counted.of(key("203.0.113.1"))).isZero();
    assertThat(counted.size()).isEqualTo(252);
  }

  @Test
  void remembersASourceForAWhileAndNeverCountsItTwice() throws Exception {
    register("a", "198.51.100.7", NOW + 1000);
    RegisteredSources first = count(RegisteredSources.NONE, NOW, 10_000);
    RegisteredSources again = count(first, NOW + 500, 10_000);
    RegisteredSources gone = count(again, NOW + HOUR / 2, 10_000);

    assertThat(again.of(key("198.51.100.7"))).isEqualTo(1);
    assertThat(gone.of(key("198.51.100.7"))).isEqualTo(1);
    assertThat(count(gone, NOW + HOUR + 501, 10_000).of(key("198.51.100.7"))).isZero();
  }

  @Test
  void keepsToItsBound() {
    for (int i = 0; i < 3000; i++) {
      register("u" + i, "10." + i / 250 + ".1." + i % 250, NOW + HOUR);
    }
    assertThat(count(RegisteredSources.NONE, NOW, 1024).size()).isEqualTo(1024);
  }
}
