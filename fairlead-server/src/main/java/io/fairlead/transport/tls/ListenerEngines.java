// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the engines of one listener, from the certificates as they are now. A reload swaps all of
 * them in one step; engines made before go on with what they have.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class ListenerEngines {
  /**
   * A certificate and the engines that show it.
   *
   * @param identity what is shown
   * @param source makes them
   */
  private record Shown(TlsIdentity identity, EngineFactory source) {}

  /**
   * All that a reload swaps.
   *
   * @param settings what it was made from
   * @param shown in the order of the configuration
   * @param tickets for those who resume
   */
  private record Stock(TlsSettings settings, List<Shown> shown, TicketKeys tickets) {}

  private final TlsRuntime workshop;
  private final Map<TlsClientSettings, EngineFactory> clients = new ConcurrentHashMap<>();
  private volatile Stock stock;

  ListenerEngines(TlsSettings settings, TlsRuntime workshop) {
    this.workshop = workshop;
    stock = stocked(settings, TicketKeys.fresh());
  }

  private Stock stocked(TlsSettings settings, TicketKeys tickets) {
    boolean asks = settings.verifyClient() != VerifyClient.NONE;
    PeerTrust trust = asks ? PeerTrust.ofClients(settings.authorities()) : null;
    List<Shown> shown = new ArrayList<>();
    for (CertificateSettings each : settings.certificates()) {
      TlsIdentity identity = TlsIdentity.read(each);
      EngineParameters terms =
          new EngineParameters(
              identity, settings.policy(), settings.verifyClient(), trust, tickets);
      shown.add(new Shown(identity, workshop.source(terms, true)));
    }
    return new Stock(settings, List.copyOf(shown), tickets);
  }

  /** An engine for one who connects: the certificate for the host it wants, else the first. */
  public TlsEngine accept(ClientHello hello) {
    EngineFactory source = choose(hello).source();
    return new TlsEngine(source.engine(null, 0), source);
  }

  private Shown choose(ClientHello hello) {
    List<Shown> shown = stock.shown();
    Shown named = null;
    for (int i = 0; i < shown.size() && !hello.host().isEmpty(); i++) {
      Shown each = shown.get(i);
      if (each.identity().speaksFor(hello.host())) {
        if (each.identity().elliptic() == hello.elliptic() || hello.elliptic()) {
          return each;
        }
        named = named == null ? each : named;
      }
    }
    return named == null ? shown.getFirst() : named;
  }

  /**
   * An engine for one we connect to.
   *
   * @param domain what it must prove to be, a domain or an address
   * @throws BadCertificateException when what the settings name cannot be used
   */
  public TlsEngine connect(String domain, int port, TlsClientSettings settings) {
    EngineFactory source = clients.computeIfAbsent(settings, this::client);
    String named = settings.domain();
    return new TlsEngine(source.engine(named == null ? domain : named, port), source);
  }

  private EngineFactory client(TlsClientSettings settings) {
    CertificateSettings own = settings.certificate();
    EngineParameters terms =
        new EngineParameters(
            own == null ? null : TlsIdentity.read(own),
            stock.settings().policy(),
            VerifyClient.NONE,
            PeerTrust.ofServers(settings),
            stock.tickets());
    return workshop.source(terms, false);
  }

  /**
   * Reads all files again and swaps what is made of them; nothing changes when one is broken.
   *
   * @throws BadCertificateException saying what is wrong with which file
   */
  public synchronized void reload(TlsSettings settings) {
    Stock old = stock;
    // Who resumes is not asked for a certificate again: other authorities, other tickets.
    boolean asks =
        settings.verifyClient() != VerifyClient.NONE
            || old.settings().verifyClient() != VerifyClient.NONE;
    Stock next = stocked(settings, asks ? TicketKeys.fresh() : old.tickets());
    List<TlsClientSettings> used = List.copyOf(clients.keySet());
    List<EngineFactory> fresh = used.stream().map(this::client).toList();
    stock = next;
    old.shown().forEach(each -> workshop.retire(each.source()));
    for (int i = 0; i < used.size(); i++) {
      EngineFactory before = clients.put(used.get(i), fresh.get(i));
      if (before != null) {
        workshop.retire(before);
      }
    }
  }

  /** What it was made from. */
  public TlsSettings settings() {
    return stock.settings();
  }

  /** New keys for tickets; those given out under the last ones stay good. */
  synchronized void rotate() {
    Stock old = stock;
    TicketKeys next = old.tickets().next();
    old.shown().forEach(each -> each.source().seal(next));
    stock = new Stock(old.settings(), old.shown(), next);
  }

  /** What is shown now. */
  List<TlsIdentity> identities() {
    return stock.shown().stream().map(Shown::identity).toList();
  }

  /** Every file it was made from. */
  List<Path> files() {
    List<Path> files = new ArrayList<>();
    stock.settings().certificates().forEach(each -> add(files, each));
    add(files, stock.settings().authorities());
    for (TlsClientSettings each : clients.keySet()) {
      add(files, each.authorities());
      CertificateSettings own = each.certificate();
      if (own != null) {
        add(files, own);
      }
    }
    return files;
  }

  private static void add(List<Path> files, CertificateSettings pair) {
    files.add(pair.cert());
    files.add(pair.key());
  }

  private static void add(List<Path> files, @Nullable Path file) {
    if (file != null) {
      files.add(file);
    }
  }
}
