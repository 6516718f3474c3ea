// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.linux.netfilter.NetlinkWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes as nft 1.0.6 sends them (seen by strace), and as the kernel answers. */
class NetlinkWriterTest {
  private final ByteBuffer buffer = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);

  @Test
  void writesAnElementAsNftDoes() {
    NetlinkWriter out = new NetlinkWriter(buffer);
    NatFlow flow = flow(0);

    out.begin(0xa0c, NetlinkWriter.create() | NetlinkWriter.exclusive(), 1, 1, 0);
    out.text(1, "t").text(2, "m").number(4, 1);
    int list = out.nest(3);
    int element = out.nest(1);
    int key = out.nest(1);
    out.bytes(1, flow.arrivalKey).unnest(key);
    int value = out.nest(2);
    out.bytes(1, flow.arrivalValue).unnest(value);
    out.unnest(element).unnest(list).end();

    assertThat(written())
        .isEqualTo(
            "5c0000000c0a0106"
                + "0100000000000000"
                + "01000000"
                + "0600010074000000"
                + "060002006d000000"
                + "0800040000000001"
                + "30000380"
                + "2c000180"
                + "18000180"
                + "14000100"
                + "0a4d01020a4d01019c40000075300000"
                + "10000280"
                + "0c000100"
                + "0a4d02029c400000");
  }

  @Test
  void marksAnAcknowledgedMessage() {
    NetlinkWriter out = new NetlinkWriter(buffer);
    out.begin(16, 0, 1, 0, 10).end();
    out.acknowledge();

    assertThat(written()).isEqualTo("1400000010000500" + "0100000000000000" + "0000000a");
  }

  @Test
  void writesTheHeaderThatLeavesBesideTheSource() {
    assertThat(HexFormat.of().formatHex(flow(0xb8).departureKey))
        .isEqualTo("0a4d01020a4d02029c4000009c400000");
    assertThat(HexFormat.of().formatHex(flow(0xb8).departureValue))
        .isEqualTo("0a4d020175320000" + "45b80000");
    NatFlow six =
        new NatFlow(
            at("fd77:1::2", 1), at("fd77:1::1", 2), at("fd77:2::1", 3), at("fd77:2::2", 4), 0xb8);
    assertThat(HexFormat.of().formatHex(six.departureValue))
        .isEqualTo("fd770002000000000000000000000001" + "00030000" + "6b800000");
  }

  @Test
  void readsCountersAndCountsThePayload() {
    // The set's name, then an element: key, value, counter of 3 packets and 600 bytes.
    String answer =
        "060002006d000000"
            + "40000380"
            + "3c000180"
            + "0c000180"
            + "08000100"
            + "0a4d0102"
            + "2c000780"
            + "0c000100"
            + "636f756e74657200"
            + "1c000280"
            + "0c000100"
            + "0000000000000258"
            + "0c000200"
            + "0000000000000003";
    List<String> seen = new ArrayList<>();
    CounterReader reader =
        new CounterReader((key, packets, bytes) ->
            seen.add(HexFormat.of().formatHex(key) + " " + packets + " " + bytes));

    reader.read(ByteBuffer.wrap(HexFormat.of().parseHex(answer)).order(ByteOrder.LITTLE_ENDIAN));

    assertThat(seen).containsExactly("0a4d0102 3 600");
    NatFlow flow = flow(0);
    flow.arrived.packets = 3;
    flow.arrived.bytes = 600;
    assertThat(flow.payload()).isEqualTo(516);
  }

  @Test
  void readsWhatIsCutOffWithoutHarm() {
    byte[] whole =
        HexFormat.of()
            .parseHex("18000380" + "14000180" + "0c000180" + "08000100" + "0a4d0102" + "00000000");
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(whole, 0, length).order(ByteOrder.LITTLE_ENDIAN);
      new CounterReader((_, packets, _) -> assertThat(packets).isZero()).read(cut);
      assertThat(cut.limit()).isEqualTo(length);
    }
  }

  private static NatFlow flow(int trafficClass) {
    return new NatFlow(
        at("10.77.1.2", 40000),
        at("10.77.1.1", 30000),
        at("10.77.2.1", 30002),
        at("10.77.2.2", 40000),
        trafficClass);
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(address, port);
  }

  private String written() {
    return HexFormat.of().formatHex(buffer.array(), 0, buffer.position());
  }
}
