// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.net.Cidr;
import io.fairlead.net.IpAddress;
import io.fairlead.net.PortRange;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Our own relay as configured. Immutable.
 *
 * @param ports for RTP and RTCP, on each address
 * @param address where packets arrive and leave, by network
 * @param advertise what descriptions say instead, by network
 * @param timeout how long a side that should send may be silent
 * @param heldTimeout the same while it is held
 * @param onSilence what then happens
 * @param kernel whether the kernel forwards
 * @param dscp differentiated services code point; null for the system's
 * @param sendFirst who is sent to before it has sent, by network
 * @param maxStreams m= lines of a call
 */
public record MediaRelaySettings(
    @Setting(
            value = "20000-39999",
            doc =
                "UDP ports for media, on each of the addresses. A stream takes a pair on either"
                    + " side, so 20000 ports carry 10000 calls of one stream each, less those that"
                    + " rest between two uses. A port that another program has is passed over.")
        PortRange ports,
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
    @Setting(
            value = "auto",
            doc =
                "Whether the kernel forwards packets once both sides are known: auto where it can"
                    + " (nftables and CAP_NET_ADMIN), on where it must or Fairlead does not start,"
                    + " off never.")
        KernelUse kernel,
    @Setting(
            doc =
                "The class of traffic that routers see (RFC 2474), 0 to 63, on all that the relay"
                    + " sends. 46 (EF) is usual for voice. Without it: 0.")
        @Nullable Integer dscp,
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
        int maxStreams) {
  private static final String EVERY = "*";
  private static final int MOST_STREAMS = 64;

  /** Checks what the types do not. */
  public MediaRelaySettings {
    address = Map.copyOf(address);
    advertise = Map.copyOf(advertise);
    sendFirst = Map.copyOf(sendFirst);
    if (ports.pairs() == 0) {
      throw new SettingException(
          "ports", "`" + ports + "` holds no even port with the next one, which RTP and RTCP need");
    }
    if (address.isEmpty()) {
      throw new SettingException(
          "address", "the relay needs an address of this host, such as `address: 192.0.2.1`");
    }
    address.forEach((network, each) -> usable("address", network, each));
    advertise.forEach((network, each) -> usable("advertise", network, each));
    if (!timeout.isPositive()) {
      throw new SettingException("timeout", "must be longer than 0s");
    }
    if (heldTimeout.compareTo(timeout) < 0) {
      throw new SettingException("held-timeout", "must not be shorter than timeout");
    }
    if (dscp != null && (dscp < 0 || dscp > 63)) {
      throw new SettingException("dscp", "expected 0 to 63, not " + dscp);
    }
    if (maxStreams < 1 || maxStreams > MOST_STREAMS) {
      throw new SettingException("max-streams", "expected 1 to " + MOST_STREAMS);
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
    return on(address, network);
  }

  /** What descriptions say of that network, or null when there is no address on it. */
  public @Nullable InetAddress advertisedOn(String network) {
    InetAddress shown = on(advertise, network);
    return shown == null ? addressOn(network) : shown;
  }

  private static @Nullable InetAddress on(Map<String, IpAddress> addresses, String network) {
    IpAddress named = addresses.get(network);
    IpAddress found = named == null ? addresses.get(EVERY) : named;
    return found == null ? null : found.address();
  }

  /** Who is sent to before it has sent, on a network. */
  public List<Cidr> sendFirstOn(String network) {
    List<Cidr> named = sendFirst.get(network);
    return named == null ? sendFirst.getOrDefault(EVERY, List.of()) : named;
  }

  /** All addresses that mean us. */
  public Set<InetAddress> ownAddresses() {
    Set<InetAddress> own = new LinkedHashSet<>();
    address.values().forEach(each -> own.add(each.address()));
    advertise.values().forEach(each -> own.add(each.address()));
    return own;
  }
}
