// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends rubbish and a scanner's requests from ten thousand addresses of its network namespace, and
 * then tells what the guard counted. Owned by its main thread.
 */
final class JunkProgram {
  private static final int SOURCES = 10_000;
  private static final long PER_SECOND = 3_000;
  private static final String OPTIONS =
      "OPTIONS sip:100@10.99.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.128.0.1;branch=z9hG4bK1\r\n"
          + "Max-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\n"
          + "CSeq: 1 OPTIONS\r\nUser-Agent: friendly-scanner\r\nContent-Length: 0\r\n\r\n";

  private JunkProgram() {}

  /**
   * Sends.
   *
   * @param args whom to, and for how many seconds
   */
  public static void main(String[] args) throws IOException {
    InetSocketAddress target = new InetSocketAddress(args[0], 5060);
    long until = System.nanoTime() + Long.parseLong(args[1]) * 1_000_000_000L;
    ByteBuffer scan = ByteBuffer.wrap(OPTIONS.getBytes(StandardCharsets.US_ASCII));
    ByteBuffer rubbish = ByteBuffer.wrap(new byte[] {'x', 'y', ' ', '<', 0, 1, 2}).slice();
    ByteBuffer noise =
        ByteBuffer.wrap("no request line at all\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    ByteBuffer[] junk = {
      scan, noise, rubbish, noise, scan, noise, scan, noise, scan, noise, scan, noise
    };
    long begunNs = System.nanoTime();
    long sent = 0;
    for (int i = 0; System.nanoTime() < until; i = (i + 1) % SOURCES) {
      byte[] address = {10, (byte) 128, (byte) (i >> 8), (byte) i};
      try (DatagramChannel from = DatagramChannel.open()) {
        from.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
        for (ByteBuffer each : junk) {
          from.send(each.rewind(), target);
          sent++;
        }
      }
      // The machine has other work too.
      LockSupport.parkNanos(begunNs + sent * 1_000_000_000L / PER_SECOND - System.nanoTime());
    }
    System.out.println("sent " + sent);
    try (InputStream page = URI.create("http://127.0.0.1:9090/metrics").toURL().openStream()) {
      new String(page.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("fairlead_guard"))
          .forEach(System.out::println);
    }
  }
}
