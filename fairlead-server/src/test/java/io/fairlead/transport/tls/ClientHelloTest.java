// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
  private static byte[] hello(String host, String... schemes)
      throws GeneralSecurityException, SSLException {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    if (!host.isEmpty()) {
      parameters.setServerNames(List.of(new SNIHostName(host)));
    }
    if (schemes.length > 0) {
      parameters.setSignatureSchemes(schemes);
    }
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(20_000);
    engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static ClientHello.Kind kind(byte... bytes) {
    return ClientHello.read(bytes, 0, bytes.length).kind();
  }

  @Test
  void findsTheNameAndTheKindsOfSignature() throws Exception {
    byte[] elliptic = hello("A.example.com", "ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256");
    assertThat(ClientHello.read(elliptic, 0, elliptic.length))
        .isEqualTo(new ClientHello(ClientHello.Kind.WHOLE, "a.example.com", true));
    byte[] rsa = hello("", "rsa_pss_rsae_sha256");
    assertThat(ClientHello.read(rsa, 0, rsa.length))
        .isEqualTo(new ClientHello(ClientHello.Kind.WHOLE, "", false));
  }

  @Test
  void waitsForTheWhole() throws Exception {
    byte[] hello = hello("a.example.com");
    for (int i = 0; i < hello.length; i++) {
      assertThat(ClientHello.read(hello, 0, i).kind()).isEqualTo(ClientHello.Kind.MORE);
    }
  }

  @Test
  void readsOneThatIsSpreadOverRecords() throws Exception {
    byte[] hello = hello("a.example.com");
    ByteBuffer split = ByteBuffer.allocate(hello.length * 6);
    for (int i = 5; i < hello.length; i++) {
      split.put(new byte[] {22, 3, 1, 0, 1, hello[i]});
    }
    assertThat(ClientHello.read(split.array(), 0, split.position()).host())
        .isEqualTo("a.example.com");
  }

  @Test
  void tellsWhatIsNone() {
    assertThat(kind((byte) 'O', (byte) 'P')).isEqualTo(ClientHello.Kind.NOT_TLS);
    assertThat(kind((byte) 0x80, (byte) 46, (byte) 1)).isEqualTo(ClientHello.Kind.TOO_OLD);
    assertThat(kind((byte) 22, (byte) 2, (byte) 0)).isEqualTo(ClientHello.Kind.TOO_OLD);
    assertThat(kind((byte) 22, (byte) 3, (byte) 1, (byte) 0, (byte) 0))
        .isEqualTo(ClientHello.Kind.BROKEN);
    assertThat(kind((byte) 22, (byte) 3, (byte) 1, (byte) 0, (byte) 1, (byte) 2))
        .isEqualTo(ClientHello.Kind.BROKEN);
    assertThat(kind((byte) 22, (byte) 3, (byte) 1, (byte) -1, (byte) -1))
        .isEqualTo(ClientHello.Kind.BROKEN);
  }

  @Test
  void survivesAnyDamage() throws Exception {
    byte[] hello = hello("a.example.com");
    Random random = new Random(7);
    int whole = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] damaged = hello.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      whole +=
          ClientHello.read(damaged, 0, damaged.length).kind() == ClientHello.Kind.WHOLE ? 1 : 0;
    }
    assertThat(whole).isBetween(1000, 99_999);
  }
}
