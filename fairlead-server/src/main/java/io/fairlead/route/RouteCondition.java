// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.net.CidrSet;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One thing a route asks of a request. Immutable. */
sealed interface RouteCondition {
  /** Whether the request fulfils it. */
  boolean holds(SipRequest request, Flow flow);

  /** In words, why this request does not. */
  String failure(SipRequest request, Flow flow);

  /** The key as configured. */
  String name();

  /** The conditions of a route, cheapest first. */
  static List<RouteCondition> of(MatchSettings match, RegistrationLookup locations) {
    List<RouteCondition> conditions = new ArrayList<>();
    if (!match.method().isEmpty()) {
      conditions.add(MethodIs.of(match.method()));
    }
    if (!match.listener().isEmpty()) {
      conditions.add(new ListenerIs(match.listener()));
    }
    if (!match.transport().isEmpty()) {
      conditions.add(new TransportIs(match.transport()));
    }
    if (!match.network().isEmpty()) {
      conditions.add(new NetworkIs(match.network()));
    }
    if (!match.source().isEmpty()) {
      conditions.add(new SourceIn(CidrSet.of(match.source())));
    }
    if (!match.user().isEmpty()) {
      conditions.add(new UserMatches(match.user()));
    }
    if (!match.host().isEmpty()) {
      List<TextPattern> hosts = match.host().stream().map(TextPattern::forLowerCase).toList();
      conditions.add(new HostMatches(hosts));
    }
    if (!match.from().isEmpty()) {
      conditions.add(new AddressMatches("from", HeaderName.FROM, match.from()));
    }
    if (!match.to().isEmpty()) {
      conditions.add(new AddressMatches("to", HeaderName.TO, match.to()));
    }
    match
        .header()
        .forEach((name, values) -> conditions.add(new HeaderMatches(HeaderKey.of(name), values)));
    if (!match.location().isEmpty()) {
      conditions.add(new LocationHas(match.location(), locations));
    }
    return conditions;
  }

  private static String any(List<?> of) {
    return of.stream().map(String::valueOf).collect(Collectors.joining(" or "));
  }

  /** The method: those known by name as bits, others as bytes. */
  record MethodIs(List<String> names, long known, List<byte[]> others) implements RouteCondition {
    static MethodIs of(List<String> names) {
      long known = 0;
      List<byte[]> others = new ArrayList<>();
      for (String name : names) {
        long bit = bit(name);
        known |= bit;
        if (bit == 0) {
          others.add(SafeMessageText.utf8(name));
        }
      }
      return new MethodIs(names, known, others);
    }

    private static long bit(String name) {
      for (Method method : Method.values()) {
        if (method != Method.OTHER && method.name().equals(name)) {
          return 1L << method.ordinal();
        }
      }
      return 0;
    }

    // Without state CANCEL and ACK find the way of their INVITE by its route alone.
    private static long bits(Method method) {
      long own = 1L << method.ordinal();
      boolean ofInvite = method == Method.CANCEL || method == Method.ACK;
      return ofInvite ? own | 1L << Method.INVITE.ordinal() : own;
    }

