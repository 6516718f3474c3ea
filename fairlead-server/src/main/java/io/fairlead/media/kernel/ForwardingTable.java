// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.kernel;

import io.fairlead.linux.netfilter.NetlinkBatch;
import io.fairlead.linux.netfilter.NetlinkSocket;
import io.fairlead.linux.netfilter.NetlinkWriter;
import io.fairlead.linux.netfilter.RuleWriter;
import io.fairlead.linux.netfilter.RuleWriter.Checksum;
import io.fairlead.linux.netfilter.RuleWriter.Compare;
import io.fairlead.linux.netfilter.RuleWriter.Layer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Our table of nf_tables. What comes to a port of the relay is not tracked; RTP from a known source
 * gets another destination before it is routed, and another source after. It is a translation
 * without state: there are no entries of connection tracking to be made, awaited or deleted, and a
 * change holds from the next packet on.
 *
 * <p>The table belongs to our socket (NFT_TABLE_F_OWNER): others cannot change it, and when the
 * process ends, however it ends, the kernel takes it away.
 *
 * <p>RTP is what has version 2 and is not RTCP by RFC 5761 §4: that, and all else that comes to the
 * ports, goes to the relay's sockets.
 *
 * <p>Owned by the kernel thread.
 */
final class ForwardingTable implements Translator {
  private static final int NEW_TABLE = 0;
  private static final int DELETE_TABLE = 2;
  private static final int NEW_CHAIN = 3;
  private static final int NEW_RULE = 6;
  private static final int NEW_SET = 9;
  private static final int NEW_ELEMENT = 12;
  private static final int GET_ELEMENT = 13;
  private static final int DELETE_ELEMENT = 14;

  private static final int OWNED = 2;
  private static final int MAP = 8;
  private static final int PREROUTING = 0;
  private static final int OUTPUT = 3;
  private static final int POSTROUTING = 4;
  // Before connection tracking (NF_IP_PRI_RAW); where the source of packets is usually changed
  // (NF_IP_PRI_NAT_SRC).
  private static final int BEFORE_TRACKING = -300;
  private static final int SOURCE_NAT = 100;

  private static final int IPV4 = 2;
  private static final int IPV6 = 10;

  // Numbers of types by which nft shows keys and values (six bits each).
  private static final int TYPE_IPV4 = 7;
  private static final int TYPE_IPV6 = 8;
  private static final int TYPE_PORT = 13;
  private static final int TYPE_MARK = 19;

  private static final int EPERM = 1;

  /** More Fairleads with the same lowest port are not to be expected in one network namespace. */
  private static final int NAMES = 9;

  private final NetlinkSocket socket;
  private final NetlinkBatch batch;
  private final List<NatPorts> ports;
  private final RuleWriter rule;
  private final String name;

  private ForwardingTable(NetlinkSocket socket, String name, List<NatPorts> ports) {
    this.socket = socket;
    this.name = name;
    this.ports = ports;
    batch = new NetlinkBatch(socket);
    rule = new RuleWriter(batch.out());
  }

