// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Bindings as plain objects: simple enough to be right, so that others are compared with it. */
public final class HeapBindings implements Bindings {
  private record Held(AddressOfRecord aor, Binding binding, long dueMs, int unanswered) {}

  private final int loops;
  private final Map<Long, Held> held = new ConcurrentHashMap<>();
  private final Map<Long, Integer> rtt = new HashMap<>();
  private long lastId;

  public HeapBindings(int loops) {
    this.loops = loops;
  }

  @Override
  public int owner(AddressOfRecord aor) {
    return (int) Long.remainderUnsigned(aor.hash(), loops);
  }

  @Override
  public List<Binding> of(AddressOfRecord aor, long nowMs) {
    return held.values().stream()
        .filter(each -> each.aor.equals(aor) && each.binding.holds(nowMs))
        .map(Held::binding)
        .sorted(Comparator.comparingLong((Binding each) -> -each.renewal().atMs()))
        .toList();
  }

  @Override
  public boolean has(AddressOfRecord aor, long nowMs) {
    return !of(aor, nowMs).isEmpty();
  }

  @Override
  public long put(AddressOfRecord aor, Binding binding) {
    Binding stored = binding.id() == 0 ? binding.withId(++lastId) : binding;
    Held old = held.get(stored.id());
    held.put(
        stored.id(),
        old == null || !old.binding.origin().equals(stored.origin())
            ? new Held(aor, stored, 0, -1)
            : new Held(aor, stored, old.dueMs, Math.min(old.unanswered, 0)));
    return stored.id();
  }

  @Override
  public boolean renew(AddressOfRecord aor, BindingDraft said, Binding.Renewal renewal) {
    List<Held> all = held.values().stream().filter(each -> each.aor.equals(aor)).toList();
    Binding known = all.size() == 1 ? all.getFirst().binding : null;
    if (known == null
        || !known.holds(renewal.atMs())
        || known.renewal().callIdHash() != renewal.callIdHash()
        || known.renewal().cseq() >= renewal.cseq()) {
      return false;
    }
    Binding renewed =
        new Binding(
            known.id(),
            known.contact(),
            known.q(),
            known.path(),
            known.device(),
            renewal,
            known.origin(),
            Binding.Upstream.NOBODY);
    said.complete(known.id(), renewal);
    byte[] record = Arrays.copyOf(said.bytes(), said.length());
    if (!known.upstream().equals(Binding.Upstream.NOBODY)
        || !Arrays.equals(record, BindingCodec.bytes(aor, renewed))) {
      return false;
    }
    put(aor, renewed);
    return true;
  }

  @Override
  public void remove(AddressOfRecord aor, long id) {
    held.remove(id);
  }

  @Override
  public long size() {
    return held.size();
  }

  @Override
  public long addresses() {
    return held.values().stream().map(Held::aor).distinct().count();
  }

  @Override
  public void forEach(long nowMs, Visitor visitor) {
    held.values().stream()
        .filter(each -> each.binding.holds(nowMs))
        .forEach(each -> visitor.visit(each.aor, each.binding));
  }

  @Override
  public int sweep(int loop, long nowMs, int limit, Consumer<Due> visitor) {
    List<Held> due = new ArrayList<>(held.values());
    due.removeIf(each -> each.dueMs > nowMs && each.binding.holds(nowMs));
    due.removeIf(each -> owner(each.aor) != loop);
    int shown = Math.min(limit, due.size());
    for (Held each : due.subList(0, shown)) {
      Shown view = new Shown(each, nowMs);
      visitor.accept(view);
      if (view.ended || view.expired()) {
        held.remove(each.binding.id());
      } else {
        held.put(each.binding.id(), view.next);
      }
    }
    return shown;
  }

  @Override
  public boolean alive(AddressOfRecord aor, long id, int rttMs) {
    Held known = held.get(id);
    if (known == null) {
      return false;
    }
    rtt.put(id, rttMs);
    held.put(id, new Held(aor, known.binding, known.dueMs, Math.min(known.unanswered, 0)));
    return true;
  }

  /** The round-trip time given last for a binding, -1 when there is none. */
  public int rttMs(long id) {
    return rtt.getOrDefault(id, -1);
  }

  private static final class Shown implements Due {
    private final Held held;
    private final long nowMs;
    private Held next;
    private boolean ended;

    Shown(Held held, long nowMs) {
      this.held = held;
      this.nowMs = nowMs;
      this.next = held;
    }

    @Override
    public AddressOfRecord aor() {
      return held.aor;
    }

    @Override
    public Binding binding() {
      return held.binding;
    }

    @Override
    public boolean expired() {
      return !held.binding.holds(nowMs);
    }

    @Override
    public int unanswered() {
      return held.unanswered;
    }

    @Override
    public void again(long atMs, int unanswered) {
      next = new Held(held.aor, held.binding, atMs, unanswered);
    }

    @Override
    public void end() {
      ended = true;
    }
  }
}
