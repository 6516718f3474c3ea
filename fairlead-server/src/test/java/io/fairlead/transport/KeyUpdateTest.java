// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static io.fairlead.transport.StreamRig.bytes;
import static io.fairlead.transport.StreamRig.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.tls.TestCertificates;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A peer that takes new keys in the middle of a TLS 1.3 connection (RFC 8446 §4.6.3). */
class KeyUpdateTest {
  // Header, type and length, update_requested, inner type, tag.
  private static final int UPDATE = 5 + 4 + 1 + 1 + 16;
  private static final int RECORD = 5 + 1 + 16;

  @Test
  void followsAPeerToNewKeysAndTakesNewOnesItself(@TempDir Path folder) throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    TunedListener tuned = new TunedListener("tls://127.0.0.1:0");
    tuned.tls = certificates.listener(certificates.of("a", "a.example.com"));
    try (StreamRig rig = new StreamRig(1, tuned.settings())) {
      Counted socket = rig.keep(new Counted(rig.bound()));
      SSLSocket client =
          (SSLSocket)
              certificates.trusting().getSocketFactory().createSocket(socket, "a", 5061, true);
      client.setEnabledProtocols(new String[] {"TLSv1.3"});
      exchange(rig, client, 1);

      for (int i = 2; i < 5; i++) {
        socket.written = 0;
        socket.read = 0;
        // In TLS 1.3 the JDK asks by this for new keys in both directions.
        client.startHandshake();
        int length = exchange(rig, client, i);
        assertThat(socket.written).isGreaterThanOrEqualTo(UPDATE + RECORD + length);
        assertThat(socket.read).isEqualTo(UPDATE + RECORD + length);
      }
      assertThat(rig.dropped("renegotiation")).isZero();
    }
  }

  private static int exchange(StreamRig rig, SSLSocket client, int number) throws Exception {
    String text = message(number);
    client.getOutputStream().write(bytes(text));
    Recorder.Event event = rig.recorder.next();
    assertThat(event.text()).isEqualTo(text);
    StreamRig.send(event.flow(), text);
    assertThat(client.getInputStream().readNBytes(text.length())).isEqualTo(bytes(text));
    return text.length();
  }

  /** Counts what passes. */
  private static final class Counted extends Socket {
    int written;
    int read;

    Counted(InetSocketAddress to) throws IOException {
      super(to.getAddress(), to.getPort());
      setSoTimeout(10_000);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          written += length;
          out.write(bytes, from, length);
        }
      };
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
          int count = super.read(bytes, from, length);
          read += Math.max(0, count);
          return count;
        }
      };
    }
  }
}
