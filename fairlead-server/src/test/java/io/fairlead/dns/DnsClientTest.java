// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/** The questions as they go over the wire, to servers of the test's own on loopback. */
class DnsClientTest {
  private static final DnsQuestion NAME = new DnsQuestion("gw.example.com", DnsRecordType.A);
  private static final String ADDRESS = "gw.example.com. 77 IN A 192.0.2.9";

  private final List<AutoCloseable> open = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private final DnsClient client = new DnsClient(Duration.ofMillis(400), 2);

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private static Message reply(Message query) {
    Message reply = new Message(query.getHeader().getID());
    reply.getHeader().setFlag(Flags.QR);
    reply.addRecord(query.getQuestion(), Section.QUESTION);
    return reply;
  }

  private static Message with(Message reply, int section, String... records) {
    try {
      for (String record : records) {
        String[] word = record.split(" ", 5);
        reply.addRecord(
            org.xbill.DNS.Record.fromString(
                org.xbill.DNS.Name.fromString(word[0]),
                org.xbill.DNS.Type.value(word[3]),
                org.xbill.DNS.DClass.IN,
                Long.parseLong(word[1]),
                word[4],
                org.xbill.DNS.Name.root),
            section);
      }
      return reply;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Message answering(Message query, String... records) {
    return with(reply(query), Section.ANSWER, records);
  }

  /** A server that sends back what it makes of each question: none, one or several messages. */
  private InetSocketAddress server(Function<Message, List<Message>> answer) throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    open.add(socket);
    Thread.ofVirtual()
        .start(() -> {
          byte[] buffer = new byte[4096];
          while (!socket.isClosed()) {
            try {
              DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
              socket.receive(packet);
              Message query = new Message(Arrays.copyOf(buffer, packet.getLength()));
              asked.add(query.getQuestion().getName() + (query.getOPT() == null ? " plain" : ""));
              for (Message message : answer.apply(query)) {
                byte[] bytes = message.toWire();
                socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
              }
            } catch (IOException e) {
              return;
            }
          }
        });
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
  }

  private static List<DnsRecord> addresses(String... all) {
    return Arrays.stream(all)
        .<DnsRecord>map(text -> new DnsRecord.Address(InetAddress.ofLiteral(text)))
        .toList();
  }

  @Test
  void readsRecordsAndTheirLifetime() throws IOException {
    InetSocketAddress server =
        server(query -> List.of(answering(query, ADDRESS, "gw.example.com. 33 IN A 192.0.2.8")));

    assertThat(client.ask(NAME, List.of(server)))
        .isEqualTo(DnsAnswer.found(addresses("192.0.2.9", "192.0.2.8"), Duration.ofSeconds(33)));
  }

  @Test
  void readsServicesAndServers() throws IOException {
    InetSocketAddress server =
        server(query ->
            List.of(
                query.getQuestion().getType() == org.xbill.DNS.Type.SRV
                    ? answering(
                        query,
                        query.getQuestion().getName() + " 9 IN SRV 10 60 5080 FS1.example.com.",
                        query.getQuestion().getName() + " 9 IN SRV 0 0 0 .")
                    : answering(
                        query,
                        query.getQuestion().getName()
                            + " 9 IN NAPTR 10 50 \"S\" \"sips+d2t\" \"\" _sips._tcp.example.com.",
                        query.getQuestion().getName()
                            + " 9 IN NAPTR 20 50 \"u\" \"E2U+sip\" \"!.*!x!\" .")));

    assertThat(
            client
                .ask(new DnsQuestion("_sip._udp.a.test", DnsRecordType.SRV), List.of(server))
                .records())
        .containsExactly(
            new DnsRecord.Srv(10, 60, 5080, "fs1.example.com"), new DnsRecord.Srv(0, 0, 0, ""));
    assertThat(
            client.ask(new DnsQuestion("a.test", DnsRecordType.NAPTR), List.of(server)).records())
        .containsExactly(
            new DnsRecord.Naptr(10, 50, "s", "SIPS+D2T", "_sips._tcp.example.com"),
            new DnsRecord.Naptr(20, 50, "u", "E2U+SIP", ""));
  }

  @Test
  void followsAliases() throws IOException {
    InetSocketAddress server =
        server(query ->
            List.of(
                answering(
                    query,
                    "gw.example.com. 20 IN CNAME a.example.net.",
                    "a.example.net. 10 IN CNAME b.example.net.",
                    "b.example.net. 60 IN A 192.0.2.9",
                    "other.example.net. 60 IN A 192.0.2.66")));

    assertThat(client.ask(NAME, List.of(server)))
        .isEqualTo(DnsAnswer.found(addresses("192.0.2.9"), Duration.ofSeconds(10)));
  }

  @Test
  void anAliasOfItselfEnds() throws IOException {
    InetSocketAddress server =
        server(query -> List.of(answering(query, "gw.example.com. 20 IN CNAME gw.example.com.")));

    assertThat(client.ask(NAME, List.of(server)).outcome()).isEqualTo(DnsAnswer.Outcome.NONE);
  }

  @Test
  void readsHowLongSomethingDoesNotExist() throws IOException {
    InetSocketAddress server =
        server(query -> {
          Message reply = reply(query);
          reply.getHeader().setRcode(Rcode.NXDOMAIN);
          return List.of(
              with(
                  reply,
                  Section.AUTHORITY,
                  "example.com. 900 IN SOA ns.example.com. root.example.com. 1 2 3 4 15"));
        });

    assertThat(client.ask(NAME, List.of(server))).isEqualTo(DnsAnswer.none(Duration.ofSeconds(15)));
  }

  @Test
  void takesNoAnswerToAnotherQuestion() throws IOException {
    InetSocketAddress server =
        server(query -> {
          Message forged = answering(query, "gw.example.com. 9 IN A 192.0.2.66");
          forged.getHeader().setID(query.getHeader().getID() ^ 1);
          return List.of(forged, query, answering(query, ADDRESS));
        });

    assertThat(client.ask(NAME, List.of(server)).records()).isEqualTo(addresses("192.0.2.9"));
  }

  @Test
  void asksTheNextServerWhenOneIsSilentOrCannot() throws IOException {
    InetSocketAddress silent = server(query -> List.of());
    InetSocketAddress unable =
        server(query -> {
          Message reply = reply(query);
          reply.getHeader().setRcode(Rcode.SERVFAIL);
          return List.of(reply);
        });
    InetSocketAddress able = server(query -> List.of(answering(query, ADDRESS)));

    assertThat(client.ask(NAME, List.of(silent, unable, able)).records())
        .isEqualTo(addresses("192.0.2.9"));
    assertThat(asked).hasSize(3);
    assertThat(client.ask(NAME, List.of(unable)))
        .isEqualTo(DnsAnswer.failed("127.0.0.1: SERVFAIL"));
  }

  @Test
  void asksWithoutExtensionsWhereTheyAreNotKnown() throws IOException {
    InetSocketAddress old =
        server(query -> {
          if (query.getOPT() == null) {
            return List.of(answering(query, ADDRESS));
          }
          Message reply = reply(query);
          reply.getHeader().setRcode(Rcode.FORMERR);
          return List.of(reply);
        });

    assertThat(client.ask(NAME, List.of(old)).records()).isEqualTo(addresses("192.0.2.9"));
    assertThat(asked).containsExactly("gw.example.com.", "gw.example.com. plain");
  }

  @Test
  void asksByTcpWhenAnAnswerIsCutShort() throws IOException {
    InetSocketAddress server =
        server(query -> {
          Message reply = reply(query);
          reply.getHeader().setFlag(Flags.TC);
          return List.of(reply);
        });
    ServerSocket tcp = new ServerSocket(server.getPort(), 5, server.getAddress());
    open.add(tcp);
    Thread.ofVirtual()
        .start(() -> {
          try (Socket socket = tcp.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] question = new byte[in.readUnsignedShort()];
            in.readFully(question);
            String[] many = new String[200];
            for (int i = 0; i < many.length; i++) {
              many[i] = "gw.example.com. 77 IN A 10.0.0." + i;
            }
            byte[] bytes = answering(new Message(question), many).toWire(65_535);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(bytes.length);
            out.write(bytes);
            out.flush();
            in.read();
          } catch (IOException e) {
            asked.add(e.toString());
          }
        });

    assertThat(client.ask(NAME, List.of(server)).records()).hasSize(200);
  }

