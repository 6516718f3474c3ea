// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.kernel;

import io.fairlead.linux.netfilter.NetlinkBatch;
import io.fairlead.linux.netfilter.NetlinkSocket;
import io.fairlead.linux.netfilter.NetlinkWriter;
import io.fairlead.linux.netfilter.RuleWriter;
import io.fairlead.linux.netfilter.RuleWriter.Compare;
import io.fairlead.linux.netfilter.RuleWriter.Layer;
import io.fairlead.net.Cidr;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Our table of nf_tables. What comes to a port of a listener of ours is looked up by its source
 * before connection tracking sees it; all else, the operator's SSH among it, is never looked at.
 *
 * <p>Sources stand in plain sets, each with its timeout: a change there costs the same however many
 * there are. Networks stand in sets of intervals, without timeouts, since the kernel would end a
 * range by halves; they are taken out by the very range they went in by. Networks that are allowed
 * pass before either. IPv6 sources are looked up by their first 64 bits.
 *
 * <p>The table belongs to our socket (NFT_TABLE_F_OWNER): others cannot change it, and when the
 * process ends, however it ends, the kernel takes it away.
 *
 * <p>Owned by the thread of the bans.
 */
final class BanTable implements AutoCloseable {
  private static final int NEW_TABLE = 0;
  private static final int DELETE_TABLE = 2;
  private static final int NEW_CHAIN = 3;
  private static final int NEW_RULE = 6;
  private static final int NEW_SET = 9;
  private static final int NEW_ELEMENT = 12;
  private static final int DELETE_ELEMENT = 14;

  private static final int OWNED = 2;
  private static final int INTERVAL = 4;
  private static final int TIMEOUT = 16;
  private static final int RANGE_END = 1;
  private static final int PREROUTING = 0;
  // Before connection tracking (NF_IP_PRI_RAW), which is what a flood would fill.
  private static final int BEFORE_TRACKING = -300;
  private static final int IPV4 = 2;
  private static final int IPV6 = 10;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int ENFILE = 23;

  /** Elements in a message, whose length has 16 bits. */
  private static final int IN_A_MESSAGE = 1000;

  // What fits into a batch: an element takes 36 or 48 bytes, taking one out some 100. Each batch
  // waits for all processors to have left the one before, which takes longer than its elements do.
  private static final int ROOM = 1 << 20;
  private static final int ADDED_AT_ONCE = 20_000;
  private static final int RENEWED_AT_ONCE = 5000;

  /** Most muted sources of each version of IP; 110 bytes each. */
  private static final int MUTED = 131_072;

  /** More Fairleads with the same lowest port are not to be expected in one network namespace. */
  private static final int NAMES = 9;

  /** What became of a change. */
  enum Outcome {
    DONE,
    /** The set is full; what was asked for before is done. */
    FULL,
    FAILED
  }

  private final NetlinkSocket socket;
  private final NetlinkBatch batch;
  private final RuleWriter rule;
  private final String name;

  private BanTable(NetlinkSocket socket, String name) {
    this.socket = socket;
    this.name = name;
    batch = new NetlinkBatch(socket);
    rule = new RuleWriter(batch.out());
  }

  /**
   * Makes it, in place of one of that name that nobody owns; where another process has the name it
   * gets a number behind it.
   *
   * @param ports where our listeners are
   * @param size most elements of each set
   * @throws IOException when this kernel, or our rights, do not allow it
   */
  static BanTable create(String name, List<GuardedPort> ports, int size) throws IOException {
    NetlinkSocket socket = NetlinkSocket.open(ROOM);
    Map<Integer, Integer> failures = Map.of();
    for (int i = 1; i <= NAMES; i++) {
      BanTable table = new BanTable(socket, i == 1 ? name : name + "-" + i);
      failures = table.create(ports, size);
      if (failures.isEmpty()) {
        return table;
      }
      if (failures.containsKey(NetlinkBatch.whole()) || !failures.containsValue(EPERM)) {
        break;
      }
    }
    socket.close();
    throw new IOException(why(failures));
  }

