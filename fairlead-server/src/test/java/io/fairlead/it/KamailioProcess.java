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
import java.util.Map;
import java.util.Objects;

/**
 * A Kamailio that record-routes and forwards every request to one place, and may have the media
 * relayed by whoever answers the ng protocol. Owned by one test.
 */
final class KamailioProcess implements AutoCloseable {
  private final InetSocketAddress address;
  private final Program program;

  private KamailioProcess(InetSocketAddress address, Program program) {
    this.address = address;
    this.program = program;
  }

  static KamailioProcess forwarding(TestTransport over, InetSocketAddress to) {
    return start("forward", over, to, to);
  }

  /** One whose rtpengine module asks there. */
  static KamailioProcess relaying(InetSocketAddress to, InetSocketAddress ng) {
    return start("relay", TestTransport.UDP, to, ng);
  }

  private static KamailioProcess start(
      String config, TestTransport over, InetSocketAddress to, InetSocketAddress ng) {
    String kamailio = Program.require("kamailio", "kamailio");
    Path directory = Program.directory("kamailio");
    InetSocketAddress address = Loopback.free();
    String listen = over.bind(address).replace("://", ":");
    write(
        config,
        directory,
        Map.of("@LISTEN@", listen, "@TARGET@", over.uri(to), "@NG@", Loopback.text(ng)));
    Program program =
        Program.start(
            "kamailio",
            directory,
            List.of(
                kamailio,
                "-DD",
                "-E",
                "-m",
                "64",
                "-M",
                "8",
                "-f",
                directory.resolve("kamailio.cfg").toString(),
                "-P",
                directory.resolve("pid").toString(),
                "-Y",
                directory.toString()));
    Loopback.awaitTaken(over, address, program.process(), "kamailio");
    return new KamailioProcess(address, program);
  }

  private static void write(String config, Path directory, Map<String, String> values) {
    try (InputStream in =
        Objects.requireNonNull(
            KamailioProcess.class.getResourceAsStream("/kamailio/" + config + ".cfg"))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (Map.Entry<String, String> value : values.entrySet()) {
        text = text.replace(value.getKey(), value.getValue());
      }
      Files.writeString(directory.resolve("kamailio.cfg"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  InetSocketAddress address() {
    return address;
  }

  String log() {
    return program.read("output");
  }

  @Override
  public void close() {
    program.close();
  }
}
