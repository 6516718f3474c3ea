// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.sip.Edit;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decision for a request: which pool and how, which registrar, or which refusal. Immutable. */
public final class Route {
  private final String name;
  private final RouteSettings settings;
  private final RouteCondition[] conditions;
  private final RequestChange[] changes;

  Route(String name, RouteSettings settings, RegistrationLookup locations) {
    if (RouteChecks.outcomes(settings).size() != 1) {
      throw new IllegalArgumentException("route " + name + " needs one way only");
    }
    this.name = name;
    this.settings = settings;
    this.conditions = RouteCondition.of(settings.match(), locations).toArray(new RouteCondition[0]);
    this.changes = RequestChange.of(settings).toArray(new RequestChange[0]);
  }

  /** What logs and meters call it. */
  public String name() {
    return name;
  }

  /** How the request is handed on; of no meaning when it is rejected. */
  public Mode mode() {
    return settings.mode();
  }

  /** The name of the pool, or null when the request goes to none. */
  public @Nullable String pool() {
    return settings.to();
  }

  /** The name of the registrar that takes a REGISTER, or null. */
  public @Nullable String registrar() {
    return settings.registrar();
  }

  /** The name of the registrar whose users the request goes to, or null. */
  public @Nullable String location() {
    return settings.toLocation();
  }

  /** How the devices of a user are asked. */
  public ForkOrder fork() {
    return settings.fork();
  }

  /** How long devices ring before the next are asked. */
  public Duration ringTime() {
    return settings.ringTime();
  }

  /** How long a device that says nothing holds up what another has answered. */
  public Duration silence() {
    return settings.silence();
  }

  /** How calls with the same key are kept together, or null. */
  public @Nullable AffinitySettings affinity() {
    return settings.affinity();
  }

  /** The resource that each call takes one of, or null. */
  public @Nullable String resource() {
    return settings.resource();
  }

  /** Which way the media of its calls goes. */
  public RouteMedia media() {
    return settings.media();
  }

  /** The answer of a route that refuses, or null. */
  public @Nullable Reject reject() {
    return settings.reject();
  }

  /** True when {@link #edit} never changes anything. */
  public boolean editsNothing() {
    return changes.length == 0;
  }

  /**
   * Adds the route's changes of number and headers to the edit, which must have been begun on the
   * request. They touch the user, host and port of the request-URI, the header lines named by the
   * route, and the place behind the last Via; whoever else edits must not replace the whole
   * request-URI.
   */
  public void edit(SipRequest request, Edit edit) {
    for (RequestChange change : changes) {
      change.apply(request, edit);
    }
  }

  boolean matches(SipRequest request, Flow flow) {
    for (RouteCondition condition : conditions) {
      if (!condition.holds(request, flow)) {
        return false;
      }
    }
    return true;
  }

  /** Why the first condition that fails does so, or null when all hold. */
  @Nullable String failure(SipRequest request, Flow flow) {
    for (RouteCondition condition : conditions) {
      if (!condition.holds(request, flow)) {
        return condition.failure(request, flow);
      }
    }
    return null;
  }

  /** What it means that all conditions hold. */
  String success() {
    List<String> names = List.of(conditions).stream().map(RouteCondition::name).toList();
    return names.isEmpty() ? "has no conditions" : String.join(", ", names) + " match";
  }

  @Override
  public String toString() {
    return name;
  }
}