  private static String why(Map<Integer, Integer> failures) {
    Integer whole = failures.get(NetlinkBatch.whole());
    if (whole != null && whole == EPERM) {
      return "CAP_NET_ADMIN is missing";
    }
    if (failures.containsValue(EPERM)) {
      return "other processes have all tables of our name";
    }
    return "nf_tables of this kernel refused the table (error "
        + failures.values().iterator().next()
        + "); it takes Linux 5.12 or newer";
  }

  /** As {@code nft list tables} shows it. */
  String name() {
    return name;
  }

  private Map<Integer, Integer> create(List<GuardedPort> ports, int size) {
    batch.begin();
    table(NEW_TABLE, 0);
    batch.message(DELETE_TABLE, 0).text(1, name).end();
    table(NEW_TABLE, OWNED);
    NetlinkWriter chain = batch.message(NEW_CHAIN, NetlinkWriter.create());
    chain.text(1, name).text(3, "incoming");
    int hook = chain.nest(4);
    chain.number(1, PREROUTING).number(2, BEFORE_TRACKING).unnest(hook);
    chain.text(7, "filter").end();
    for (boolean ipv4 : new boolean[] {true, false}) {
      set(sources(ipv4), ipv4, TIMEOUT, size);
      set(networks(ipv4), ipv4, INTERVAL, 2 * size);
      set(allowed(ipv4), ipv4, INTERVAL, 2 * size);
      set(muted(ipv4), ipv4, TIMEOUT, MUTED);
      judge(ipv4);
      silence(ipv4);
    }
    ports.forEach(this::port);
    return batch.commit((_, _) -> {});
  }

  private void table(int type, int flags) {
    batch.message(type, NetlinkWriter.create()).text(1, name).number(2, flags).end();
  }

  private void set(String set, boolean ipv4, int flags, int size) {
    NetlinkWriter out = batch.message(NEW_SET, NetlinkWriter.create()).text(1, name).text(2, set);
    out.number(3, flags).number(4, ipv4 ? 7 : 8).number(5, ipv4 ? 4 : 16);
    int description = out.nest(9);
    out.number(1, size).unnest(description);
    out.number(10, batch.sequence()).end();
  }

  private static String sources(boolean ipv4) {
    return ipv4 ? "sources4" : "sources6";
  }

  private static String networks(boolean ipv4) {
    return ipv4 ? "networks4" : "networks6";
  }

  private static String allowed(boolean ipv4) {
    return ipv4 ? "allowed4" : "allowed6";
  }

  private static String muted(boolean ipv4) {
    return ipv4 ? "muted4" : "muted6";
  }

  private static String datagrams(boolean ipv4) {
    return ipv4 ? "datagrams4" : "datagrams6";
  }

  private static String banned(boolean ipv4) {
    return ipv4 ? "banned4" : "banned6";
  }

  private void judge(boolean ipv4) {
    batch.message(NEW_CHAIN, NetlinkWriter.create()).text(1, name).text(3, banned(ipv4)).end();
    source(ipv4, banned(ipv4)).member(allowed(ipv4), 0).accept().end();
    batch.out().end();
    masked(ipv4, banned(ipv4));
    rule.member(sources(ipv4), 0).count().drop().end();
    batch.out().end();
    source(ipv4, banned(ipv4)).member(networks(ipv4), 0).count().drop().end();
    batch.out().end();
  }

  // Who floods by UDP costs connections nothing: the source may be invented.
  private void silence(boolean ipv4) {
    String chain = datagrams(ipv4);
    batch.message(NEW_CHAIN, NetlinkWriter.create()).text(1, name).text(3, chain).end();
    masked(ipv4, chain);
    rule.member(muted(ipv4), 0).count().drop().end();
    batch.out().end();
    begin(chain).go(banned(ipv4)).end();
    batch.out().end();
  }

  private void masked(boolean ipv4, String chain) {
    source(ipv4, chain);
    if (!ipv4) {
      byte[] upper = new byte[16];
      java.util.Arrays.fill(upper, 0, 8, (byte) 0xff);
      rule.mask(0, upper);
    }
  }

