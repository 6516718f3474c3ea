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
      Set.of("proxy", "realm", "register", "register-transport");

  /** What a gateway says. */
  record Gateway(String name, Map<String, String> params) {
    /** Where it is, as FreeSWITCH takes it: the proxy, else the realm, else the name. */
    String host() {
      return params.getOrDefault("proxy", params.getOrDefault("realm", name));
    }
  }

  private final Map<String, Gateway> all;
  private final Flaws flaws;
  private @Nullable Gateway open;

  FreeSwitchGateways(Flaws flaws) {
    this(flaws, new HashMap<>());
  }

  private FreeSwitchGateways(Flaws flaws, Map<String, Gateway> all) {
    this.flaws = flaws;
    this.all = all;
  }

  /** For another file, whose gateways come to those of this one. */
  FreeSwitchGateways of(Flaws other) {
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
      gateway.params.put(element.value("name").toLowerCase(Locale.ROOT), element.value("value"));
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
  static void notes(Gateway gateway, Notes notes) {
    if (!gateway.params.getOrDefault("register", "true").equals("false")) {
      notes.dropped("register; a carrier that wants a registration still gets it from FreeSWITCH");
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
