// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux.netfilter;

/**
 * Writes rules of nf_tables as the expressions the kernel runs, in order; a rule ends where a
 * comparison fails or a key is not found. Registers are counted in words of four bytes. Owned by
 * the kernel thread.
 */
public final class RuleWriter {
  /** Where a value in a packet is counted from. */
  public enum Layer {
    /** The header of IPv4 or IPv6. */
    NETWORK(1),
    /** The header of UDP. */
    TRANSPORT(2);

    private final int code;

    Layer(int code) {
      this.code = code;
    }
  }

  /** How a register must be to a value. */
  public enum Compare {
    EQUAL(0),
    NOT_EQUAL(1),
    AT_MOST(3),
    AT_LEAST(5);

    private final int code;

    Compare(int code) {
      this.code = code;
    }
  }

  /** What must be set right when a part of a packet changes. */
  public enum Checksum {
    /** That of the IPv4 header. */
    IPV4_HEADER(1, 10, 0),
    /** That of the IPv4 header, and UDP's, whose pseudo header has the addresses (RFC 768). */
    IPV4_ADDRESS(1, 10, 1),
    /**
     * That of UDP alone. Said as a change of the pseudo header, since the kernel leaves a UDP
     * checksum of 0 alone, as it must, only there.
     */
    UDP(0, 0, 1),
    NONE(0, 0, 0);

    private final int type;
    private final int offset;
    private final int flags;

    Checksum(int type, int offset, int flags) {
      this.type = type;
      this.offset = offset;
      this.flags = flags;
    }
  }

  private static final int FIRST_WORD = 8;
  private static final int LIST_ELEMENT = 1;
  private static final int VALUE = 1;
  private static final int VERDICT = 2;
  private static final int GOTO = -4;
  private static final int DROP = 0;
  private static final int ACCEPT = 1;
  private static final int META_FAMILY = 15;
  private static final int META_PROTOCOL = 16;
  private static final int UDP = 17;

  private final NetlinkWriter out;
  private int expressions;
  private int element;
  private int content;

  public RuleWriter(NetlinkWriter out) {
    this.out = out;
  }

  /** Begins a rule's expressions, within its message. */
  public RuleWriter begin() {
    expressions = out.nest(4);
    return this;
  }

  /** Ends them. */
  public void end() {
    out.unnest(expressions);
  }

  private NetlinkWriter open(String name) {
    element = out.nest(LIST_ELEMENT);
    out.text(1, name);
    content = out.nest(2);
    return out;
  }

  private RuleWriter shut() {
    out.unnest(content).unnest(element);
    return this;
  }

  private static int register(int word) {
    return FIRST_WORD + word;
  }

  /** Only UDP of that family (NFPROTO_…) goes on. */
  public RuleWriter udp(int family) {
    return packets(family, UDP);
  }

  /**
   * Only packets of that family and that protocol go on.
   *
   * @param family NFPROTO_…
   * @param protocol IPPROTO_…
   */
  public RuleWriter packets(int family, int protocol) {
    open("meta").number(1, register(0)).number(2, META_PROTOCOL);
    shut();
    compare(0, Compare.EQUAL, (byte) protocol);
    open("meta").number(1, register(0)).number(2, META_FAMILY);
    shut();
    return compare(0, Compare.EQUAL, (byte) family);
  }

  /** Reads a part of the packet into registers. */
  public RuleWriter load(Layer layer, int offset, int length, int word) {
    open("payload").number(1, register(word)).number(2, layer.code);
    out.number(3, offset).number(4, length);
    return shut();
  }

  /** Goes on only when the bytes in the registers compare so. */
  public RuleWriter compare(int word, Compare how, byte... value) {
    open("cmp").number(1, register(word)).number(2, how.code);
    data(3, value);
    return shut();
  }

  /** Keeps of a register what the mask has. */
  public RuleWriter mask(int word, byte... mask) {
    open("bitwise").number(1, register(word)).number(2, register(word)).number(3, mask.length);
    data(4, mask);
    data(5, new byte[mask.length]);
    return shut();
  }

  /**
   * Goes on only when the map has the key that begins at that word; what it has goes to another.
   */
  public RuleWriter lookup(String map, int key, int value) {
    open("lookup").text(1, map).number(2, register(key)).number(3, register(value));
    return shut();
  }

  /** Goes on only when the set has the key that begins at that word. */
  public RuleWriter member(String set, int key) {
    open("lookup").text(1, set).number(2, register(key));
    return shut();
  }

  /** Counts what comes so far. */
  public RuleWriter count() {
    open("counter");
    return shut();
  }

  /** Ends here: the packet is gone. */
  public RuleWriter drop() {
    return verdict(DROP);
  }

  /** Ends here: the packet passes this table. */
  public RuleWriter accept() {
    return verdict(ACCEPT);
  }

  private RuleWriter verdict(int code) {
    open("immediate").number(1, 0);
    int data = out.nest(2);
    int verdict = out.nest(VERDICT);
    out.number(1, code).unnest(verdict).unnest(data);
    return shut();
  }

  /** Changes a part of the packet. */
  public RuleWriter store(int word, Layer layer, int offset, int length, Checksum checksum) {
    open("payload").number(5, register(word)).number(2, layer.code);
    out.number(3, offset).number(4, length).number(6, checksum.type);
    out.number(7, checksum.offset).number(8, checksum.flags);
    return shut();
  }

  /** Connection tracking does not see the packet. */
  public RuleWriter notrack() {
    int at = out.nest(LIST_ELEMENT);
    out.text(1, "notrack").unnest(at);
    return this;
  }

  /** Goes on in another chain, and does not come back. */
  public RuleWriter go(String chain) {
    open("immediate").number(1, 0);
    int data = out.nest(2);
    int verdict = out.nest(VERDICT);
    out.number(1, GOTO).text(2, chain).unnest(verdict).unnest(data);
    return shut();
  }

  private void data(int attribute, byte... value) {
    int at = out.nest(attribute);
    out.bytes(VALUE, value).unnest(at);
  }
}
