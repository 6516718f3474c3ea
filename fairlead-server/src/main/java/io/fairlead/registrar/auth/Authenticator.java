// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.Counter;
import io.fairlead.registrar.auth.Authorization.Field;
import io.fairlead.registrar.users.Credentials;
import io.fairlead.registrar.users.DigestAlgorithm;
import io.fairlead.registrar.users.UserCache;
import io.fairlead.registrar.users.UserLookupResult;
import io.fairlead.sip.SipRequest;
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

  Authenticator(
      AuthSettings settings, UserCache users, Nonces nonces, Counter[] outcomes, Loop loop) {
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

  /** Decides on a borrowed REGISTER, as far as that can be done without waiting. */
  public AuthResult now(SipRequest request) {
    AuthResult early = early(request);
    if (early != null) {
      return early;
    }
    UserLookupResult user = users.now(answer.account());
    return user == null ? PENDING : decide(request, user);
  }

  /**
   * Decides on a REGISTER for which {@link #now} gave {@link AuthResult.Pending}, when its user has
   * been asked for.
   *
   * @param kept the request, kept
   * @param onLoop gets the result on this loop, never Pending, never before this method returns
   */
  public void later(SipRequest kept, Consumer<AuthResult> onLoop) {
    AuthResult early = early(kept);
    if (early != null) {
      loop.execute(() -> onLoop.accept(early));
      return;
    }
    users.ask(
        answer.account(),
        loop,
        user -> {
          // The answer in this object is another request's by now.
          AuthResult changed = early(kept);
          onLoop.accept(changed == null ? decide(kept, user) : changed);
        });
  }

  // The result where none of the user's secrets is needed, or null when the answer is complete.
  private @Nullable AuthResult early(SipRequest request) {
    return switch (answer.read(request)) {
      case NONE -> challenge(AuthOutcome.CHALLENGED);
      case NO_QOP -> refused(AuthOutcome.NO_QOP);
      case OTHER_USER -> refused(AuthOutcome.OTHER_USER);
      case MALFORMED -> {
        count(AuthOutcome.MALFORMED);
        yield new AuthResult.Malformed(answer.problem());
      }
      case COMPLETE ->
          switch (nonce()) {
            case FORGED -> challenge(AuthOutcome.FORGED);
            case EXPIRED -> challenge(AuthOutcome.STALE);
            case GOOD -> null;
          };
    };
  }

  private Nonces.Kind nonce() {
    Authorization header = answer.header();
    return nonces.check(header.bytes(), header.from(Field.NONCE), header.to(Field.NONCE));
  }

  private AuthResult decide(SipRequest request, UserLookupResult user) {
    return switch (user) {
      case UserLookupResult.Found found ->
          verify(request, found.credentials(), AuthOutcome.WRONG_PASSWORD);
      case UserLookupResult.Unknown unknown -> verify(request, nobody, AuthOutcome.UNKNOWN_USER);
      case UserLookupResult.Failed failed -> {
        count(AuthOutcome.UNAVAILABLE);
        int seconds = (int) settings.retryAfter().toSeconds();
        int spread = ThreadLocalRandom.current().nextInt(seconds + 1);
        yield new AuthResult.Unavailable(seconds + spread);
      }
    };
  }

  private AuthResult verify(SipRequest request, Credentials credentials, AuthOutcome wrong) {
    DigestAlgorithm algorithm = answer.algorithm();
    byte[] known = credentials.ha1(algorithm);
    byte[] ha1 = known == null ? Objects.requireNonNull(nobody.ha1(algorithm)) : known;
    Digest digest = Objects.requireNonNull(digests.get(algorithm));
    boolean right = digest.proves(answer.header(), ha1, request);
    if (!right || known == null || wrong == AuthOutcome.UNKNOWN_USER) {
      return refused(known == null ? AuthOutcome.NO_HASH : wrong);
    }
    return fresh(request) ? granted() : challenge(AuthOutcome.REPLAYED);
  }

  private boolean fresh(SipRequest request) {
    Authorization header = answer.header();
    long count = header.has(Field.QOP) ? header.count() : 1;
    long message = messages.hash(request.bytes(), request.start(), request.end());
    return memory.accept(nonces.number(), nonces.seconds(), count, message, nonces.nowSeconds());
  }

  private AuthResult granted() {
    count(AuthOutcome.GRANTED);
    return new AuthResult.Granted(answer.account().user());
  }

  private AuthResult refused(AuthOutcome why) {
    count(why);
    return REFUSED;
  }

  private AuthResult challenge(AuthOutcome why) {
    count(why);
    boolean stale = why == AuthOutcome.STALE || why == AuthOutcome.REPLAYED;
    return challenges.write(answer.realm(), stale);
  }

  private void count(AuthOutcome outcome) {
    outcomes[outcome.ordinal()].add();
  }
}
