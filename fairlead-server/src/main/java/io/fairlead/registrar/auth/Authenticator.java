// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import io.fairlead.guard.Offence;
import io.fairlead.guard.OffenceListener;
import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.net.SourceKey;
import io.fairlead.observe.Counter;
import io.fairlead.registrar.auth.Authorization.Field;
import io.fairlead.registrar.users.Credentials;
import io.fairlead.registrar.users.DigestAlgorithm;
import io.fairlead.registrar.users.UserCache;
import io.fairlead.registrar.users.UserLookupResult;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may register (RFC 3261 §22, RFC 7616, RFC 8760): whoever proves to know the password
 * of the user whose address of record is asked for, and nobody else. An unknown user is compared
 * with a password that nobody has, by the same steps, and gets the same answer as a wrong password.
 * What is remembered of nonces is told at {@link NonceMemory}.
 *
 * <p>Owned by one loop.
 */
public final class Authenticator {
  private static final AuthResult PENDING = new AuthResult.Pending();
  private static final AuthResult REFUSED = new AuthResult.Refused();

  private final AuthSettings settings;
  private final UserCache users;
  private final Nonces nonces;
  private final Counter[] outcomes;
  private final Loop loop;
  private final DigestResponse answer;
  private final ChallengeWriter challenges;
  private final NonceMemory memory;
  private final Map<DigestAlgorithm, Digest> digests = new EnumMap<>(DigestAlgorithm.class);
  private final Credentials nobody = Credentials.nobody();
  private final SipHash messages = SipHash.random();
  private final OffenceListener offences;

  Authenticator(
      AuthSettings settings,
      UserCache users,
      Nonces nonces,
      Counter[] outcomes,
      Loop loop,
      OffenceListener offences) {
    this.offences = offences;
    this.settings = settings;
    this.users = users;
    this.nonces = nonces;
    this.outcomes = outcomes;
    this.loop = loop;
    answer = new DigestResponse(settings);
    challenges = new ChallengeWriter(settings.algorithms(), nonces);
    memory = new NonceMemory(settings.nonces(), nonces.nowSeconds());
    for (DigestAlgorithm algorithm : settings.algorithms()) {
      digests.put(algorithm, new Digest(algorithm));
    }
  }

  /**
   * Decides on a borrowed REGISTER, as far as that can be done without waiting.
   *
   * @param flow by which it came: what is wrong with it counts against its peer
   */
  public AuthResult now(Flow flow, SipRequest request) {
    AuthResult early = early(flow, request);
    if (early != null) {
      return early;
    }
    UserLookupResult user = users.now(answer.account());
    return user == null ? PENDING : decide(flow, request, user);
  }

  /**
   * Decides on a REGISTER for which {@link #now} gave {@link AuthResult.Pending}, when its user has
   * been asked for.
   *
   * @param flow by which it came
   * @param kept the request, kept
   * @param onLoop gets the result on this loop, never Pending, never before this method returns
   */
  public void later(Flow flow, SipRequest kept, Consumer<AuthResult> onLoop) {
    AuthResult early = early(flow, kept);
    if (early != null) {
      loop.execute(() -> onLoop.accept(early));
      return;
    }
    users.ask(
        answer.account(),
        loop,
        user -> {
          // The answer in this object is another request's by now.
          AuthResult changed = early(flow, kept);
          onLoop.accept(changed == null ? decide(flow, kept, user) : changed);
        });
  }

  // The result where none of the user's secrets is needed, or null when the answer is complete.
  private @Nullable AuthResult early(Flow flow, SipRequest request) {
    return switch (answer.read(request)) {
      case NONE -> challenge(flow, AuthOutcome.CHALLENGED);
      case NO_QOP -> refused(AuthOutcome.NO_QOP);
      case OTHER_USER -> refused(AuthOutcome.OTHER_USER);
      case MALFORMED -> {
        count(AuthOutcome.MALFORMED);
        yield new AuthResult.Malformed(answer.problem());
      }
      case COMPLETE ->
          switch (nonce()) {
            case FORGED -> challenge(flow, AuthOutcome.FORGED);
            case EXPIRED -> challenge(flow, AuthOutcome.STALE);
            case GOOD -> null;
          };
    };
  }

  private Nonces.Kind nonce() {
    Authorization header = answer.header();
    return nonces.check(header.bytes(), header.from(Field.NONCE), header.to(Field.NONCE));
  }

  private AuthResult decide(Flow flow, SipRequest request, UserLookupResult user) {
    return switch (user) {
      case UserLookupResult.Found found ->
          verify(flow, request, found.credentials(), AuthOutcome.WRONG_PASSWORD);
      case UserLookupResult.Unknown unknown ->
          verify(flow, request, nobody, AuthOutcome.UNKNOWN_USER);
      case UserLookupResult.Failed failed -> {
        count(AuthOutcome.UNAVAILABLE);
        int seconds = (int) settings.retryAfter().toSeconds();
        int spread = ThreadLocalRandom.current().nextInt(seconds + 1);
        yield new AuthResult.Unavailable(seconds + spread);
      }
    };
  }

  private AuthResult verify(
      Flow flow, SipRequest request, Credentials credentials, AuthOutcome wrong) {
    DigestAlgorithm algorithm = answer.algorithm();
    byte[] known = credentials.ha1(algorithm);
    byte[] ha1 = known == null ? Objects.requireNonNull(nobody.ha1(algorithm)) : known;
    Digest digest = Objects.requireNonNull(digests.get(algorithm));
    boolean right = digest.proves(answer.header(), ha1, request);
    if (!right || known == null || wrong == AuthOutcome.UNKNOWN_USER) {
      boolean noHash = known == null && wrong == AuthOutcome.WRONG_PASSWORD;
      tell(flow, noHash ? AuthOutcome.NO_HASH : wrong);
      return refused(noHash ? AuthOutcome.NO_HASH : wrong);
    }
    return fresh(request) ? granted(flow) : challenge(flow, AuthOutcome.REPLAYED);
  }

  private boolean fresh(SipRequest request) {
    Authorization header = answer.header();
    long count = header.has(Field.QOP) ? header.count() : 1;
    long message = messages.hash(request.bytes(), request.start(), request.end());
    return memory.accept(nonces.number(), nonces.seconds(), count, message, nonces.nowSeconds());
  }

  private AuthResult granted(Flow flow) {
    offences.proved(flow);
    count(AuthOutcome.GRANTED);
    return new AuthResult.Granted(answer.account().user());
  }

  private AuthResult refused(AuthOutcome why) {
    count(why);
    return REFUSED;
  }

  // A user without the hash asked for is our fault, not the phone's.
  private void tell(Flow flow, AuthOutcome why) {
    @Nullable Offence offence =
        switch (why) {
          case WRONG_PASSWORD -> Offence.WRONG_PASSWORD;
          case UNKNOWN_USER -> Offence.UNKNOWN_USER;
          default -> null;
        };
    if (offence != null) {
      offences.offence(flow, offence, flow.transport().reliable() || sentThere(flow));
    }
  }

  private boolean sentThere(Flow flow) {
    Authorization header = answer.header();
    return nonces.sentTo(header.bytes(), header.from(Field.NONCE), source(flow));
  }

  private static long source(Flow flow) {
    return SourceKey.of(flow.remote().getAddress());
  }

  private AuthResult challenge(Flow flow, AuthOutcome why) {
    count(why);
    boolean stale = why == AuthOutcome.STALE || why == AuthOutcome.REPLAYED;
    return challenges.write(answer.realm(), stale, source(flow));
  }

  private void count(AuthOutcome outcome) {
    outcomes[outcome.ordinal()].add();
  }
}
