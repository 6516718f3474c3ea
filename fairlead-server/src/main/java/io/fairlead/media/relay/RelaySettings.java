// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.config.ByteSize;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.media.OnSilence;
import io.fairlead.net.Cidr;
import io.fairlead.net.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How our own relay works. Immutable.
 *
 * @param ports for RTP and RTCP, by network
 * @param address where packets arrive and leave, by network
 * @param advertise what descriptions say instead, by network
 * @param timeout how long a side may be silent while both talk
 * @param heldTimeout the same while it is held
 * @param onSilence what then happens
 * @param kernel whether the kernel forwards
 * @param sendFirst who is sent to before it has sent, by network
 * @param maxStreams m= lines of a call
 * @param maxSsrcs SSRCs of one key of SRTP
 * @param loops threads
 * @param dscp differentiated services code point
 * @param quarantine how long ports rest
 * @param silenceCheck how often silence is looked for
 * @param relearnAfter when another source may take over
 * @param pace the most that collecting packets adds to their delay
 * @param largest packet, in bytes
 * @param buffers for packets of one moment
 * @param receiveBuffer of each socket
 * @param ioUring whether it may be used
 */
public record RelaySettings(
    @Setting(
            single = "*",
            value = "20000-39999",
            doc =
                "UDP ports for media, the same on every network or by its name: `{ outside:"
                    + " 20000-29999, inside: 30000-39999 }`. A stream takes a pair on either side,"
                    + " so 20000 ports carry 10000 calls of one stream, less those that rest"
                    + " between two uses. A port that another program has is passed over.")
        Map<String, PortRange> ports,
    @Setting(
            single = "*",
            doc =
                "The address of this host that media uses, for all networks or by the name of the"
                    + " network: `{ outside: 203.0.113.10, inside: 10.0.0.10 }`. `*` is every"
                    + " network that is not named. Required.")
        Map<String, IpAddress> address,
    @Setting(
            single = "*",
            doc =
                "The public address that descriptions show, where this host is behind one-to-one"
                    + " NAT; by network, as `address`. Without it: the address itself.")
        Map<String, IpAddress> advertise,
    @Setting(
            value = "60s",
            doc =
                "How long a side may be silent while both talk. A minute is longer than any pause"
                    + " of a phone that suppresses silence, which still sends comfort noise, and"
                    + " than the change from one mobile network to another.")
        Duration timeout,
    @Setting(
            value = "30m",
            doc =
                "The same while a side is on hold or only listens, before the call is answered, and"
                    + " for a fax, whose receiver says nothing while a page comes. Longer than"
                    + " anybody waits on hold; it catches calls whose BYE was lost.")
        Duration heldTimeout,
    @Setting(
            value = "bye",
            doc =
                "What becomes of a call that is silent for so long: bye ends it towards both sides,"
                    + " with a Reason, and the call log names the silent side; log only says so.")
        OnSilence onSilence,
    @Setting(doc = "How the kernel forwards RTP in the relay's place, once both sides are known.")
        KernelSettings kernel,
    @Setting(
            doc =
                "Who gets media before it has sent any, by network: `{ inside: [10.0.0.0/8] }`."
                    + " Otherwise only the address that a description came from does, all others"
                    + " once they have sent: whoever writes a description could name anybody in it."
                    + " Needed where a backend's media has another address than its signalling.")
        Map<String, List<Cidr>> sendFirst,
    @Setting(
            value = "8",
            doc =
                "Most m= lines of one call that are relayed; a description with more is refused"
                    + " with 488. Audio, video, slides and far-end camera control are four; each"
                    + " costs a pair of ports on either side.")
        int maxStreams,
    @Setting(
            value = "64",
            doc =
                "Most SSRCs that one key of SRTP is used for; packets of one more are dropped and"
                    + " counted. Which indexes of one were used is kept as long as the key is, 150"
                    + " bytes for each, since none may be used twice; a call whose far side is"
                    + " transferred has another SSRC each time.")
        int maxSsrcs,
    @Setting(
            value = "0",
            doc =
                "How many threads relay. 0: one for two processors, since the kernel does as much"
                    + " for each packet as we do, and signalling needs some. One thread serves"
                    + " some thousand calls.")
        int loops,
    @Setting(
            value = "46",
            doc =
                "The DSCP of what is sent (RFC 2474), 0 to 63: 46 is Expedited Forwarding, which"
                    + " networks that keep voice apart look for (RFC 4594). 0 marks nothing.")
        int dscp,
    @Setting(
            value = "10s",
            doc =
                "How long ports rest before another call has them: the last call's peers may still"
                    + " send, some for seconds after their BYE.")
        Duration quarantine,
    @Setting(
            value = "1s",
            doc =
                "How often each stream is looked at for silence. All of them together take"
                    + " microseconds, and nobody notices a second in 60.")
        Duration silenceCheck,
    @Setting(
            value = "3s",
            doc =
                "After how much silence of a source packets from elsewhere may replace it, as when"
                    + " a NAT has given the device another port. Longer than pauses of a device"
                    + " that suppresses silence may be filled by comfort noise; shorter would let"
                    + " a stranger in.")
        Duration relearnAfter,
    @Setting(
            value = "1800us",
            doc =
                "The most that collecting packets before all are served in one go adds to their"
                    + " delay, half of it in the mean: 0s, or 1000us to 20ms. Waking for each"
                    + " packet alone costs as much CPU as relaying ten; below 2 ms no listener and"
                    + " no jitter buffer notices.")
        Duration pace,
    @Setting(
            value = "2k",
            doc =
                "The longest packet, in bytes; longer ones are dropped and counted. No network of"
                    + " 1500 bytes brings one in a piece.")
        ByteSize largest,
    @Setting(
            value = "1024",
            doc =
                "How many packets of one moment a thread has room for, a power of two up to 32768;"
                    + " those beyond it wait in their sockets. One millisecond of 1000 calls is"
                    + " 100.")
        int buffers,
    @Setting(
            value = "64k",
            doc =
                "How much may wait in a socket, in bytes as the kernel counts: some 80 voice"
                    + " packets. A flood on a port fills no more than that.")
        ByteSize receiveBuffer,
    @Setting(
            value = "true",
            doc =
                "Use io_uring where the system has it: about half the CPU of epoll. false for"
                    + " systems where it must not be used.")
        boolean ioUring) {
  private static final String EVERY = "*";
  private static final int MOST_STREAMS = 64;
  private static final int MOST_SSRCS = 10_000;

  /** Checks what the types do not. */
  public RelaySettings {
    ports = Map.copyOf(ports);
    address = Map.copyOf(address);
    advertise = Map.copyOf(advertise);
    sendFirst = Map.copyOf(sendFirst);
    address.forEach((network, each) -> usable("address", network, each));
    advertise.forEach((network, each) -> usable("advertise", network, each));
    if (!timeout.isPositive()) {
      throw new SettingException("timeout", "must be longer than 0s");
    }
    if (heldTimeout.compareTo(timeout) < 0) {
      throw new SettingException("held-timeout", "must not be shorter than timeout");
    }
    if (maxSsrcs < 2 || maxSsrcs > MOST_SSRCS) {
      throw new SettingException("max-ssrcs", "expected 2 to " + MOST_SSRCS + ", not " + maxSsrcs);
    }
    if (maxStreams < 1 || maxStreams > MOST_STREAMS) {
      throw new SettingException("max-streams", "expected 1 to " + MOST_STREAMS);
    }
    work(loops, dscp, quarantine, silenceCheck, relearnAfter);
    if (pace.isNegative() || pace.toMillis() > 20) {
      throw new SettingException("pace", "expected at most 20ms");
    }
    if (largest.bytes() < 512 || largest.bytes() > 65535) {
      throw new SettingException("largest", "expected 512 to 65535");
    }
    if (buffers < 64 || buffers > 32768 || Integer.bitCount(buffers) != 1) {
      throw new SettingException("buffers", "expected a power of two from 64 to 32768");
    }
    if (receiveBuffer.bytes() < 4096 || receiveBuffer.bytes() > 1 << 30) {
      throw new SettingException("receive-buffer", "expected 4k to 1g");
    }
  }

  private static void work(
      int loops, int dscp, Duration quarantine, Duration silenceCheck, Duration relearnAfter) {
    if (loops < 0 || loops > 256) {
      throw new SettingException("loops", "expected 0 to 256, not " + loops);
    }
    if (dscp < 0 || dscp > 63) {
      throw new SettingException("dscp", "expected 0 to 63, not " + dscp);
    }
    if (quarantine.isNegative()) {
      throw new SettingException("quarantine", "expected no negative time");
    }
    if (!silenceCheck.isPositive()) {
      throw new SettingException("silence-check", "expected more than zero");
    }
    if (!relearnAfter.isPositive()) {
      throw new SettingException("relearn-after", "expected more than zero");
    }
  }

  private static void usable(String key, String network, IpAddress each) {
    if (each.address().isAnyLocalAddress() || each.address().isMulticastAddress()) {
      throw new SettingException(
          key,
          "`"
              + each
              + "` for network `"
              + network
              + "`: a description must name one address that media can be sent to");
    }
  }

  /**
   * The address of this host on a network, or null when there is none.
   *
   * @param network its name, empty for listeners without one
   */
  public @Nullable InetAddress addressOn(String network) {
    IpAddress found = on(address, network);
    return found == null ? null : found.address();
  }

  /** What descriptions say of that network, or null when there is no address on it. */
  public @Nullable InetAddress advertisedOn(String network) {
    IpAddress shown = on(advertise, network);
    return shown == null ? addressOn(network) : shown.address();
  }

  /** The ports on that network, or null when there are none. */
  public @Nullable PortRange portsOn(String network) {
    return on(ports, network);
  }

  /** Who is sent to before it has sent, on a network. */
  public List<Cidr> sendFirstOn(String network) {
    List<Cidr> named = on(sendFirst, network);
    return named == null ? List.of() : named;
  }

  private static <T> @Nullable T on(Map<String, T> values, String network) {
    T named = values.get(network);
    return named == null ? values.get(EVERY) : named;
  }

  /** True for an address of ours, on whatever network, and a port that may be one of ours. */
  public boolean isOurs(InetSocketAddress peer) {
    InetAddress to = peer.getAddress();
    boolean here =
        address.values().stream().anyMatch(each -> each.address().equals(to))
            || advertise.values().stream().anyMatch(each -> each.address().equals(to));
    return here && ports.values().stream().anyMatch(range -> range.holds(peer.getPort()));
  }

  /** How many threads that means on this machine. */
  int threads() {
    return loops > 0 ? loops : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }
}
