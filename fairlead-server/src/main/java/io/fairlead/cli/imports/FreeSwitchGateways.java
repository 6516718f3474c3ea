// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads gateways out of sofia's XML: a file of gateways, a profile, or the whole configuration.
 * Owned by the main thread.
 */
final class FreeSwitchGateways implements XmlReader.Listener {
  private static final Set<String> PLACES =
      Set.of("proxy", "realm", "register", "register-transport", "outbound-proxy");

  /** What a gateway says. */
  record Gateway(String name, Map<String, String> params) {
    /** Where its calls go: the outbound-proxy, else what the request-URI names. */
    String host() {
      return params.getOrDefault("outbound-proxy", named());
    }

    /** What the request-URI of its calls names: the proxy, else the realm, else the name. */
    private String named() {
      return params.getOrDefault("proxy", params.getOrDefault("realm", name));
    }

    /** The transport of its calls, when not the address says it; empty for none. */
    String transport() {
      return params.containsKey("outbound-proxy")
          ? ""
          : params.getOrDefault("register-transport", "");
    }
  }

  private final Map<String, Gateway> all;
  private final ImportProblems flaws;
  private @Nullable Gateway open;

  FreeSwitchGateways(ImportProblems flaws) {
    this(flaws, new HashMap<>());
  }

  private FreeSwitchGateways(ImportProblems flaws, Map<String, Gateway> all) {
    this.flaws = flaws;
    this.all = all;
  }

  /** For another file, whose gateways come to those of this one. */
  FreeSwitchGateways of(ImportProblems other) {
    return new FreeSwitchGateways(other, all);
  }

  void read(byte[] bytes) {
    new XmlReader(flaws, this).read(bytes);
  }

  @Override
  public void begin(XmlReader.Element element) {
    Gateway gateway = open;
    if (element.name().equals("gateway")) {
      open = new Gateway(element.value("name"), new LinkedHashMap<>());
      if (open.name.isEmpty()) {
        flaws.add(element.line(), element.column(), "expected a gateway with a name");
      }
    } else if (gateway != null && element.name().equals("param")) {
      String value = element.value("value");
      if (!value.isEmpty()) {
        gateway.params.put(element.value("name").toLowerCase(Locale.ROOT), value);
      }
    }
  }

  @Override
  public void end(String name) {
    Gateway gateway = open;
    if (name.equals("gateway") && gateway != null) {
      all.put(gateway.name, gateway);
      open = null;
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** The gateway of that name, or null. */
  @Nullable Gateway get(String name) {
    return all.get(name);
  }

  /** What of it has no equal. */
  static void notes(Gateway gateway, ImportNotes notes) {
    if (!gateway.params.getOrDefault("register", "true").equals("false")) {
      notes.dropped("register; a carrier that wants a registration still gets it from FreeSWITCH");
    }
    if (!gateway.host().equals(gateway.named())) {
      notes.add(
          "Its outbound-proxy. The request-URI names "
              + gateway.named()
              + " there: a route writes that by `rewrite: { host: ... }`.");
    }
    gateway.params.forEach((name, value) -> {
      if (name.contains("password") || name.contains("secret")) {
        notes.dropped("its " + name);
      } else if (!PLACES.contains(name)) {
        notes.dropped(name + "=" + value);
      }
    });
  }
}
