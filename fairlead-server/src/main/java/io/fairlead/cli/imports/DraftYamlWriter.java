// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Writes a draft as a configuration. Owned by the main thread. */
final class DraftYamlWriter {
  private final ConfigDraft draft;
  private final List<String> listen;
  private final StringBuilder out = new StringBuilder();

  /**
   * @param listen our own addresses, IPv6 in brackets; for a family without one it is loopback
   */
  DraftYamlWriter(ConfigDraft draft, List<String> listen) {
    this.draft = draft;
    this.listen = listen;
  }

  /** The whole file. */
  String write() {
    comments("", draft.notes);
    listeners();
    line("pools:");
    draft.pools.values().forEach(this::pool);
    routes();
    return out.toString();
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private void comments(String indent, ImportNotes notes) {
    notes.all().forEach(note -> line(indent + "# " + note));
  }

  // One for each transport and family that some backend needs.
  private void listeners() {
    line("listeners:");
    TreeSet<String> wanted = new TreeSet<>();
    for (PoolDraft pool : draft.pools.values()) {
      for (BackendDraft backend : pool.backends) {
        wanted.add((backend.address.ipv6() ? "6" : "4") + backend.address.transport());
      }
    }
    if (wanted.stream().noneMatch(each -> each.endsWith("udp"))) {
      wanted.add("4udp");
    }
    wanted.forEach(each -> listener(each.substring(1), each.charAt(0) == '6'));
  }

  private void listener(String transport, boolean ipv6) {
    String own =
        listen.stream().filter(each -> each.startsWith("[") == ipv6).findFirst().orElse("");
    if (own.isEmpty()) {
      line("  # Write the address of this machine here: on loopback nobody else reaches it.");
    }
    String address = own.isEmpty() ? ipv6 ? "[::1]" : "127.0.0.1" : own;
    switch (transport) {
      case "tls", "wss" -> {
        line("  # Put a certificate there, or make one: fairlead certs self-signed NAME");
        line("  - bind: " + quoted(transport + "://" + address + ":" + port(transport)));
        line("    tls:");
        line("      certificates: [ { cert: self-signed.pem, key: self-signed.key } ]");
      }
      default -> line("  - " + quoted(transport + "://" + address + ":" + port(transport)));
    }
  }

  private static int port(String transport) {
    return switch (transport) {
      case "tls" -> 5061;
      case "ws" -> 8080;
      case "wss" -> 8443;
      default -> 5060;
    };
  }

  private void pool(PoolDraft pool) {
    line("  " + quoted(pool.name) + ":");
    comments("    ", pool.notes);
    if (!pool.balance.isEmpty()) {
      line("    balance: " + pool.balance);
    }
    if (!pool.hashKey.isEmpty()) {
      line("    hash: { key: " + quoted(pool.hashKey) + " }");
    }
    if (!pool.checked) {
      line("    health: off");
    }
    line("    backends:");
    pool.backends.forEach(this::backend);
  }

  private void backend(BackendDraft backend) {
    comments("      ", backend.notes);
    List<String> parts = new ArrayList<>();
    if (!backend.name.isEmpty()) {
      parts.add("name: " + quoted(backend.name));
    }
    parts.add("uri: " + quoted(backend.address.uri()));
    if (backend.weight != 1) {
      parts.add("weight: " + backend.weight);
    }
    if (backend.priority != 1) {
      parts.add("priority: " + backend.priority);
    }
    if (backend.maxCalls > 0) {
      parts.add("max-calls: " + backend.maxCalls);
    }
    if (!backend.resources.isEmpty()) {
      List<String> each = new ArrayList<>();
      for (Map.Entry<String, Integer> entry : backend.resources.entrySet()) {
        each.add(quoted(entry.getKey()) + ": " + entry.getValue());
      }
      parts.add("resources: { " + String.join(", ", each) + " }");
    }
    BackendDraft.Socket socket = backend.socket;
    if (socket != null) {
      parts.add("esl: { " + socket(socket) + " }");
    }
    line("      - { " + String.join(", ", parts) + " }");
  }

  private static String socket(BackendDraft.Socket socket) {
    String host = socket.host().isEmpty() ? "" : "host: " + quoted(socket.host()) + ", ";
    String port = socket.port() == 8021 ? "" : "port: " + socket.port() + ", ";
    return host + port + "password: " + quoted("file:" + socket.secret());
  }

  // What leads to which pool stood in a script or dialplan: the first one takes all.
  private void routes() {
    line("routes:");
    boolean first = true;
    for (PoolDraft pool : draft.pools.values()) {
      String resource = pool.resource.isEmpty() ? "" : ", resource: " + quoted(pool.resource);
      String to = "{ to: " + quoted(pool.name) + resource + " }";
      if (first) {
        line("  - " + to);
      } else {
        line("  # Before the others, with its own `match`: - " + to);
      }
      first = false;
    }
  }

  /** A text as a YAML scalar: plain where nothing can be mistaken, else in quotes. */
  static String quoted(String text) {
    boolean plain =
        text.matches("[A-Za-z][A-Za-z0-9_.-]*")
            && !text.matches("(?i)(y|n|yes|no|on|off|true|false|null)");
    if (plain) {
      return text;
    }
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
