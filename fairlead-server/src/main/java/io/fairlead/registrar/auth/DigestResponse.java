// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fairlead.registrar.auth.Authorization.Field;
import io.fairlead.registrar.users.DigestAlgorithm;
import io.fairlead.registrar.users.UserQuery;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A REGISTER's answer to a challenge, read as far as that goes without knowing the user: which
 * header is for us, and whether what it says fits the request around it. One per loop, filled anew
 * by {@link #read}.
 *
 * <p>Owned by one loop.
 */
final class DigestResponse {
  /** What reading found. */
  enum Kind {
    /** Everything is there. */
    COMPLETE,
    /** No header answers a challenge of ours. */
    NONE,
    NO_QOP,
    /** The name is not that of the address of record. */
    OTHER_USER,
    /** See {@link #problem}. */
    MALFORMED
  }

  private static final int MOST_HEADERS = 8;
  private static final byte[] AUTH = "auth".getBytes(US_ASCII);

  private final AuthSettings settings;
  private final Authorization header = new Authorization();
  private final SipUri to = new SipUri();
  private final SipUri uri = new SipUri();
  private String problem = "";
  private String host = "";
  private byte[] hostBytes = {};
  private byte[] realmBytes = {};
  private @Nullable DigestAlgorithm algorithm;
  private @Nullable UserQuery account;

  DigestResponse(AuthSettings settings) {
    this.settings = settings;
  }

  Kind read(SipRequest request) {
    account = null;
    algorithm = null;
    if (!to.parse(request.bytes(), request.toUriFrom(), request.toUriTo()) || !to.isSip()) {
      return malformed("Bad To");
    }
    readHost();
    Kind found = find(request);
    if (found != Kind.COMPLETE) {
      return found;
    }
    String bad = incomplete();
    if (bad != null) {
      return malformed(bad);
    }
    if (!uriFits(request)) {
      return malformed("Digest URI Differs");
    }
    if (!header.has(Field.QOP) && settings.requireQop()) {
      return Kind.NO_QOP;
    }
    account = owner();
    return account == null ? Kind.OTHER_USER : Kind.COMPLETE;
  }

  // Most requests are of the same domain as the one before.
  private void readHost() {
    if (!Ascii.equals(to.bytes(), to.hostFrom(), to.hostTo(), hostBytes, 0, hostBytes.length)) {
      hostBytes = java.util.Arrays.copyOfRange(to.bytes(), to.hostFrom(), to.hostTo());
      host = to.host().toLowerCase(Locale.ROOT);
    }
    String realm = settings.realm();
    if (realm == null
        ? hostBytes.length != realmBytes.length || changed()
        : realmBytes.length == 0) {
      realmBytes = realm().getBytes(US_ASCII);
    }
  }

  private boolean changed() {
    return !Ascii.equalsLower(hostBytes, 0, hostBytes.length, realmBytes);
  }

  private Kind find(SipRequest request) {
    int headers = 0;
    for (int i = request.first(HeaderName.AUTHORIZATION);
        i >= 0;
        i = request.next(HeaderName.AUTHORIZATION, i)) {
      if (++headers > MOST_HEADERS) {
        return malformed("Too Many Authorization Headers");
      }
      String bad = header.parse(request.bytes(), request.valueStart(i), request.valueEnd(i));
      if (bad != null) {
        return malformed(bad);
      }
      if (header.isDigest() && header.is(Field.REALM, realmBytes)) {
        algorithm = offered();
        if (algorithm != null) {
          return Kind.COMPLETE;
        }
      }
    }
    return Kind.NONE;
  }

  private @Nullable DigestAlgorithm offered() {
    List<DigestAlgorithm> all = settings.algorithms();
    for (int i = 0; i < all.size(); i++) {
      DigestAlgorithm one = all.get(i);
      boolean named = header.isLower(Field.ALGORITHM, one.lower());
      // RFC 7616 §3.4: without a name it is MD5.
      if (named || one == DigestAlgorithm.MD5 && !header.has(Field.ALGORITHM)) {
        return one;
      }
    }
    return null;
  }

  private @Nullable String incomplete() {
    if (!header.has(Field.USERNAME) || header.length(Field.USERNAME) == 0) {
      return "Missing Username In Authorization";
    }
    if (!header.has(Field.NONCE) || !header.has(Field.URI) || !header.has(Field.RESPONSE)) {
      return "Incomplete Authorization";
    }
    if (header.length(Field.RESPONSE) != 2 * algorithm().bytes()) {
      return "Bad Response In Authorization";
    }
    if (!header.has(Field.QOP)) {
      return null;
    }
    if (!header.isLower(Field.QOP, AUTH)) {
      return "Bad Qop In Authorization";
    }
    boolean counted = header.count() > 0 && header.has(Field.CNONCE);
    return counted ? null : "Bad Nonce Count In Authorization";
  }

  // Phones behind proxies have seen the request-URI change, and some write the To domain: the same
  // host is enough, since the password proves the rest.
  private boolean uriFits(SipRequest request) {
    byte[] bytes = header.bytes();
    int from = header.from(Field.URI);
    int until = header.to(Field.URI);
    if (Ascii.equals(bytes, from, until, request.bytes(), request.uriFrom(), request.uriTo())) {
      return true;
    }
    return uri.parse(bytes, from, until)
        && uri.isSip()
        && (sameHost(uri, request.uri()) || sameHost(uri, to));
  }

  private static boolean sameHost(SipUri a, SipUri b) {
    int length = a.hostTo() - a.hostFrom();
    if (length != b.hostTo() - b.hostFrom()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lower(a.bytes()[a.hostFrom() + i]) != lower(b.bytes()[b.hostFrom() + i])) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
  }

  // The account behind the name, when that is the user of the address of record.
  private @Nullable UserQuery owner() {
    String name = header.text(Field.USERNAME);
    String user = to.user();
    if (name.equals(user)) {
      return new UserQuery(user, host, realm(), false);
    }
    int at = user.length();
    boolean qualified =
        name.length() > at
            && name.startsWith(user)
            && name.charAt(at) == '@'
            && name.substring(at + 1).equals(host);
    return qualified ? new UserQuery(user, host, realm(), true) : null;
  }

  private Kind malformed(String why) {
    problem = why;
    return Kind.MALFORMED;
  }

  /** What is malformed. */
  String problem() {
    return problem;
  }

  /** The realm of the request read last. */
  String realm() {
    String realm = settings.realm();
    return realm == null ? host : realm;
  }

  /** The header, of a complete answer. */
  Authorization header() {
    return header;
  }

  /** The algorithm, of a complete answer. */
  DigestAlgorithm algorithm() {
    if (algorithm == null) {
      throw new IllegalStateException("no answer was found");
    }
    return algorithm;
  }

  /** Who answers, of a complete answer. */
  UserQuery account() {
    if (account == null) {
      throw new IllegalStateException("the answer is not complete");
    }
    return account;
  }
}
