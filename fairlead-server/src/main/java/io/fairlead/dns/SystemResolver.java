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
public final class SystemResolver implements Resolver {
  private static final Duration HOSTS_TTL = Duration.ofSeconds(5);

  private final List<InetSocketAddress> servers;
  private final Watched<HostsFile> hosts;
  private final Watched<ResolvConf> resolvConf;
  private final DnsClient client;

  /** Reads the files of the system. */
  public SystemResolver(DnsSettings settings) {
    this(settings, Path.of("/etc/hosts"), Path.of("/etc/resolv.conf"));
  }

  SystemResolver(DnsSettings settings, Path hosts, Path resolvConf) {
    this.servers = settings.servers().stream().map(NameServer::address).toList();
    this.hosts = new Watched<>(hosts, HostsFile::of);
    this.resolvConf = new Watched<>(resolvConf, ResolvConf::of);
    this.client = new DnsClient(settings.tryTimeout(), settings.tries());
  }

  @Override
  public Answer ask(Question question) {
    List<DnsRecord> here = hosts.now().records(question);
    if (here != null) {
      return here.isEmpty() ? Answer.none(HOSTS_TTL) : Answer.found(here, HOSTS_TTL);
    }
    ResolvConf system = resolvConf.now();
    Answer answer = Answer.failed("no name to ask for");
    for (String name : system.candidates(question.name())) {
      answer =
          client.ask(
              new Question(name, question.type()), servers.isEmpty() ? system.servers() : servers);
      if (answer.outcome() != Answer.Outcome.NONE) {
        return answer;
      }
    }
    return answer;
  }
}