  private RuleWriter source(boolean ipv4, String chain) {
    return begin(chain).load(Layer.NETWORK, ipv4 ? 12 : 8, ipv4 ? 4 : 16, 0);
  }

  private RuleWriter begin(String chain) {
    batch.message(NEW_RULE, NetlinkWriter.create() | NetlinkWriter.append()).text(1, name);
    batch.out().text(2, chain);
    return rule.begin();
  }

  private void port(GuardedPort each) {
    boolean ipv4 = each.ipv4();
    begin("incoming").packets(ipv4 ? IPV4 : IPV6, each.tcp() ? TCP : UDP);
    if (!each.anyAddress()) {
      byte[] address = each.address().getAddress();
      rule.load(Layer.NETWORK, ipv4 ? 16 : 24, address.length, 0)
          .compare(0, Compare.EQUAL, address);
    }
    rule.load(Layer.TRANSPORT, 2, 2, 0)
        .compare(0, Compare.EQUAL, (byte) (each.port() >> 8), (byte) each.port())
        .go(each.tcp() ? banned(ipv4) : datagrams(ipv4))
        .end();
    batch.out().end();
  }

  // ---- changes ----

  /**
   * Adds sources, all of one version of IP, or gives them other timeouts.
   *
   * @param timeouts of each, in milliseconds
   * @param known those that may be there
   */
  Outcome add(boolean ipv4, Map<Cidr, Long> timeouts, Set<Cidr> known) {
    int chunk = known.isEmpty() ? ADDED_AT_ONCE : RENEWED_AT_ONCE;
    List<Map.Entry<Cidr, Long>> all = List.copyOf(timeouts.entrySet());
    for (int from = 0; from < all.size(); from += chunk) {
      List<Map.Entry<Cidr, Long>> now = all.subList(from, Math.min(all.size(), from + chunk));
      Set<Cidr> there = new HashSet<>();
      now.forEach(each -> {
        if (known.contains(each.getKey())) {
          there.add(each.getKey());
        }
      });
      Outcome outcome = add(ipv4, now, there);
      if (outcome != Outcome.DONE) {
        return outcome;
      }
    }
    return Outcome.DONE;
  }

  // Before Linux 6.12 an element that is there keeps its timeout, so it is taken out and put in
  // again, in one step; and one that has just gone by itself makes the kernel undo all of it.
  private Outcome add(boolean ipv4, List<Map.Entry<Cidr, Long>> all, Set<Cidr> there) {
    while (true) {
      batch.begin();
      Map<Integer, Cidr> removals = new HashMap<>();
      for (Cidr each : there) {
        removal(each);
        removals.put(batch.sequence(), each);
      }
      for (int from = 0; from < all.size(); from += IN_A_MESSAGE) {
        elements(sources(ipv4), all.subList(from, Math.min(all.size(), from + IN_A_MESSAGE)));
      }
      Map<Integer, Integer> failures = batch.commit((_, _) -> {});
      boolean gone = false;
      for (Map.Entry<Integer, Integer> each : failures.entrySet()) {
        Cidr source = removals.get(each.getKey());
        gone |= source != null && each.getValue() == ENOENT && there.remove(source);
      }
      if (!gone) {
        return outcome(failures);
      }
    }
  }

  /**
   * Has sources unheard by UDP; one that is so already stays so for as long as it was told first.
   *
   * @param timeouts of each, in milliseconds
   */
  Outcome mute(boolean ipv4, Map<Cidr, Long> timeouts) {
    List<Map.Entry<Cidr, Long>> all = List.copyOf(timeouts.entrySet());
    for (int from = 0; from < all.size(); from += ADDED_AT_ONCE) {
      List<Map.Entry<Cidr, Long>> now =
          all.subList(from, Math.min(all.size(), from + ADDED_AT_ONCE));
      batch.begin();
      for (int i = 0; i < now.size(); i += IN_A_MESSAGE) {
        elements(muted(ipv4), now.subList(i, Math.min(now.size(), i + IN_A_MESSAGE)));
      }
      Outcome outcome = outcome(batch.commit((_, _) -> {}));
      if (outcome != Outcome.DONE) {
        return outcome;
      }
    }
    return Outcome.DONE;
  }

