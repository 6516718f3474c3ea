// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A binding and its address of record as bytes: the one format of the table, the journal, the
 * snapshot and whatever other store. Bad bytes give null, never an exception. Immutable.
 */
public final class BindingCodec {
  /*
   * version 1 | id 8 | address of record: varint, bytes
   * | flow: flags 1, listener, transport, remote: 4, 16 or text, port 2, connection, node
   * | flags 1 | contact | q | path | instance | reg-id | agent
   * | Call-ID hash 8 | CSeq | at | expires - at | backend, its expires
   *
   * The table counts on the order of the id, the address of record and the flow.
   */

  /** A binding and whose it is. */
  public record Entry(AddressOfRecord aor, Binding binding) {}

  /** Where the id stands in a record: 8 bytes, the highest first. */
  static final int ID_AT = 1;

  /** Where the length of the address of record stands, a varint; its bytes follow. */
  static final int AOR_AT = ID_AT + Long.BYTES;

  private static final int VERSION = 1;

  // Flags of the flow.
  private static final int NAT = 1;
  private static final int IPV4 = 2;
  private static final int IPV6 = 4;
  private static final int SCOPED = 8;
  private static final int ALL_FLOW = NAT | IPV4 | IPV6 | SCOPED;
  // Flags of the rest.
  static final int UUID = 1;
  private static final int UPSTREAM = 2;
  private static final int ALL_FLAGS = UUID | UPSTREAM;

  private static final byte[] URN_UUID = {'u', 'r', 'n', ':', 'u', 'u', 'i', 'd', ':'};
  private static final int UUID_TEXT = URN_UUID.length + 36;
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  // The place in the list is what is written, so new ones are added at its end.
  private static final List<String> TRANSPORTS = List.of("udp", "tcp", "tls", "ws", "wss");

  private BindingCodec() {}

  /** The record. */
  public static byte[] bytes(AddressOfRecord aor, Binding binding) {
    RecordWriter out = new RecordWriter();
    write(aor, binding, binding.id(), out);
    return Arrays.copyOf(out.bytes(), out.length());
  }

  /**
   * Writes the record with that id, whatever the binding's own is.
   *
   * @return where the flow ends: two records of one address of record have the same flow when they
   *     are the same from there back to the address
   */
  static int write(AddressOfRecord aor, Binding binding, long id, RecordWriter out) {
    Binding.Device device = binding.device();
    Binding.Upstream upstream = binding.upstream();
    byte[] instance = device.instance();
    boolean uuid = isUuid(instance, 0, instance.length);
    head(aor, id, binding.origin(), out);
    int flowTo = out.length();
    out.put1((uuid ? UUID : 0) | (upstream.equals(Binding.Upstream.NOBODY) ? 0 : UPSTREAM));
    out.block(binding.contact());
    out.varint(binding.q());
    out.block(binding.path());
    if (!pack(instance, 0, instance.length, out)) {
      out.block(instance);
    }
    out.varint(device.regId());
    out.text(device.agent());
    write(binding.renewal(), out);
    if (!upstream.equals(Binding.Upstream.NOBODY)) {
      out.text(upstream.backend());
      out.signed(upstream.expiresMs());
    }
    return flowTo;
  }

  /** Writes what a record begins with, up to the end of the flow. */
  static void head(AddressOfRecord aor, long id, Binding.Origin origin, RecordWriter out) {
    out.put1(VERSION);
    out.put8(id);
    out.block(aor.bytes());
    write(origin, out);
  }

  /** Writes what follows the agent. */
  static void write(Binding.Renewal renewal, RecordWriter out) {
    out.put8(renewal.callIdHash());
    out.varint(renewal.cseq());
    out.signed(renewal.atMs());
    out.signed(renewal.expiresMs() - renewal.atMs());
  }

  private static void write(Binding.Origin origin, RecordWriter out) {
    out.put1((origin.nat() ? NAT : 0) | family(origin.remote()));
    out.text(origin.listener());
    int transport = TRANSPORTS.indexOf(origin.transport());
    out.put1(transport + 1);
    if (transport < 0) {
      out.text(origin.transport());
    }
    InetAddress address = origin.remote().getAddress();
    if (address == null) {
      out.text(origin.remote().getHostString());
    } else {
      out.raw(address.getAddress());
    }
    if (scope(address) != 0) {
      out.varint(scope(address));
    }
    out.put2(origin.remote().getPort());
    out.signed(origin.connection());
    out.varint(origin.node());
  }

