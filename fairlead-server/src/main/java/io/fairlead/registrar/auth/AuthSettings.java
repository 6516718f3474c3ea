// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.registrar.users.DigestAlgorithm;
import io.fairlead.registrar.users.UserCacheSettings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How users prove who they are. Immutable.
 *
 * @param realm shown to the user and part of every hash
 * @param algorithms offered
 * @param requireQop whether answers without qop are refused
 * @param nonceLifetime how long a nonce is good
 * @param nonces how many are remembered
 * @param retryAfter what a request gets while users cannot be asked
 * @param cache what is remembered of users
 */
public record AuthSettings(
    @Setting(
            doc =
                "The realm of the challenge, with which every stored hash was made. Without it the"
                    + " host of the address of record, in lower case, as most user databases have"
                    + " it.")
        @Nullable String realm,
    @Setting(
            value = "[md5]",
            doc =
                "The algorithms offered, the strongest first (RFC 8760 §2.3). Every phone knows"
                    + " md5, and many give up at a challenge they do not know, even beside one they"
                    + " do; with [sha-256, md5] those that know it take sha-256. The source of"
                    + " users must have a hash for each.")
        List<DigestAlgorithm> algorithms,
    @Setting(
            value = "true",
            doc =
                "Answers without qop (RFC 2069) are refused: they cannot count the uses of a nonce."
                    + " off accepts each nonce once from such a phone.")
        boolean requireQop,
    @Setting(
            value = "1h",
            doc =
                "How long a nonce is good; a phone whose nonce is older gets a new one with"
                    + " stale=true and need not ask its user. As long as the longest registration,"
                    + " so that a renewal takes one round.")
        Duration nonceLifetime,
    @Setting(
            value = "262144",
            doc =
                "How many nonces in use each loop remembers, to refuse what is sent again by"
                    + " somebody else; 40 bytes each. When it is full the oldest are no longer"
                    + " good.")
        int nonces,
    @Setting(
            value = "30s",
            doc =
                "The Retry-After while users cannot be asked, and up to as much again at random, so"
                    + " that phones do not come back together.")
        Duration retryAfter,
    @Setting(doc = "What is remembered of users from a database or an HTTP server.")
        UserCacheSettings cache) {
  public AuthSettings {
    algorithms = List.copyOf(algorithms);
    if (algorithms.isEmpty()) {
      throw new SettingException("algorithms", "at least one is needed");
    }
    if (EnumSet.copyOf(algorithms).size() < algorithms.size()) {
      throw new SettingException("algorithms", "one is named twice");
    }
    if (realm != null && !realm.matches("[ !#-\\[\\]-~]{1,100}")) {
      throw new SettingException(
          "realm", "expected 1 to 100 visible characters without quotes and backslashes");
    }
    if (nonceLifetime.toSeconds() < 10 || nonceLifetime.toDays() > 7) {
      throw new SettingException("nonce-lifetime", "expected 10s to 7d");
    }
    if (nonces < 16 || nonces > 1 << 24) {
      throw new SettingException("nonces", "expected 16 to 16777216, not " + nonces);
    }
    if (retryAfter.toSeconds() < 1) {
      throw new SettingException("retry-after", "expected 1s or more");
    }
  }
}
