// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A DNS server (dnsmasq) on loopback, with records of the test's own that live for a second. Owned
 * by one test.
 */
final class DnsProcess implements AutoCloseable {
  private final InetSocketAddress address = Loopback.free();
  private List<String> records = List.of();
  private Program program;

  /**
   * @param records as dnsmasq's options: {@code
   *     srv-host=_sip._udp.farm.test,fs1.farm.test,5060,1,1}
   */
  DnsProcess(String... records) {
    this.records = List.of(records);
    this.program = start();
  }

  private Program start() {
    List<String> command = new ArrayList<>();
    command.add(Program.require("dnsmasq", "dnsmasq-base"));
    command.addAll(
        List.of(
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--no-resolv",
            "--no-hosts",
            "--local=/test/",
            "--local-ttl=1",
            "--listen-address=127.0.0.1",
            "--bind-interfaces",
            "--pid-file",
            "--user=" + System.getProperty("user.name"),
            "--port=" + address.getPort()));
    records.forEach(record -> command.add("--" + record));
    Program started = Program.start("dnsmasq", Program.directory("dnsmasq"), command);
    Loopback.awaitTaken(TestTransport.UDP, address, started.process(), "dnsmasq");
    return started;
  }

  /** {@code 127.0.0.1:5353}. */
  String address() {
    return Loopback.text(address);
  }

  /** SIGKILL. */
  void kill() {
    try {
      program.process().destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void restart() {
    program = start();
  }

  /** From now on it has these records and no others. */
  void changeTo(String... next) {
    kill();
    records = List.of(next);
    restart();
  }

  @Override
  public void close() {
    program.close();
  }
}
