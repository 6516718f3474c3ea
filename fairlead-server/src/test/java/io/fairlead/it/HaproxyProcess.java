// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** An HAProxy that forwards TCP connections to one place. Owned by one test. */
final class HaproxyProcess implements AutoCloseable {
  private final Program program;

  private HaproxyProcess(Program program) {
    this.program = program;
  }

  /**
   * @param send how it names the source: {@code send-proxy} or {@code send-proxy-v2}
   */
  static HaproxyProcess forwarding(InetSocketAddress at, InetSocketAddress to, String send) {
    String haproxy = Program.require("haproxy", "haproxy");
    Path directory = Program.directory("haproxy");
    try (InputStream in =
        Objects.requireNonNull(HaproxyProcess.class.getResourceAsStream("/haproxy/tcp.cfg"))) {
      String text =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .replace("@LISTEN@", Loopback.text(at))
              .replace("@TARGET@", Loopback.text(to))
              .replace("@SEND@", send);
      String file = Files.writeString(directory.resolve("haproxy.cfg"), text).toString();
      Program program = Program.start("haproxy", directory, List.of(haproxy, "-db", "-f", file));
      Loopback.awaitTaken(TestTransport.TCP, at, program.process(), "haproxy");
      return new HaproxyProcess(program);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
