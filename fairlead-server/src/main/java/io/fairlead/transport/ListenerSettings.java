// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.config.ByteSize;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.transport.tls.TlsSettings;
import io.fairlead.transport.websocket.WebSocketSettings;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code listeners}. Immutable.
 *
 * @param bind transport, address and port
 * @param name what the log, meters and routes call it
 * @param advertise public name or address
 * @param receiveBuffer kernel buffer for what arrives
 * @param sendBuffer kernel buffer for what leaves
 * @param readBatch datagrams read per turn
 * @param stunRate STUN requests answered in a second
 * @param maxMessageSize longest message of a stream
 * @param connectTimeout for an outbound connection
 * @param messageTimeout for the rest of a half-received message
 * @param idleTimeout for a silent connection
 * @param writeBuffer bytes that may wait for a slow reader
 * @param maxConnections over all
 * @param maxConnectionsPerSource from one address
 * @param connectionsPerPeer of ours, to one peer; null for one per loop
 * @param alias whether a peer may offer its connection for what goes to it; null for over TLS only
 * @param handshakeTimeout for TLS, WebSocket and PROXY header
 * @param network the side it is on; null when sides have no names
 * @param dscp differentiated services code point; null for the system's
 * @param floating binds an address that is not there yet
 * @param tls certificates and rules; null for what a transport without TLS needs
 * @param websocket what is accepted; null for all by default
 * @param proxyProtocol who may say where a connection really comes from; null for nobody
 */
