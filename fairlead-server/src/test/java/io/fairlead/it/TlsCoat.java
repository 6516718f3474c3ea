// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * TLS around a program that speaks only TCP, as Debian's SIPp does: an HAProxy, so OpenSSL speaks.
 * Owned by one test.
 */
final class TlsCoat implements AutoCloseable {
  private final InetSocketAddress address;
  private final Program program;

  private TlsCoat(InetSocketAddress address, String bind, String server) {
    this.address = address;
    Path directory = Program.directory("haproxy");
    String config =
        """
        global
          maxconn 4000
        defaults
          mode tcp
          timeout connect 10s
          timeout client 120s
          timeout server 120s
        frontend front
          bind %s%s
          default_backend back
        backend back
          server peer %s
        """
            .formatted(Loopback.text(address), bind, server);
    try {
      Path file = Files.writeString(directory.resolve("haproxy.cfg"), config);
      String haproxy = Program.require("haproxy", "haproxy");
      program = Program.start("haproxy", directory, List.of(haproxy, "-db", "-f", file.toString()));
      Loopback.awaitTaken(TestTransport.TCP, address, program.process(), "haproxy");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Speaks TLS to those who connect to it, TCP to a program behind it. */
  static TlsCoat before(InetSocketAddress plain, InetSocketAddress at) {
    String host = at.getAddress().getHostAddress();
    Path certificate = Authority.ours().issue("IP:" + host).together();
    return new TlsCoat(at, " ssl crt " + certificate, Loopback.text(plain));
  }

  /** Takes TCP and speaks TLS to Fairlead, whose certificate it verifies each time anew. */
  static TlsCoat toward(InetSocketAddress fairlead) {
    String server =
        "%s ssl verify required ca-file %s sni str(%s) verifyhost %s no-ssl-reuse"
            .formatted(
                Loopback.text(fairlead),
                Authority.ours().root(),
                TestTransport.DOMAIN,
                TestTransport.DOMAIN);
    String host = fairlead.getAddress().getHostAddress();
    return new TlsCoat(Loopback.free(host), "", server);
  }

  InetSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    program.close();
  }
}
