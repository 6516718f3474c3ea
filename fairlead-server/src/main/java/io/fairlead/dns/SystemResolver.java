// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Names as this machine knows them: /etc/hosts, then the DNS by the configured servers or those of
 * /etc/resolv.conf. Shared: see docs/ownership.md.
 */
public final class SystemResolver implements DnsResolver {
  private static final Duration HOSTS_TTL = Duration.ofSeconds(5);

  private final List<InetSocketAddress> servers;
  private final WatchedFile<HostsFile> hosts;
  private final WatchedFile<ResolvConf> resolvConf;
  private final DnsClient client;

  /** Reads the files of the system. */
  public SystemResolver(DnsSettings settings) {
    this(settings, Path.of("/etc/hosts"), Path.of("/etc/resolv.conf"));
  }

  SystemResolver(DnsSettings settings, Path hosts, Path resolvConf) {
    this.servers = settings.servers().stream().map(NameServer::address).toList();
    this.hosts = new WatchedFile<>(hosts, HostsFile::of);
    this.resolvConf = new WatchedFile<>(resolvConf, ResolvConf::of);
    this.client = new DnsClient(settings.tryTimeout(), settings.tries());
  }

  @Override
  public DnsAnswer ask(DnsQuestion question) {
    List<DnsRecord> here = hosts.now().records(question);
    if (here != null) {
      return here.isEmpty() ? DnsAnswer.none(HOSTS_TTL) : DnsAnswer.found(here, HOSTS_TTL);
    }
    ResolvConf system = resolvConf.now();
    DnsAnswer answer = DnsAnswer.failed("no name to ask for");
    for (String name : system.candidates(question.name())) {
      answer =
          client.ask(
              new DnsQuestion(name, question.type()),
              servers.isEmpty() ? system.servers() : servers);
      if (answer.outcome() != DnsAnswer.Outcome.NONE) {
        return answer;
      }
    }
    return answer;
  }
}