  /** The entry in these bytes; null when there is none, or more than one. */
  public static @Nullable Entry read(byte[] bytes, int from, int to) {
    RecordReader in = new RecordReader(bytes, from, to);
    if (in.get1() != VERSION) {
      return null;
    }
    long id = in.get8();
    byte[] aor = in.block();
    Binding.Origin origin = origin(in);
    int flags = in.get1();
    byte[] contact = in.block();
    int q = in.number(1000);
    byte[] path = in.block();
    byte[] instance = (flags & UUID) != 0 ? unpack(in.raw(16)) : in.block();
    Binding.Device device = new Binding.Device(instance, in.number(Integer.MAX_VALUE), in.text());
    Binding.Renewal renewal = renewal(in);
    Binding.Upstream upstream =
        (flags & UPSTREAM) == 0
            ? Binding.Upstream.NOBODY
            : new Binding.Upstream(in.text(), in.signed());
    if (!in.ended() || (flags & ~ALL_FLAGS) != 0) {
      return null;
    }
    return new Entry(
        AddressOfRecord.ofBytes(aor),
        new Binding(id, contact, q, path, device, renewal, origin, upstream));
  }

  private static Binding.Renewal renewal(RecordReader in) {
    long callIdHash = in.get8();
    long cseq = in.varint();
    long atMs = in.signed();
    return new Binding.Renewal(callIdHash, cseq, atMs, atMs + in.signed());
  }

  private static Binding.Origin origin(RecordReader in) {
    int flags = in.get1();
    if ((flags & ~ALL_FLOW) != 0) {
      in.spoil();
    }
    String listener = in.text();
    int transport = in.get1();
    if (transport > TRANSPORTS.size()) {
      in.spoil();
    }
    String name =
        transport == 0 || transport > TRANSPORTS.size() ? in.text() : TRANSPORTS.get(transport - 1);
    InetSocketAddress remote = remote(in, flags);
    return new Binding.Origin(
        listener, name, remote, in.signed(), (flags & NAT) != 0, in.number(Integer.MAX_VALUE));
  }

  private static InetSocketAddress remote(RecordReader in, int flags) {
    int family = flags & (IPV4 | IPV6 | SCOPED);
    if (family == 0) {
      return InetSocketAddress.createUnresolved(in.text(), in.get2());
    }
    byte[] raw = in.raw((flags & IPV4) != 0 ? 4 : 16);
    try {
      InetAddress address =
          (flags & SCOPED) != 0
              ? Inet6Address.getByAddress(null, raw, in.number(Integer.MAX_VALUE))
              : InetAddress.getByAddress(raw);
      return new InetSocketAddress(address, in.get2());
    } catch (UnknownHostException e) {
      // Of the wrong length: the bytes ended before the address did.
      in.spoil();
      return new InetSocketAddress(0);
    }
  }

  private static int family(InetSocketAddress remote) {
    InetAddress address = remote.getAddress();
    if (address == null) {
      return 0;
    }
    if (address instanceof Inet6Address) {
      return scope(address) == 0 ? IPV6 : IPV6 | SCOPED;
    }
    return IPV4;
  }

  private static int scope(@Nullable InetAddress address) {
    return address instanceof Inet6Address six ? six.getScopeId() : 0;
  }

  /** Only in the form that {@link #unpack} gives back, so that nothing is lost. */
  private static boolean isUuid(byte[] text, int from, int to) {
    if (to - from != UUID_TEXT) {
      return false;
    }
    for (int i = 0; i < UUID_TEXT; i++) {
      byte b = text[from + i];
      if (i < URN_UUID.length) {
        if (b != URN_UUID[i]) {
          return false;
        }
      } else if (isDash(i)) {
        if (b != '-') {
          return false;
        }
      } else if (!(b >= '0' && b <= '9' || b >= 'a' && b <= 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDash(int place) {
    int i = place - URN_UUID.length;
    return i == 8 || i == 13 || i == 18 || i == 23;
  }

  /** Appends a UUID in 16 bytes; false, and nothing, when it is not one in the usual form. */
  static boolean pack(byte[] text, int from, int to, RecordWriter out) {
    if (!isUuid(text, from, to)) {
      return false;
    }
    for (int i = URN_UUID.length; i < UUID_TEXT; i += 2) {
      if (isDash(i)) {
        i++;
      }
      out.put1(digit(text[from + i]) << 4 | digit(text[from + i + 1]));
    }
    return true;
  }

  private static int digit(byte b) {
    return b <= '9' ? b - '0' : b - 'a' + 10;
  }

  private static byte[] unpack(byte[] raw) {
    byte[] text = new byte[UUID_TEXT];
    System.arraycopy(URN_UUID, 0, text, 0, URN_UUID.length);
    int to = URN_UUID.length;
    for (byte b : raw) {
      if (isDash(to)) {
        text[to++] = '-';
      }
      text[to++] = DIGITS[b >> 4 & 0xf];
      text[to++] = DIGITS[b & 0xf];
    }
    return text;
  }
}