  private void elements(String set, List<Map.Entry<Cidr, Long>> some) {
    NetlinkWriter out =
        batch.message(NEW_ELEMENT, NetlinkWriter.create()).text(1, name).text(2, set);
    int list = out.nest(3);
    for (Map.Entry<Cidr, Long> each : some) {
      int element = element(each.getKey().address().getAddress());
      out.wide(4, each.getValue()).unnest(element);
    }
    out.unnest(list).end();
  }

  private void removal(Cidr source) {
    NetlinkWriter out =
        batch.message(DELETE_ELEMENT, 0).text(1, name).text(2, sources(source.isV4()));
    int list = out.nest(3);
    int element = element(source.address().getAddress());
    out.unnest(element).unnest(list).end();
  }

  /** Takes a source out; it may have gone by itself. */
  Outcome remove(Cidr source) {
    batch.begin();
    removal(source);
    Map<Integer, Integer> failures = batch.commit((_, _) -> {});
    boolean gone = failures.values().stream().allMatch(error -> error == ENOENT);
    return gone && !failures.containsKey(NetlinkBatch.whole()) ? Outcome.DONE : Outcome.FAILED;
  }

  /** Takes networks out, then puts others in; none of them overlaps another. */
  Outcome networks(Collection<Cidr> out, Collection<Cidr> in) {
    return changed(out, in, false);
  }

  /** The same for networks that pass. */
  Outcome allowed(Collection<Cidr> out, Collection<Cidr> in) {
    return changed(out, in, true);
  }

  private Outcome changed(Collection<Cidr> out, Collection<Cidr> in, boolean allowed) {
    batch.begin();
    for (boolean adds : new boolean[] {false, true}) {
      for (Cidr each : adds ? in : out) {
        range(each, adds, allowed ? allowed(each.isV4()) : networks(each.isV4()));
        if (batch.full()) {
          Outcome outcome = outcome(batch.commit((_, _) -> {}));
          if (outcome != Outcome.DONE) {
            return outcome;
          }
          batch.begin();
        }
      }
    }
    return outcome(batch.commit((_, _) -> {}));
  }

  private void range(Cidr network, boolean add, String set) {
    NetlinkWriter out =
        batch
            .message(add ? NEW_ELEMENT : DELETE_ELEMENT, add ? NetlinkWriter.create() : 0)
            .text(1, name)
            .text(2, set);
    int list = out.nest(3);
    byte[] first = network.address().getAddress();
    out.unnest(element(first));
    byte[] behind = behind(first, network.prefix());
    if (behind.length > 0) {
      int end = element(behind);
      out.number(3, RANGE_END).unnest(end);
    }
    out.unnest(list).end();
  }

  private int element(byte... key) {
    NetlinkWriter out = batch.out();
    int element = out.nest(1);
    int data = out.nest(1);
    out.bytes(1, key).unnest(data);
    return element;
  }

  /** The first address behind a network; empty when there is none. */
  static byte[] behind(byte[] first, int prefix) {
    byte[] next = first.clone();
    int bit = prefix - 1;
    for (; bit >= 0; bit--) {
      int mask = 0x80 >> (bit & 7);
      next[bit >> 3] ^= (byte) mask;
      if ((next[bit >> 3] & mask) != 0) {
        return next;
      }
    }
    return new byte[0];
  }

  private static Outcome outcome(Map<Integer, Integer> failures) {
    if (failures.isEmpty()) {
      return Outcome.DONE;
    }
    return failures.containsValue(ENFILE) ? Outcome.FULL : Outcome.FAILED;
  }

  /** Takes the table away. */
  @Override
  public void close() {
    batch.begin();
    batch.message(DELETE_TABLE, 0).text(1, name).end();
    // What the kernel says does not matter: with the socket the table goes in any case.
    Map<Integer, Integer> _ = batch.commit((_, _) -> {});
    socket.close();
  }
}