  @Test
  void readsTheFilesOfTheSystem(@TempDir Path folder) throws IOException {
    InetSocketAddress server =
        server(query ->
            List.of(
                query.getQuestion().getName().toString().equals("gw.inner.test.")
                    ? answering(query, "gw.inner.test. 5 IN A 10.0.0.3")
                    : reply(query)));
    Path hosts = folder.resolve("hosts");
    Path conf = folder.resolve("resolv.conf");
    Files.writeString(
        hosts, "10.0.0.1 fs1.test fs1 # one\n10.0.0.2\tfs1.test\nnonsense\n::1 ip6\n");
    Files.writeString(
        conf, "search inner.test other.test\nnameserver 127.0.0.1\noptions ndots:1\n");
    DnsSettings settings = TunedDns.server(server);
    SystemResolver resolver = new SystemResolver(settings, hosts, conf);

    assertThat(resolver.ask(new DnsQuestion("fs1.test", DnsRecordType.A)).records())
        .isEqualTo(addresses("10.0.0.1", "10.0.0.2"));
    assertThat(resolver.ask(new DnsQuestion("fs1.test", DnsRecordType.AAAA)).outcome())
        .isEqualTo(DnsAnswer.Outcome.NONE);
    assertThat(resolver.ask(new DnsQuestion("_sip._udp.fs1.test", DnsRecordType.SRV)).outcome())
        .isEqualTo(DnsAnswer.Outcome.NONE);
    assertThat(resolver.ask(new DnsQuestion("localhost", DnsRecordType.A)).records())
        .isEqualTo(addresses("127.0.0.1"));
    assertThat(asked).as("none of them is for the DNS").isEmpty();

    assertThat(resolver.ask(new DnsQuestion("gw", DnsRecordType.A)).records())
        .isEqualTo(addresses("10.0.0.3"));
    assertThat(resolver.ask(new DnsQuestion("full.test", DnsRecordType.A)).outcome())
        .isEqualTo(DnsAnswer.Outcome.NONE);
    assertThat(asked).containsExactly("gw.inner.test.", "full.test.");
  }

