// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A house with three FreeSWITCHes that are the registrars. Owned by the test's thread. */
final class UpstreamRig {
  final ServerRig rig;
  final List<FakeFreeSwitch> switches = new ArrayList<>();
  private int phones;

  /**
   * @param registrar keys of the registrar
   * @param pool keys of the pool
   */
  UpstreamRig(String registrar, String pool) {
    this(1, registrar, pool);
  }

  UpstreamRig(int loops, String registrar, String pool) {
    rig = ServerRig.of(1, loops, yaml(registrar, pool));
    rig.backends.forEach(backend -> switches.add(new FakeFreeSwitch(backend)));
  }

  static String yaml(String registrar, String pool) {
    return """
    listeners:
      - udp://203.0.113.10:5060
    pools:
      farm:
        %s
        backends:
          - { name: b1, uri: "sip:10.0.0.1:5060" }
          - { name: b2, uri: "sip:10.0.0.2:5060" }
          - { name: b3, uri: "sip:10.0.0.3:5060" }
    registrars:
      phones: { domains: [ farm.test ], pool: farm, %s }
    routes:
      - { name: registrations, match: { method: REGISTER }, registrar: phones }
      - { name: users, match: { location: phones }, to-location: phones }
      - { name: all, to: farm }
    """
        .formatted(pool.contains("health") ? pool : pool + "\n    health: off", registrar);
  }

  RegisteringPhone phone(String user) {
    phones++;
    return new RegisteringPhone(rig, user, 10_000 + phones);
  }

  List<Binding> bindings(RegisteringPhone phone) {
    return rig.bindings.of(AddressOfRecord.of(phone.user + "@farm.test"), rig.clockMs());
  }

  Binding only(RegisteringPhone phone) {
    assertThat(bindings(phone)).hasSize(1);
    return bindings(phone).getFirst();
  }

  /** The name of the one backend that has the phone. */
  String holder(RegisteringPhone phone) {
    return "b" + (index(phone) + 1);
  }

  private int index(RegisteringPhone phone) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < switches.size(); i++) {
      if (switches.get(i).held.containsKey(aor(phone))) {
        found.add(i);
      }
    }
    assertThat(found).as("backends that have " + phone.user).hasSize(1);
    return found.getFirst();
  }

  private static String aor(RegisteringPhone phone) {
    return "sip:" + phone.user + "@farm.test";
  }

  FakeFreeSwitch holding(RegisteringPhone phone) {
    return switches.get(index(phone));
  }

  FakeBackend backend(RegisteringPhone phone) {
    return holding(phone).backend;
  }

  FakeFreeSwitch.Held held(RegisteringPhone phone) {
    return Objects.requireNonNull(holding(phone).held.get(aor(phone)));
  }

  /** All registrations are lost. */
  void forget() {
    switches.forEach(FakeFreeSwitch::empty);
  }

  /** REGISTERs that came to any backend. */
  long asked() {
    return switches.stream().mapToLong(each -> each.answers.size()).sum();
  }

  /** Answers to challenges that went wrong: each challenge is answered once. */
  long stale() {
    return rig.backends.stream()
        .flatMap(backend -> backend.received.stream())
        .filter(seen -> seen.isRequest() && seen.method().equals("REGISTER"))
        .filter(seen ->
            !seen.first("Authorization").isEmpty()
                && !seen.text().contains("-of-" + to(seen) + "\""))
        .count();
  }

  private String to(Seen request) {
    for (FakeBackend backend : rig.backends) {
      if (backend.received.contains(request)) {
        return backend.address.getAddress().getHostAddress();
      }
    }
    return "";
  }

  long verdict(String label) {
    return rig.meters.counter(Meter.UPSTREAM_REGISTERS, "phones", label).value();
  }

  long replayed(String backend, String result) {
    return rig.meters.counter(Meter.UPSTREAM_REPLAYED, "phones", backend, result).value();
  }
}
