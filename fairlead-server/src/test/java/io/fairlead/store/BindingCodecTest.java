// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BindingCodecTest {
  private final Random random = new Random(20260101);
  private final RandomBindings bindings = new RandomBindings(random);

  @Test
  void readsWhatItWrote() {
    for (int i = 0; i < 3000; i++) {
      AddressOfRecord aor = bindings.aor();
      Binding binding = bindings.binding(random.nextLong());
      byte[] bytes = BindingCodec.bytes(aor, binding);
      BindingCodec.Entry entry = Objects.requireNonNull(BindingCodec.read(bytes, 0, bytes.length));
      assertThat(entry.aor()).isEqualTo(aor);
      assertThat(entry.binding()).usingRecursiveComparison().isEqualTo(binding);
    }
  }

  @Test
  void readsFromTheMiddle() {
    Binding binding = bindings.binding(7);
    byte[] bytes = BindingCodec.bytes(AddressOfRecord.of("a@b"), binding);
    byte[] wide = new byte[bytes.length + 20];
    System.arraycopy(bytes, 0, wide, 9, bytes.length);
    BindingCodec.Entry entry = Objects.requireNonNull(BindingCodec.read(wide, 9, 9 + bytes.length));
    assertThat(entry.binding()).usingRecursiveComparison().isEqualTo(binding);
  }

  @Test
  void givesNothingForEveryCutRecord() {
    for (int i = 0; i < 300; i++) {
      byte[] bytes = BindingCodec.bytes(bindings.aor(), bindings.binding(i));
      for (int length = 0; length < bytes.length; length++) {
        assertThat(BindingCodec.read(bytes, 0, length)).isNull();
      }
      assertThat(BindingCodec.read(Arrays.copyOf(bytes, bytes.length + 1), 0, bytes.length + 1))
          .isNull();
    }
  }

  @Test
  void neverBreaksOnBytesOfAnotherMaking() {
    int read = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = BindingCodec.bytes(bindings.aor(), bindings.binding(i));
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      BindingCodec.Entry entry = BindingCodec.read(bytes, 0, bytes.length);
      if (entry != null) {
        read++;
        byte[] again = BindingCodec.bytes(entry.aor(), entry.binding());
        assertThat(BindingCodec.read(again, 0, again.length)).isNotNull();
      }
    }
    assertThat(read).isPositive();
  }

  @Test
  void neverBreaksOnNoise() {
    for (int i = 0; i < 100_000; i++) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      if (noise.length > 0) {
        noise[0] = 1;
      }
      BindingCodec.read(noise, 0, noise.length);
    }
    assertThat(BindingCodec.read(new byte[4], 2, 9)).isNull();
    assertThat(BindingCodec.read(new byte[4], -1, 3)).isNull();
  }

  @Test
  void packsTheUsualPhone() {
    Binding binding =
        new Binding(
            1,
            "sip:u123456@192.168.1.10:5060;ob".getBytes(StandardCharsets.US_ASCII),
            1000,
            Binding.NONE,
            new Binding.Device(
                "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6".getBytes(StandardCharsets.US_ASCII),
                0,
                "sipp-phone/1.0"),
            new Binding.Renewal(Long.MAX_VALUE, 1234, 1_800_000_000_000L, 1_800_000_600_000L),
            new Binding.Origin(
                "public", "udp", new InetSocketAddress("203.0.113.9", 40123), 0, true, 0),
            Binding.Upstream.NOBODY);
    assertThat(BindingCodec.bytes(AddressOfRecord.of("u123456@farm.test"), binding))
        .hasSizeLessThanOrEqualTo(144);
  }
}