  @Test
  void readsAFileAgainWhenItHasChanged(@TempDir Path folder) throws IOException {
    Path hosts = folder.resolve("hosts");
    SystemResolver resolver =
        new SystemResolver(
            TunedDns.server(server(query -> List.of(reply(query)))), hosts, folder.resolve("none"));
    DnsQuestion one = new DnsQuestion("fs1.test", DnsRecordType.A);
    assertThat(resolver.ask(one).outcome()).isEqualTo(DnsAnswer.Outcome.NONE);
    Files.writeString(hosts, "10.0.0.1 fs1.test\n");
    assertThat(resolver.ask(one).records()).isEqualTo(addresses("10.0.0.1"));
  }

  @Test
  void readsResolvConf() {
    ResolvConf conf =
        ResolvConf.of(
            List.of(
                "# made by hand",
                "nameserver 10.0.0.2 ; first",
                "nameserver 2001:db8::53",
                "nameserver not-an-address",
                "search a.test. b.test",
                "options timeout:1 ndots:3"));

    assertThat(conf.servers())
        .containsExactly(
            new InetSocketAddress("10.0.0.2", 53), new InetSocketAddress("2001:db8::53", 53));
    assertThat(conf.candidates("gw")).containsExactly("gw.a.test", "gw.b.test", "gw");
    assertThat(conf.candidates("gw.ns")).containsExactly("gw.ns", "gw.ns.a.test", "gw.ns.b.test");
    assertThat(conf.candidates("a.b.c.d")).containsExactly("a.b.c.d");
    assertThat(ResolvConf.of(List.of()).servers())
        .containsExactly(new InetSocketAddress(InetAddress.getLoopbackAddress(), 53));
  }
}
