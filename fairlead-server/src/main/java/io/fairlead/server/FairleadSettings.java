// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.admin.ControlSettings;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.dialog.CallSettings;
import io.fairlead.dns.DnsSettings;
import io.fairlead.guard.GuardSettings;
import io.fairlead.media.MediaSettings;
import io.fairlead.observe.LogSettings;
import io.fairlead.observe.MetricsSettings;
import io.fairlead.pool.PoolSettings;
import io.fairlead.proxy.ProxySettings;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.route.RouteSettings;
import io.fairlead.store.StoreSettings;
import io.fairlead.transaction.TimerSettings;
import io.fairlead.transport.ListenerSettings;
import io.fairlead.transport.tls.TlsWorkSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration file: each room's settings under its key. Immutable.
 *
 * @param listeners where traffic comes in
 * @param guard what may come in
 * @param routes what becomes of a request
 * @param pools the farms
 * @param registrars who is where
 * @param media the media of calls
 * @param store the table of bindings
 * @param calls live calls
 * @param forwarding how requests are forwarded
 * @param timers of transactions
 * @param resolver names of next hops
 * @param log the logs
 * @param metrics the Prometheus page
 * @param control the control socket; null for none
 * @param cluster what nodes share
 * @param tls handshakes
 * @param stateDir files that outlive a restart
 * @param loops threads for signalling
 * @param grace how long an end may take
 */
public record FairleadSettings(
    @Setting(doc = "Where traffic comes in, and from where it leaves. At least one is needed.")
        List<ListenerSettings> listeners,
    @Setting(doc = "What may come in: who may speak, how often, and how many calls.")
        GuardSettings guard,
    @Setting(
            doc =
                "What becomes of a request outside a dialog: the first route that matches decides."
                    + " When none does, the answer is 404.")
        List<RouteSettings> routes,
    @Setting(doc = "The farms of backends, by name.") Map<String, PoolSettings> pools,
    @Setting(doc = "Who is where: the registrars, by name.")
        Map<String, RegistrarSettings> registrars,
    @Setting(doc = "The media of calls: what relays it where a route says so.") MediaSettings media,
    @Setting(doc = "The table of bindings, which all registrars share.") StoreSettings store,
    @Setting(doc = "How live calls are followed.") CallSettings calls,
    @Setting(doc = "How requests are forwarded.") ProxySettings forwarding,
    @Setting(doc = "Timers of transactions (RFC 3261 §17).") TimerSettings timers,
    @Setting(
            doc =
                "How host names are looked up: those of backends, and those of next hops inside a"
                    + " dialog.")
        DnsSettings resolver,
    @Setting(doc = "The call log and the system log.") LogSettings log,
    @Setting(doc = "The Prometheus page.") MetricsSettings metrics,
    @Setting(
            doc =
                "The socket by which `fairlead status`, `fairlead drain` and their like reach it."
                    + " `off` for none.",
            off = true)
        @Nullable ControlSettings control,
    @Setting(doc = "What several nodes share.") ClusterSettings cluster,
    @Setting(doc = "How TLS is worked, for all listeners together.") TlsWorkSettings tls,
    @Setting(
            value = "state",
            doc =
                "Folder for what must outlive a restart, such as the routing key; relative to the"
                    + " configuration file.")
        Path stateDir,
    @Setting(
            value = "auto",
            doc =
                "Threads for signalling; each call lives on one. `auto` takes half of the"
                    + " processors, since the kernel needs about as much for the packets.")
        LoopCount loops,
    @Setting(
            value = "30s",
            doc =
                "How long an end may take after SIGTERM: nothing new begins, what is being set up"
                    + " finishes. 30 s outlast the longest transaction of a peer that answers.")
        Duration grace) {
  public FairleadSettings {
    listeners = List.copyOf(listeners);
    routes = List.copyOf(routes);
    if (listeners.isEmpty()) {
      throw new SettingException(
          "listeners", "at least one listener is needed, such as udp://192.0.2.1:5060");
    }
    if (grace.isNegative()) {
      throw new SettingException("grace", "must not be negative");
    }
  }
}
