// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.media.srtp.CryptoSuite;
import io.fairlead.media.srtp.MasterKey;
import io.fairlead.media.srtp.SrtpReceiver;
import io.fairlead.media.srtp.SrtpSender;
import io.fairlead.media.srtp.SrtpWorkspace;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.utils.logging2.LoggerImpl;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one packet of G.711 costs to encrypt and to decrypt again, beside jitsi-srtp. Owned by one
 * thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SrtpBenchmark {
  private static final int LENGTH = 172;
  private static final int SSRC = 0x1234;
  private static final int SHA1 = 20;

  /** As in a=crypto. */
  @Param({"AES_CM_128_HMAC_SHA1_80", "AES_256_CM_HMAC_SHA1_80", "AEAD_AES_128_GCM"})
  public CryptoSuite suite = CryptoSuite.AES_CM_128_HMAC_SHA1_80;

  private final byte[] packet = new byte[LENGTH];
  private final SrtpWorkspace space = new SrtpWorkspace(2048);
  private final JitsiPacket buffer = new JitsiPacket(new byte[2048]);
  private int sequence;
  private Ours ours = new Ours(suite);
  private Theirs theirs = new Theirs(suite);

  /** Both directions of ours. */
  private record Ours(SrtpSender sender, SrtpReceiver receiver) {
    Ours(CryptoSuite suite) {
      this(new SrtpSender(key(suite), 4), new SrtpReceiver(key(suite), 4));
    }

    private static MasterKey key(CryptoSuite suite) {
      String text = Base64.getEncoder().encodeToString(SrtpBenchmark.bytes(suite, 0));
      return Objects.requireNonNull(MasterKey.read(suite, text));
    }
  }

  /** Both directions of theirs. */
  private record Theirs(SrtpCryptoContext sender, SrtpCryptoContext receiver) {
    Theirs(CryptoSuite suite) {
      this(context(true, suite), context(false, suite));
    }

    private static SrtpCryptoContext context(boolean sender, CryptoSuite suite) {
      byte[] all = SrtpBenchmark.bytes(suite, 0);
      byte[] key = java.util.Arrays.copyOf(all, suite.keyLength());
      byte[] salt = SrtpBenchmark.bytes(suite, suite.keyLength());
      boolean aead = suite == CryptoSuite.AEAD_AES_128_GCM;
      SrtpPolicy policy =
          new SrtpPolicy(
              aead ? SrtpPolicy.AESGCM_ENCRYPTION : SrtpPolicy.AESCM_ENCRYPTION,
              suite.keyLength(),
              aead ? SrtpPolicy.NULL_AUTHENTICATION : SrtpPolicy.HMACSHA1_AUTHENTICATION,
              aead ? 0 : SHA1,
              aead ? 16 : 10,
              suite.saltLength());
      try {
        return new SrtpContextFactory(sender, key, salt, policy, policy, new LoggerImpl("bench"))
            .deriveContext(SSRC, 0);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static byte[] bytes(CryptoSuite suite, int from) {
    byte[] all = new byte[suite.keyLength() + suite.saltLength()];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) (i * 7);
    }
    return java.util.Arrays.copyOfRange(all, from, all.length);
  }

  /** Makes both anew for the suite. */
  @Setup
  public void prepare() {
    ours = new Ours(suite);
    theirs = new Theirs(suite);
    ByteBuffer.wrap(packet).putShort((short) 0x8008).putShort((short) 0).putInt(1).putInt(SSRC);
  }

  private void next(byte[] into) {
    sequence++;
    packet[2] = (byte) (sequence >>> 8);
    packet[3] = (byte) sequence;
    System.arraycopy(packet, 0, into, 0, LENGTH);
  }

  /** Ours. */
  @Benchmark
  public int fairlead() {
    next(space.packet());
    int sealed = ours.sender().rtp(space, LENGTH);
    int opened = ours.receiver().rtp(space, sealed);
    if (opened != LENGTH) {
      throw new IllegalStateException("not decrypted: " + ours.receiver().failure());
    }
    return opened;
  }

  /** Theirs. */
  @Benchmark
  public int jitsi() throws GeneralSecurityException {
    next(buffer.getBuffer());
    buffer.setLength(LENGTH);
    theirs.sender().transformPacket(buffer);
    theirs.receiver().reverseTransformPacket(buffer, false);
    if (buffer.getLength() != LENGTH) {
      throw new IllegalStateException("not decrypted");
    }
    return buffer.getLength();
  }
}
