// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.config.ChosenPlugin;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.registrar.auth.AuthSettings;
import io.fairlead.registrar.upstream.Throttle;
import io.fairlead.registrar.upstream.UpstreamSettings;
import io.fairlead.registrar.users.UserSource;
import io.fairlead.registrar.users.UserSources;
import io.fairlead.registrar.users.UserTools;
import io.fairlead.route.RouteMedia;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One registrar as configured. Immutable.
 *
 * @param domains whose users it serves
 * @param mode who answers
 * @param pool the registrars behind us
 * @param users who may register
 * @param authentication how they prove it
 * @param expires how long bindings hold
 * @param maxContacts for one address of record
 * @param serviceRoute devices are told to send their calls here
 * @param keepalive how flows are kept open
 * @param partition how users are spread over nodes
 * @param upstream how the registrars behind us are used
 * @param media which way the media of calls goes that these send over a device's flow
 */
public record RegistrarSettings(
    @Setting(
            doc =
                "The domains whose users register here: the host of the To URI. At least one is"
                    + " needed; any other domain is answered 404.")
        List<String> domains,
    @Setting(
            value = "local",
            doc =
                "local: Fairlead is the registrar. forward: the backends of the pool are, each user"
                    + " at one of them. mid: they are, but Fairlead answers the frequent renewals"
                    + " itself.")
        RegistrarMode mode,
    @Setting(doc = "The pool of registrars, for forward and mid.") @Nullable String pool,
    @Setting(
            value = "off",
            off = true,
            kinds = UserSources.class,
            doc =
                "Who may register, for `mode: local`; off lets anybody register any address of the"
                    + " domains, and must be written. For forward and mid the registrars behind us"
                    + " ask: there the users' hashes answer them when Fairlead registers a user"
                    + " again at a backend that lost it.")
        @Nullable ChosenPlugin<?, UserTools, UserSource> users,
    @Setting(doc = "How users prove who they are.") AuthSettings authentication,
    @Setting(doc = "How long bindings hold.") ExpiresSettings expires,
    @Setting(
            value = "10",
            doc =
                "The most bindings one address of record may have; one more is answered 403. Ten"
                    + " are more than a person has devices, and stop one that never removes any.")
        int maxContacts,
    @Setting(
            value = "false",
            doc =
                "The answer tells devices to send their calls by the listener they registered at"
                    + " (RFC 3608). Off, since most do so anyway, as their outbound proxy.")
        boolean serviceRoute,
    @Setting(doc = "How the way to the devices is kept open through NAT.")
        KeepaliveSettings keepalive,
    @Setting(
            value = "off",
            off = true,
            doc =
                "Spreads the users over several nodes, each user at one. Without it every node"
                    + " serves every user.")
        @Nullable PartitionSettings partition,
    @Setting(doc = "How the registrars behind us are used, for forward and mid.")
        UpstreamSettings upstream,
    @Setting(
            value = "bypass",
            doc =
                "Which way the media goes of calls that a backend of `pool` sends to a device by"
                    + " the Path it registered with: no route takes these. bypass, relay, auto and"
                    + " the name of a profile mean what they mean for a route; calls that a route"
                    + " takes are as the route says. A backend is known by the address it sends"
                    + " from.")
        RouteMedia media) {
  public RegistrarSettings {
    domains = List.copyOf(domains);
    if (domains.isEmpty()) {
      throw new SettingException("domains", "at least one domain is needed, such as example.com");
    }
    if ((mode == RegistrarMode.LOCAL) != (pool == null)) {
      throw new SettingException(
          "pool",
          mode == RegistrarMode.LOCAL
              ? "is for `mode: forward` and `mode: mid`"
              : "`mode: " + mode.name().toLowerCase(java.util.Locale.ROOT) + "` needs a pool");
    }
    if (upstream.throttle() == Throttle.AOR && mode != RegistrarMode.MID) {
      throw new SettingException("upstream", "`throttle: aor` is for `mode: mid`");
    }
    if (media.relays() && mode == RegistrarMode.LOCAL) {
      throw new SettingException(
          "media",
          "is for `mode: forward` and `mode: mid`; with `mode: local` calls to devices take a"
              + " route, which has `media` itself");
    }
    if (maxContacts < 1 || maxContacts > 1000) {
      throw new SettingException("max-contacts", "expected 1 to 1000, not " + maxContacts);
    }
  }
}
