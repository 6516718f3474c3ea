// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.keepalive;

import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.Bindings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses of record have bindings over which connection, and what became of its keepalives.
 * An address may stay named after its binding is gone, until the connection closes or grows
 * crowded: so it never holds more than twice what the table holds, and a little.
 *
 * <p>Owned by one loop.
 */
final class ConnectionDevices {
  private static final int FEW = 8;

  /** What is known of one connection. Owned by one loop. */
  static final class Line {
    private final long number;
    private final List<AddressOfRecord> users = new ArrayList<>(1);
    private int crowded = FEW;
    private long pingedUs;
    private boolean awaiting;
    private boolean answers;

    Line(long number) {
      this.number = number;
    }

    /** True when a ping was sent no longer ago than that. */
    boolean pingedWithin(long spanUs, long nowUs) {
      return pingedUs != 0 && nowUs - pingedUs < spanUs;
    }

    /** A ping goes out. */
    void pinged(long nowUs) {
      pingedUs = nowUs;
      awaiting = true;
    }

    /** A ping was answered. */
    void answered() {
      awaiting = false;
      answers = true;
    }

    /** How many addresses are named. */
    int users() {
      return users.size();
    }

    /**
     * True when the last ping was not answered by a device that has answered before. One that never
     * did may not know the empty line (RFC 5626 §3.5.1 asks for it only of those that use
     * outbound); TCP itself finds out when it is gone.
     */
    boolean silent() {
      return awaiting && answers;
    }
  }

  private final Bindings bindings;
  private final Map<Long, Line> lines = new HashMap<>();

  ConnectionDevices(Bindings bindings) {
    this.bindings = bindings;
  }

  /** What is known of the connection; from now on the address is among its users. */
  Line enter(long connection, AddressOfRecord aor, long nowMs) {
    Line line = lines.computeIfAbsent(connection, Line::new);
    if (!line.users.contains(aor)) {
      if (line.users.size() >= line.crowded) {
        line.users.removeIf(user -> !uses(user, line.number, nowMs));
        line.crowded = Math.max(FEW, line.users.size() * 2);
      }
      line.users.add(aor);
    }
    return line;
  }

  @Nullable Line get(long connection) {
    return lines.get(connection);
  }

  /** Forgets a connection that has ended. */
  @Nullable Line remove(long connection) {
    return lines.remove(connection);
  }

  /** Shows all bindings over the connection. */
  void forEach(Line line, long nowMs, BiConsumer<AddressOfRecord, Binding> visitor) {
    for (AddressOfRecord user : line.users) {
      for (Binding binding : bindings.of(user, nowMs)) {
        if (binding.origin().connection() == line.number) {
          visitor.accept(user, binding);
        }
      }
    }
  }

  private boolean uses(AddressOfRecord user, long connection, long nowMs) {
    for (Binding binding : bindings.of(user, nowMs)) {
      if (binding.origin().connection() == connection) {
        return true;
      }
    }
    return false;
  }
}
