// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Debian's rtpengine in user space, on 127.0.0.1. Owned by one test. */
final class RtpengineProcess implements AutoCloseable {
  private final Program program;

  private RtpengineProcess(Program program) {
    this.program = program;
  }

  static RtpengineProcess start(InetSocketAddress ng) {
    return start(ng, 10_000, 10_999);
  }

  /** With media ports, below those that tests are given and the system gives. */
  static RtpengineProcess start(InetSocketAddress ng, int lowestPort, int highestPort) {
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
                "--port-min=" + lowestPort,
                "--port-max=" + highestPort,
                "--num-threads=1",
                "--foreground",
                "--log-stderr",
                "--pidfile=" + directory.resolve("pid")));
    Loopback.awaitTaken(TestTransport.UDP, ng, program.process(), "rtpengine");
    return new RtpengineProcess(program);
  }

  /** SIGKILL. */
  void kill() {
    program.process().destroyForcibly();
    program.await(Duration.ofSeconds(10));
  }

  @Override
  public void close() {
    program.close();
  }
}