public record ListenerSettings(
    @Setting(
            doc =
                "Transport, address and port, as udp://192.0.2.1:5060. An IP address, not a name.")
        BindAddress bind,
    @Setting(
            doc =
                "What the log, the meters and routes call this listener. Without it: as"
                    + " udp:192.0.2.1:5060.")
        @Nullable String name,
    @Setting(
            doc =
                "The public name or address that Via and Record-Route show, for hosts behind"
                    + " one-to-one NAT; a port may follow. Required when bind is a wildcard"
                    + " address.")
        @Nullable String advertise,
    @Setting(
            value = "4m",
            doc =
                "UDP: kernel receive buffer. 4m holds about two seconds of a busy node's UDP"
                    + " traffic; without CAP_NET_ADMIN the kernel grants no more than"
                    + " net.core.rmem_max.")
        ByteSize receiveBuffer,
    @Setting(
            value = "1m",
            doc = "UDP: kernel send buffer; the kernel grants no more than net.core.wmem_max.")
        ByteSize sendBuffer,
    @Setting(value = "64", doc = "UDP: most datagrams read before other sockets have their turn.")
        int readBatch,
    @Setting(
            value = "20000",
            doc =
                "UDP: most STUN requests answered in a second. Devices that use outbound send one"
                    + " every 20 to 30 seconds to keep their way open (RFC 5626 §4.4.2); 20000 are"
                    + " enough for 400000 of them, and bound what forged requests can cost.")
        int stunRate,
    @Setting(
            value = "64k",
            doc =
                "Not UDP: the longest message accepted; a longer one closes the connection. 65535"
                    + " bytes at most.")
        ByteSize maxMessageSize,
    @Setting(
            value = "2s",
            doc =
                "Not UDP: how long connecting may take; less than a call's try-timeout helps"
                    + " failover.")
        Duration connectTimeout,
    @Setting(
            value = "30s",
            doc =
                "Not UDP: a peer that sends part of a message must send the rest within this time.")
        Duration messageTimeout,
    @Setting(
            value = "10m",
            doc =
                "Not UDP: a connection without traffic in either direction is closed after this"
                    + " time. 10m is longer than the keep-alives and registration refreshes of"
                    + " common phones.")
        Duration idleTimeout,
    @Setting(
            value = "1m",
            doc =
                "Not UDP: bytes that may wait for a slow reader; more than this closes the"
                    + " connection.")
        ByteSize writeBuffer,
    @Setting(
            value = "20000",
            doc = "Not UDP: most connections of this listener, in and out together.")
        int maxConnections,
    @Setting(
            value = "1000",
            doc =
                "Not UDP: most connections accepted from one address. A site behind NAT shares one"
                    + " address.")
        int maxConnectionsPerSource,
    @Setting(
            doc =
                "TCP: most connections that we open to one peer. Without it: one per loop, so that"
                    + " a call and its connection are served by the same one; more than that are of"
                    + " no use.")
        @Nullable Integer connectionsPerPeer,
    @Setting(
            doc =
                "Whether a peer that says `alias` in its Via (RFC 5923) gets what goes to its"
                    + " address and the port in that Via over the connection it has opened. Without"
                    + " it: yes over TLS, where the peer must have proven its domain by a"
                    + " certificate; no over TCP, where whoever shares the address of a peer could"
                    + " draw its requests to himself.")
        @Nullable Boolean alias,
    @Setting(
            value = "10s",
            doc =
                "TLS, WebSocket and PROXY protocol: how long an accepted connection may take to"
                    + " the end of the opening handshakes. Long enough for a phone on a bad mobile"
                    + " network, short enough that half-open connections do not pile up.")
        Duration handshakeTimeout,
    @Setting(
            doc =
                "The name of the side this listener is on, as outside. Listeners of one name reach"
                    + " each other's peers; between sides, Fairlead stands in the route of every"
                    + " dialog with an address on each.")
        @Nullable String network,
    @Setting(
            doc =
                "The class of traffic that routers see (RFC 2474), 0 to 63, on all that this"
                    + " listener sends. 24 (CS3) is usual for signalling. Without it: 0.")
        @Nullable Integer dscp,
    @Setting(
            value = "no",
            doc =
                "Binds an address that this host does not have yet: a floating address that a"
                    + " failover brings.")
        boolean floating,
    @Setting(doc = "What TLS needs on a tls or wss listener.") @Nullable TlsSettings tls,
    @Setting(doc = "What a ws or wss listener accepts.") @Nullable WebSocketSettings websocket,
    @Setting(
            doc =
                "Whose word is taken for the real source of a connection: load balancers that speak"
                    + " PROXY protocol, version 1 or 2.")
        @Nullable ProxyProtocolSettings proxyProtocol) {
  /** The largest message Fairlead can index. */
  static final int LARGEST_MESSAGE = 65535;

  private static final long LARGEST_BUFFER = 1L << 30;
  private static final Pattern NAME_OR_IPV4 = Pattern.compile("[A-Za-z0-9.-]+(:[0-9]{1,5})?");
  private static final Pattern IPV6 =
      Pattern.compile("([0-9A-Fa-f:.]+)|\\[([0-9A-Fa-f:.]+)](:[0-9]{1,5})?");

  /** Checks what the types do not. */
  public ListenerSettings {
    if (bind.address().isAnyLocalAddress() && advertise == null) {
      throw new SettingException(
          "bind",
          "a wildcard address needs advertise: a Via header must name one address that answers can"
              + " be sent to");
    }
    if (advertise != null && !isHost(advertise)) {
      throw new SettingException(
          "advertise", "expected a host name or IP address, a port may follow");
    }
    between("receive-buffer", receiveBuffer, 4096);
    between("send-buffer", sendBuffer, 4096);
    atLeast("read-batch", readBatch, 1);
    if (proxyProtocol != null && bind.transport().equals(Transports.UDP.name())) {
      throw new SettingException(
          "proxy-protocol",
          "udp has no connections: a PROXY header can come on tcp, tls, ws and wss only");
    }
    atLeast("stun-rate", stunRate, 1);
    between("max-message-size", maxMessageSize, 512);
    between("write-buffer", writeBuffer, 4096);
    atLeast("max-connections", maxConnections, 1);
    atLeast("max-connections-per-source", maxConnectionsPerSource, 1);
    if (maxMessageSize.bytes() > LARGEST_MESSAGE + 1) {
      throw new SettingException("max-message-size", "expected at most 64k");
    }
    if (connectionsPerPeer != null) {
      atLeast("connections-per-peer", connectionsPerPeer, 1);
    }
    positive("connect-timeout", connectTimeout);
    positive("message-timeout", messageTimeout);
    positive("idle-timeout", idleTimeout);
    positive("handshake-timeout", handshakeTimeout);
    boolean webSocket = bind.transport().startsWith("ws");
    if (websocket != null && !webSocket) {
      throw new SettingException("websocket", "only ws and wss listeners have it");
    }
    if (dscp != null && (dscp < 0 || dscp > 63)) {
      throw new SettingException("dscp", "expected 0 to 63, not " + dscp);
    }
  }

  /** The short form: the bind address, all else by default. */
  public static ListenerSettings of(String bind) {
    return defaults(BindAddress.parse(bind), null);
  }

  /** All by default but where it binds and what it advertises. */
  public static ListenerSettings defaults(BindAddress bind, @Nullable String advertise) {
    return new ListenerSettings(
        bind,
        null,
        advertise,
        new ByteSize(4 << 20),
        new ByteSize(1 << 20),
        64,
        20_000,
        new ByteSize(LARGEST_MESSAGE + 1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(30),
        Duration.ofMinutes(10),
        new ByteSize(1 << 20),
        20_000,
        1000,
        null,
        null,
        Duration.ofSeconds(10),
        null,
        null,
        false,
        null,
        null,
        null);
  }

  /** The longest message in bytes, such that every offset fits 16 bits. */
  int longestMessage() {
    return Math.min(maxMessageSize.intBytes(), LARGEST_MESSAGE);
  }

  /** How many connections of ours to one peer there may be when there are so many loops. */
  int lanes(int loops) {
    return connectionsPerPeer == null ? loops : Math.min(connectionsPerPeer, loops);
  }

  /** Whether a peer may offer its connection for what goes to it. */
  boolean takesAlias() {
    return alias == null ? bind.transport().equals(Transports.TLS.name()) : alias;
  }

  /** What Via and Record-Route say when the socket got this port. */
  String sentBy(int port) {
    if (advertise == null) {
      return BindAddress.hostPort(bind.address(), port);
    }
    boolean bareIpv6 =
        advertise.indexOf(':') != advertise.lastIndexOf(':') && !advertise.startsWith("[");
    String host = bareIpv6 ? "[" + advertise + "]" : advertise;
    return host.indexOf(':', host.lastIndexOf(']') + 1) < 0 ? host + ":" + port : host;
  }

  private static boolean isHost(String text) {
    Matcher ipv6 = IPV6.matcher(text);
    if (NAME_OR_IPV4.matcher(text).matches()) {
      return true;
    }
    try {
      return ipv6.matches()
          && InetAddress.ofLiteral(ipv6.group(1) == null ? ipv6.group(2) : ipv6.group(1))
              instanceof Inet6Address;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void between(String key, ByteSize value, int least) {
    if (value.bytes() < least || value.bytes() > LARGEST_BUFFER) {
      throw new SettingException(
          key, "expected " + new ByteSize(least) + " to " + new ByteSize(LARGEST_BUFFER));
    }
  }

  private static void atLeast(String key, int value, int least) {
    if (value < least) {
      throw new SettingException(key, "expected at least " + least);
    }
  }

  private static void positive(String key, Duration value) {
    if (!value.isPositive()) {
      throw new SettingException(key, "expected a time longer than zero");
    }
  }
}
