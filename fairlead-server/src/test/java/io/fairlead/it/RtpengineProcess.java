// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** Debian's rtpengine in user space, on 127.0.0.1. Owned by one test. */
final class RtpengineProcess implements AutoCloseable {
  private final Program program;

  private RtpengineProcess(Program program) {
    this.program = program;
  }

  // Its media ports lie below those that tests are given and the system gives.
  static RtpengineProcess start(InetSocketAddress ng) {
    String rtpengine = Program.require("rtpengine", "rtpengine-daemon");
    Path directory = Program.directory("rtpengine");
    Program program =
        Program.start(
            "rtpengine",
            directory,
            List.of(
                rtpengine,
                "--config-file=none",
                "--table=-1",
                "--interface=127.0.0.1",
                "--listen-ng=" + Loopback.text(ng),
                "--port-min=10000",
                "--port-max=11999",
                "--num-threads=1",
                "--foreground",
                "--log-stderr",
                "--pidfile=" + directory.resolve("pid")));
    Loopback.awaitTaken(TestTransport.UDP, ng, program.process(), "rtpengine");
    return new RtpengineProcess(program);
  }

  @Override
  public void close() {
    program.close();
  }
}