    @Override
    public boolean holds(SipRequest request, Flow flow) {
      if (request.method() != Method.OTHER) {
        return (known & bits(request.method())) != 0;
      }
      for (int i = 0; i < others.size(); i++) {
        byte[] other = others.get(i);
        if (Ascii.equals(
            request.bytes(), request.start(), request.methodEnd(), other, 0, other.length)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String failure(SipRequest request, Flow flow) {
      return "method " + request.methodText() + " is not " + any(names);
    }

    @Override
    public String name() {
      return "method";
    }
  }

  /** The listener. */
  record ListenerIs(List<String> names) implements RouteCondition {
    @Override
    public boolean holds(SipRequest request, Flow flow) {
      return names.contains(flow.listener().name());
    }

    @Override
    public String failure(SipRequest request, Flow flow) {
      return "listener " + flow.listener().name() + " is not " + any(names);
    }

    @Override
    public String name() {
      return "listener";
    }
  }

  /** The transport. */
  record TransportIs(List<String> names) implements RouteCondition {
    @Override
    public boolean holds(SipRequest request, Flow flow) {
      return names.contains(flow.transport().name());
    }

    @Override
    public String failure(SipRequest request, Flow flow) {
      return "transport " + flow.transport().name() + " is not " + any(names);
    }

    @Override
    public String name() {
      return "transport";
    }
  }

  /** The network of the listener. */
  record NetworkIs(List<String> names) implements RouteCondition {
    @Override
    public boolean holds(SipRequest request, Flow flow) {
      return names.contains(flow.listener().network());
    }

    @Override
    public String failure(SipRequest request, Flow flow) {
      String network = flow.listener().network();
      return (network.isEmpty() ? "listener " + flow.listener().name() : "network " + network)
          + " is not "
          + (network.isEmpty() ? "on " : "")
          + any(names);
    }

    @Override
    public String name() {
      return "network";
    }
  }

  /** The sender's address. */
  record SourceIn(CidrSet networks) implements RouteCondition {
    @Override
    public boolean holds(SipRequest request, Flow flow) {
      InetAddress source = flow.remote().getAddress();
      return source != null && networks.contains(source);
    }

    @Override
    public String failure(SipRequest request, Flow flow) {
      InetAddress source = flow.remote().getAddress();
      String text = source == null ? flow.remote().getHostString() : source.getHostAddress();
      return "source " + text + " is not in " + any(networks.networks());
    }

    @Override
    public String name() {
      return "source";
    }
  }

  /** The user of the request-URI. */
  record UserMatches(List<TextPattern> patterns) implements RouteCondition {
    @Override
    public boolean holds(SipRequest request, Flow flow) {
      MatchInput subject = MatchInput.mine();
      return subject.user(request) && subject.matchesAny(patterns);
    }

    @Override
    public String failure(SipRequest request, Flow flow) {
      MatchInput subject = MatchInput.mine();
      return subject.user(request)
          ? mismatch(name(), subject, patterns)
          : "the request-URI has no user";
    }

    @Override
    public String name() {
      return "user";
    }
  }

  /** The host of the request-URI. */
  record HostMatches(List<TextPattern> patterns) implements RouteCondition {
    @Override
    public boolean holds(SipRequest request, Flow flow) {
      MatchInput subject = MatchInput.mine();
      return subject.host(request) && subject.matchesAny(patterns);
    }

    @Override
    public String failure(SipRequest request, Flow flow) {
      MatchInput subject = MatchInput.mine();
      return subject.host(request)
          ? mismatch(name(), subject, patterns)
          : "the request-URI has no host";
    }

    @Override
    public String name() {
      return "host";
    }
  }

  /** The URI of From or To. */
  record AddressMatches(String name, HeaderName header, List<TextPattern> patterns)
      implements RouteCondition {
    @Override
    public boolean holds(SipRequest request, Flow flow) {
      MatchInput subject = MatchInput.mine();
      for (int i = 0; i < patterns.size(); i++) {
        TextPattern pattern = patterns.get(i);
        if (subject.address(request, header, pattern.hasAt()) && subject.matches(pattern)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String failure(SipRequest request, Flow flow) {
      boolean withHost = patterns.stream().anyMatch(TextPattern::hasAt);
      MatchInput subject = MatchInput.mine();
      return subject.address(request, header, withHost)
          ? mismatch(name, subject, patterns)
          : header.text() + " has no user";
    }
  }

  /** Any header, its value as it stands. */
  record HeaderMatches(HeaderKey key, List<TextPattern> patterns) implements RouteCondition {
    @Override
    public boolean holds(SipRequest request, Flow flow) {
      for (int i = key.first(request); i >= 0; i = key.next(request, i)) {
        if (TextPattern.any(
            patterns, request.bytes(), request.valueStart(i), request.valueEnd(i))) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String failure(SipRequest request, Flow flow) {
      int i = key.first(request);
      if (i < 0) {
        return "there is no header " + key;
      }
      String value = Ascii.text(request.bytes(), request.valueStart(i), request.valueEnd(i));
      return name() + " " + value + " does not match " + any(patterns);
    }

    @Override
    public String name() {
      return "header " + key;
    }
  }

  /** The request-URI's user is registered. */
  record LocationHas(List<String> registrars, RegistrationLookup locations)
      implements RouteCondition {
    @Override
    public boolean holds(SipRequest request, Flow flow) {
      for (int i = 0; i < registrars.size(); i++) {
        if (locations.has(registrars.get(i), request.uri())) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String failure(SipRequest request, Flow flow) {
      if (locations == RegistrationLookup.NONE) {
        return "location " + request.uri() + " is not known before it runs";
      }
      for (String registrar : registrars) {
        if (locations.serves(registrar, request.uri())) {
          return "location " + request.uri() + " has no binding";
        }
      }
      return "location " + request.uri().host() + " is no domain of " + any(registrars);
    }

    @Override
    public String name() {
      return "location";
    }
  }

  private static String mismatch(String name, MatchInput subject, List<TextPattern> patterns) {
    return subject.tooLong()
        ? name + " is longer than " + TextPattern.LONGEST + " bytes"
        : name + " " + subject + " does not match " + any(patterns);
  }
}
