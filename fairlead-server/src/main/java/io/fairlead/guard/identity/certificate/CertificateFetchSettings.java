// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity.certificate;

import io.fairlead.config.ByteSize;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How certificates are fetched that Identity headers name, and how long they are kept. Immutable.
 *
 * @param hosts from where; empty for any public host
 * @param privateAddresses whether hosts may be at addresses that are not public
 * @param authorities PEM file of the roots of web servers; null for those the system trusts
 * @param timeout how long one fetch may take
 * @param maxSize the longest chain in bytes
 * @param maxFetches how many at once
 * @param maxKept how many chains and failures are kept
 * @param usualTtl how long one is kept whose server says nothing
 * @param maxTtl how long at most
 * @param failureTtl how long a failure is remembered
 */
public record CertificateFetchSettings(
    @Setting(
            doc =
                "Hosts, as `certificates.example.com` or with a port, from which certificates are"
                    + " fetched. Without it, from any: who calls chooses where we look.")
        List<String> hosts,
    @Setting(
            value = "off",
            doc =
                "Whether a host may be at a private, loopback or link-local address. Off, since"
                    + " otherwise any caller could have us knock inside our own network.")
        boolean privateAddresses,
    @Setting(
            doc =
                "PEM file of the authorities of those web servers. Without it: those the system"
                    + " trusts.")
        @Nullable Path authorities,
    @Setting(
            value = "3s",
            doc =
                "How long one fetch may take, connecting included. It may outlast the INVITE's"
                    + " deadline: the next call finds the certificate.")
        Duration timeout,
    @Setting(
            value = "64k",
            doc = "The longest answer; a chain of three certificates has about 4 KiB.")
        ByteSize maxSize,
    @Setting(
            value = "16",
            doc =
                "How many are fetched at once; beyond that calls go on unverified, so that a flood"
                    + " of invented addresses holds few connections.")
        int maxFetches,
    @Setting(
            value = "2000",
            doc =
                "How many certificates and failures are kept; the one not used for longest goes"
                    + " first. A country has some hundreds of signing providers.")
        int maxKept,
    @Setting(
            value = "1h",
            doc = "How long a certificate is kept whose server does not say by Cache-Control.")
        Duration usualTtl,
    @Setting(
            value = "24h",
            doc =
                "How long a certificate is kept at most, whatever its server says: one that is"
                    + " withdrawn counts no longer than that.")
        Duration maxTtl,
    @Setting(
            value = "1m",
            doc =
                "How long a failure is remembered, and how long a certificate is kept at least: a"
                    + " server that fails is asked once in this time.")
        Duration failureTtl) {
  private static final long SMALLEST = 1024;

  public CertificateFetchSettings {
    hosts = List.copyOf(hosts);
    if (!timeout.isPositive() || !failureTtl.isPositive()) {
      throw new SettingException("timeout", "it and failure-ttl must be longer than 0s");
    }
    if (maxSize.bytes() < SMALLEST) {
      throw new SettingException("max-size", "must be at least 1k");
    }
    if (maxFetches < 1 || maxKept < 1) {
      throw new SettingException("max-fetches", "it and max-kept must be at least 1");
    }
    if (usualTtl.compareTo(failureTtl) < 0 || maxTtl.compareTo(usualTtl) < 0) {
      throw new SettingException("max-ttl", "expected failure-ttl <= usual-ttl <= max-ttl");
    }
  }
}