  /**
   * Makes it, in place of one of that name that nobody owns. Where another process has the name,
   * another Fairlead at other addresses perhaps, it gets a number behind its name.
   *
   * @param name as {@code nft list tables} shows it
   * @param ports where the relay's peers send to
   * @throws IOException when this kernel, or our rights, do not allow it
   */
  static ForwardingTable create(String name, List<NatPorts> ports) throws IOException {
    NetlinkSocket socket = NetlinkSocket.open();
    Map<Integer, Integer> failures = Map.of();
    for (int number = 1; number <= NAMES; number++) {
      String each = number == 1 ? name : name + '-' + number;
      ForwardingTable table = new ForwardingTable(socket, each, ports);
      failures = table.create();
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

  private Map<Integer, Integer> create() {
    batch.begin();
    table(NEW_TABLE, 0);
    batch.message(DELETE_TABLE, 0).text(1, name).end();
    table(NEW_TABLE, OWNED);
    chain("arriving", PREROUTING, BEFORE_TRACKING);
    chain("sending", OUTPUT, BEFORE_TRACKING);
    chain("leaving", POSTROUTING, SOURCE_NAT);
    for (boolean ipv4 : new boolean[] {true, false}) {
      List<NatPorts> of = ports.stream().filter(each -> each.ipv4() == ipv4).toList();
      if (!of.isEmpty()) {
        family(ipv4, of);
      }
    }
    return batch.commit((_, _) -> {});
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

  private void table(int type, int flags) {
    batch.message(type, NetlinkWriter.create()).text(1, name).number(2, flags).end();
  }

  private void family(boolean ipv4, List<NatPorts> of) {
    int family = ipv4 ? IPV4 : IPV6;
    int address = ipv4 ? 4 : 16;
    int addressType = ipv4 ? TYPE_IPV4 : TYPE_IPV6;
    int size = of.stream().mapToInt(NatPorts::count).sum();
    int key = (addressType << 6 | addressType) << 12 | TYPE_PORT << 6 | TYPE_PORT;
    int value = addressType << 6 | TYPE_PORT;
    map(arrivals(ipv4), size, key, new int[] {2 * address + 8, value, address + 4});
    int marked = value << 6 | TYPE_MARK;
    map(departures(ipv4), size, key, new int[] {2 * address + 8, marked, address + 8});
    String relayed = "relayed" + (ipv4 ? "4" : "6");
    batch.message(NEW_CHAIN, NetlinkWriter.create()).text(1, name).text(3, relayed).end();
    for (NatPorts each : of) {
      ports("arriving", each, family, ipv4 ? 16 : 24, 2).go(relayed).end();
      batch.out().end();
      ports("sending", each, family, ipv4 ? 12 : 8, 0).notrack().end();
      batch.out().end();
    }
    begin(relayed).notrack().end();
    batch.out().end();
    arrival(relayed, ipv4, address);
    departure(ipv4, family, address);
  }

  private static String arrivals(boolean ipv4) {
    return ipv4 ? "dnat4" : "dnat6";
  }

  private static String departures(boolean ipv4) {
    return ipv4 ? "snat4" : "snat6";
  }

  private void chain(String chain, int hook, int priority) {
    NetlinkWriter out =
        batch.message(NEW_CHAIN, NetlinkWriter.create()).text(1, name).text(3, chain);
    int at = out.nest(4);
    out.number(1, hook).number(2, priority).unnest(at);
    out.text(7, "filter").end();
  }

  /**
   * @param layout length of the key, type and length of the value
   */
  private void map(String map, int size, int keyType, int... layout) {
    NetlinkWriter out = batch.message(NEW_SET, NetlinkWriter.create()).text(1, name).text(2, map);
    out.number(3, MAP).number(4, keyType).number(5, layout[0]);
    out.number(6, layout[1]).number(7, layout[2]);
    int description = out.nest(9);
    // Each port is the arrival of one direction at most.
    out.number(1, size).unnest(description);
    out.number(10, batch.sequence());
    int counter = out.nest(17);
    out.text(1, "counter").unnest(counter).end();
  }

  private RuleWriter begin(String chain) {
    batch.message(NEW_RULE, NetlinkWriter.create() | NetlinkWriter.append()).text(1, name);
    batch.out().text(2, chain);
    return rule.begin();
  }

  private RuleWriter ports(String chain, NatPorts each, int family, int address, int port) {
    byte[] bytes = each.address().getAddress();
    return begin(chain)
        .udp(family)
        .load(Layer.NETWORK, address, bytes.length, 0)
        .compare(0, Compare.EQUAL, bytes)
        .load(Layer.TRANSPORT, port, 2, 0)
        .compare(0, Compare.AT_LEAST, (byte) (each.first() >> 8), (byte) each.first())
        .compare(0, Compare.AT_MOST, (byte) (each.last() >> 8), (byte) each.last());
  }

  private void arrival(String chain, boolean ipv4, int address) {
    begin(chain);
    if (ipv4) {
      // A header with options is left to the relay: its first byte is written anew on the way out.
      rule.load(Layer.NETWORK, 0, 1, 0).compare(0, Compare.EQUAL, (byte) 0x45);
    }
    rule.load(Layer.TRANSPORT, 8, 2, 0)
        .mask(0, (byte) 0xc0, (byte) 0xe0)
        .compare(0, Compare.AT_LEAST, (byte) 0x80, (byte) 0)
        .compare(0, Compare.AT_MOST, (byte) 0x80, (byte) 0xe0)
        .compare(0, Compare.NOT_EQUAL, (byte) 0x80, (byte) 0xc0);
    int value = translation(arrivals(ipv4), ipv4, address);
    Checksum checksum = ipv4 ? Checksum.IPV4_ADDRESS : Checksum.UDP;
    rule.store(value, Layer.NETWORK, ipv4 ? 16 : 24, address, checksum)
        .store(value + address / 4, Layer.TRANSPORT, 2, 2, Checksum.UDP)
        .end();
    batch.out().end();
  }

  private void departure(boolean ipv4, int family, int address) {
    begin("leaving").udp(family);
    int value = translation(departures(ipv4), ipv4, address);
    int port = value + address / 4;
    Checksum checksum = ipv4 ? Checksum.IPV4_ADDRESS : Checksum.UDP;
    rule.store(value, Layer.NETWORK, ipv4 ? 12 : 8, address, checksum)
        .store(port, Layer.TRANSPORT, 0, 2, Checksum.UDP)
        .store(port + 1, Layer.NETWORK, 0, 2, ipv4 ? Checksum.IPV4_HEADER : Checksum.NONE)
        .end();
    batch.out().end();
  }

  /** Looks both addresses and both ports up; the word where what was found begins. */
  private int translation(String map, boolean ipv4, int address) {
    int words = 2 * address / 4;
    rule.load(Layer.NETWORK, ipv4 ? 12 : 8, 2 * address, 0)
        .load(Layer.TRANSPORT, 0, 2, words)
        .load(Layer.TRANSPORT, 2, 2, words + 1)
        .lookup(map, 0, words + 2);
    return words + 2;
  }

  @Override
  public void begin() {
    batch.begin();
  }

  @Override
  public boolean full() {
    return batch.full();
  }

  @Override
  public int change(NatFlow flow, boolean forward) {
    elements(arrivals(flow.ipv4), flow.arrivalKey, forward ? flow.arrivalValue : null);
    elements(departures(flow.ipv4), flow.departureKey, forward ? flow.departureValue : null);
    return batch.sequence();
  }

  private void elements(String map, byte[] key, byte @Nullable [] value) {
    NetlinkWriter out =
        value == null
            ? batch.message(DELETE_ELEMENT, NetlinkWriter.echo())
            : batch.message(NEW_ELEMENT, NetlinkWriter.create() | NetlinkWriter.exclusive());
    out.text(1, name).text(2, map);
    int list = out.nest(3);
    int element = out.nest(1);
    data(1, key);
    if (value != null) {
      data(2, value);
    }
    out.unnest(element).unnest(list).end();
  }

  private void data(int attribute, byte... value) {
    NetlinkWriter out = batch.out();
    int at = out.nest(attribute);
    out.bytes(1, value).unnest(at);
  }

  @Override
  public Map<Integer, Integer> commit(CounterReader.Counted counted) {
    CounterReader counters = new CounterReader(counted);
    return batch.commit((type, attributes) -> {
      if (type == DELETE_ELEMENT) {
        counters.read(attributes);
      }
    });
  }

  @Override
  public void read(CounterReader.Counted counted) throws IOException {
    CounterReader counters = new CounterReader(counted);
    for (boolean ipv4 : new boolean[] {true, false}) {
      if (ports.stream().anyMatch(each -> each.ipv4() == ipv4)) {
        dump(arrivals(ipv4), counters);
        dump(departures(ipv4), counters);
      }
    }
  }

  private void dump(String map, CounterReader counters) throws IOException {
    batch.ask(GET_ELEMENT).text(1, name).text(2, map).end();
    batch.answers((type, attributes) -> {
      if (type == NEW_ELEMENT) {
        counters.read(attributes);
      }
    });
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
