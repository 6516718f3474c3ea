// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.guard.identity.Es256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a signature of a PASSporT costs (RFC 8225, ES256), made and verified, off the loop. Nearly
 * all that a signed call takes is this. Owned by one thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SignatureBenchmark {
  private static final String HEADER =
      "{\"alg\":\"ES256\",\"ppt\":\"shaken\",\"typ\":\"passport\","
          + "\"x5u\":\"https://certificates.example.org/sti/2026.pem\"}";
  private static final String CLAIMS =
      "{\"attest\":\"A\",\"dest\":{\"tn\":[\"12155550131\"]},\"iat\":1796083200,"
          + "\"orig\":{\"tn\":\"12155550121\"},\"origid\":\"123e4567-e89b-12d3-a456-426655440000\"}";

  private final String input = base64(HEADER) + "." + base64(CLAIMS);
  private final KeyPair keys = keys();
  private final String signature = Es256.sign(input, keys.getPrivate());

  private static String base64(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  /** Signs. */
  @Benchmark
  public String sign() {
    return Es256.sign(input, keys.getPrivate());
  }

  /** Verifies. */
  @Benchmark
  public boolean verify() {
    return Es256.verifies(input, signature, keys.getPublic());
  }
}
