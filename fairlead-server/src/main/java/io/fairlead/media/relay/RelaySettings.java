// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.config.Size;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How our own relay works. Immutable. */
public record RelaySettings(
    @Setting(
            value = "30000-39999",
            doc =
                "The UDP ports on each network. A stream takes two of them on each side, so these"
                    + " are enough for 5000 streams; below the kernel's own range (32768 to 60999)"
                    + " another program may find one taken now and then, and so may we.")
        PortRange ports,
    @Setting(
            doc =
                "The address of this machine that media comes to. Without it: that of the listener"
                    + " the peer speaks with.")
        @Nullable String address,
    @Setting(
            doc =
                "The address that peers are told, where a NAT leads each port of it to the same"
                    + " port of `address`. Without it: `address`.")
        @Nullable String advertise,
    @Setting(doc = "Addresses and ports by network, for networks that need their own.")
        Map<String, Place> networks,
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
            value = "1ms",
            doc =
                "How long packets are collected after the first before all are served in one go. It"
                    + " is added to the delay, half of it in the mean; waking for each packet"
                    + " alone costs as much CPU as relaying it.")
        Duration pace,
    @Setting(
            value = "2k",
            doc =
                "The longest packet, in bytes; longer ones are dropped and counted. No network of"
                    + " 1500 bytes brings one in a piece.")
        Size largest,
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
        Size receiveBuffer,
    @Setting(
            value = "true",
            doc =
                "Use io_uring where the system has it: about half the CPU of epoll. false for"
                    + " systems where it must not be used.")
        boolean ioUring) {
  /** Where the relay speaks on a network. Immutable. */
  public record Place(
      @Setting(doc = "As `address` of `relay`.") @Nullable String address,
      @Setting(doc = "As `advertise` of `relay`.") @Nullable String advertise,
      @Setting(doc = "Without it: those of `relay`.") @Nullable PortRange ports) {}

  public RelaySettings {
    networks = Map.copyOf(networks);
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

  /** How many threads that means on this machine. */
  int threads() {
    return loops > 0 ? loops : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }
}
