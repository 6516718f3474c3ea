// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One route as configured. Immutable.
 *
 * @param name for logs, meters and messages
 * @param match when it applies
 * @param to the pool
 * @param registrar the registrar that answers
 * @param toLocation the registrar whose users get the request
 * @param fork how the devices of a user are asked
 * @param ringTime how long they ring before the next are asked
 * @param silence how long a device that says nothing holds up what another has answered
 * @param mode how the request is handed on
 * @param rewrite changes of the request-URI
 * @param headers changes of the headers
 * @param reject the answer instead of a pool
 * @param affinity calls with the same key go to the same backend
 * @param resource what of a backend a call takes
 * @param media which way the media of its calls goes
 */
public record RouteSettings(
    @Setting(
            doc =
                "What logs and meters call the route. Without it, the name of the pool or"
                    + " registrar; route-N, with N its place in the list, when that name is taken"
                    + " or there is neither.")
        @Nullable String name,
    @Setting(
            doc =
                "The conditions; all must hold. A route without conditions takes every request that"
                    + " comes to it.")
        MatchSettings match,
    @Setting(
            doc =
                "The pool that gets the request. A route needs one of to, to-location, registrar"
                    + " and reject.")
        @Nullable String to,
    @Setting(
            doc =
                "The registrar that answers or forwards a REGISTER; needs `match: { method:"
                    + " REGISTER }`.")
        @Nullable String registrar,
    @Setting(
            doc =
                "The registrar whose users get the request: it goes to the devices of the"
                    + " request-URI's user, each over the flow it registered by. A user without any"
                    + " is answered 480.")
        @Nullable String toLocation,
    @Setting(
            value = "parallel",
            doc =
                "With to-location: parallel asks the devices of the highest q together, then those"
                    + " of the next; serial asks one after the other.")
        ForkOrder fork,
    @Setting(
            value = "20s",
            doc =
                "With to-location: how long devices may ring before those of the next lower q, or"
                    + " the next one with `fork: serial`, are asked instead. About four rings; the"
                    + " last to be asked ring until timer C. Requests other than INVITE move on"
                    + " after 5 s at most.")
        Duration ringTime,
    @Setting(
            value = "10s",
            doc =
                "With to-location: how long after the call a device that has said nothing, not even"
                    + " 100, holds up what the others have answered. A phone answers within a"
                    + " second; 10 s leave time to one that a push must wake, and a caller who"
                    + " could hear busy does not wait 32 s for a phone that is off.")
        Duration silence,
    @Setting(
            value = "proxy",
            doc =
                "proxy keeps state and tries another backend on failure; stateless forwards and"
                    + " forgets, and needs a pool with `balance: hash`; redirect answers 302 with"
                    + " the address of a backend.")
        Mode mode,
    @Setting(doc = "Changes of the request-URI before it is sent on.") RewriteSettings rewrite,
    @Setting(doc = "Headers set or removed before the request is sent on.") HeaderSettings headers,
    @Setting(doc = "Answers the request here instead of sending it on.") @Nullable Reject reject,
    @Setting(doc = "Calls with the same key go to the same backend, as conferences need it.")
        @Nullable AffinitySettings affinity,
    @Setting(
            doc =
                "The resource that each call takes one of: only backends that name it in"
                    + " `resources` and have one left get it.")
        @Nullable String resource,
    @Setting(
            value = "bypass",
            doc =
                "Which way the media of its calls goes: bypass from one side to the other, past us;"
                    + " relay over `media.relay` or `media.engines`; auto over these where one side"
                    + " is on another network than the other (the listeners' `network`, or IPv4 and"
                    + " IPv6), the callee is a device that registered from behind NAT, or the"
                    + " caller is behind NAT: its Via or Contact is not where it sends from, or it"
                    + " sends from a public address and describes a private one. An offer with ICE"
                    + " finds its own way through NAT: auto relays it between networks only. Or the"
                    + " name of one of `media.profiles`: relayed, and each side secured as that"
                    + " says.")
        RouteMedia media) {
  public RouteSettings {
    if (!silence.isPositive()) {
      throw new SettingException("silence", "must be longer than 0s");
    }
    if (ringTime.isNegative() || ringTime.isZero()) {
      throw new SettingException("ring-time", "must be longer than 0s");
    }
  }
}
