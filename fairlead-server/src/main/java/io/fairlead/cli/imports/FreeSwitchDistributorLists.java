// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lists of mod_distributor: named nodes that take turns by weight. Owned by the main
 * thread.
 */
final class FreeSwitchDistributorLists implements XmlReader.Listener {
  private static final int MOST_WEIGHT = 10_000;
  private static final Set<String> KNOWN = Set.of("lists", "document", "section", "include");
  private static final String OURS = "distributor.conf";

  private final ConfigDraft draft = new ConfigDraft();
  private final ImportProblems flaws;
  private final FreeSwitchGateways gateways;
  private @Nullable PoolDraft list;
  private boolean any;
  // Within the whole configuration there are lists of other modules.
  private boolean inside = true;
  private boolean others;

  FreeSwitchDistributorLists(ImportProblems flaws, FreeSwitchGateways gateways) {
    this.flaws = flaws;
    this.gateways = gateways;
  }

  /** The draft; of use only when there are no flaws. */
  ConfigDraft read(byte[] bytes) {
    new XmlReader(flaws, this).read(bytes);
    if (!any && flaws.isEmpty()) {
      flaws.add(
          1, 1, "expected a <list name=\"...\"> with <node name=\"...\" weight=\"...\"/> in it");
    }
    draft.dropEmpty();
    return draft;
  }

  @Override
  public void begin(XmlReader.Element element) {
    if (element.name().equals("configuration")) {
      inside = element.value("name").equals(OURS);
      others |= !inside;
      return;
    }
    if (!inside) {
      return;
    }
    switch (element.name()) {
      case "list" -> list(element);
      case "node" -> node(element);
      default -> {
        if (!others && !KNOWN.contains(element.name().toLowerCase(Locale.ROOT))) {
          draft.notes.dropped("<" + element.name() + "> in line " + element.line());
        }
      }
    }
  }

  @Override
  public void end(String name) {
    if (name.equals("list")) {
      list = null;
    } else if (name.equals("configuration")) {
      inside = !others;
    }
  }

  private void list(XmlReader.Element element) {
    String name = element.value("name");
    if (name.isEmpty()) {
      flaws.add(element.line(), element.column(), "expected a list with a name");
      return;
    }
    any = true;
    ImportNotes notes = new ImportNotes();
    PoolDraft pool = draft.pool(notes.name(name));
    notes.all().forEach(pool.notes::add);
    pool.balance = "round-robin";
    list = pool;
  }

  private void node(XmlReader.Element element) {
    PoolDraft pool = list;
    String name = element.value("name");
    if (pool == null || name.isEmpty()) {
      flaws.add(element.line(), element.column(), "expected a node with a name, inside of a list");
      return;
    }
    ImportNotes notes = new ImportNotes();
    BackendAddress address = address(element, name, notes);
    if (address == null) {
      return;
    }
    BackendDraft backend = new BackendDraft(address, notes);
    backend.name = notes.name(name);
    backend.weight = weight(element);
    if (!pool.add(backend)) {
      pool.notes.dropped("a second node at " + address.uri() + ", " + name);
    }
  }

  private @Nullable BackendAddress address(
      XmlReader.Element element, String name, ImportNotes notes) {
    FreeSwitchGateways.Gateway gateway = gateways.get(name);
    String host = gateway == null ? name : gateway.host();
    String transport = gateway == null ? "" : gateway.transport();
    if (gateway == null) {
      notes.add(
          gateways.isEmpty()
              ? "The name is taken for a host. With --gateways FILE, the XML of the gateways, its"
                  + " address is looked up."
              : "No gateway has this name: it is taken for a host.");
    }
    String uri = host.matches("(?i)sips?:.*") ? host : "sip:" + host;
    boolean says = uri.toLowerCase(Locale.ROOT).contains(";transport=");
    try {
      BackendAddress address =
          BackendAddress.of(
              transport.isEmpty() || says ? uri : uri + ";transport=" + transport, notes);
      if (gateway != null) {
        FreeSwitchGateways.notes(gateway, notes);
      }
      return address;
    } catch (IllegalArgumentException e) {
      String hint =
          host.contains("$")
              ? "; FreeSWITCH writes the files with its variables filled in to"
                  + " log/freeswitch.xml.fsxml"
              : "";
      flaws.add(element.line(), element.column(), "node " + name + ": " + e.getMessage() + hint);
      return null;
    }
  }

  private int weight(XmlReader.Element element) {
    String weight = element.value("weight");
    if (weight.isEmpty()) {
      return 1;
    }
    boolean number = weight.matches("[0-9]{1,5}");
    if (!number || Integer.parseInt(weight) < 1 || Integer.parseInt(weight) > MOST_WEIGHT) {
      flaws.add(
          element.line(),
          element.column(),
          "expected a weight from 1 to " + MOST_WEIGHT + ", not `" + weight + "`");
      return 1;
    }
    return Integer.parseInt(weight);
  }
}
