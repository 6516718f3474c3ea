// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.proxyprotocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header by which a load balancer names the real source of a connection (The PROXY
 * protocol, versions 1 and 2), however its bytes are cut. Kept is no more than {@link #LONGEST}.
 *
 * <p>Owned by one loop.
 */
public final class ProxyHeader {
  /** What the bytes are so far. */
  public enum Found {
    /** The beginning of a header. */
    MORE,
    /** A whole one that names a source. */
    SOURCE,
    /** A whole one that names none: the balancer itself speaks, or cannot say who does. */
    NO_SOURCE,
    /** None, or one that breaks the rules. */
    BROKEN
  }

  /** A header may be so long; the addresses and all that balancers add to them need far less. */
  static final int LONGEST = 16 + 4096;

  private static final byte[] V1 = "PROXY ".getBytes(ISO_8859_1);
  private static final byte[] V2 = "\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1);
  private static final int SMALLEST = 128;

  private byte[] kept = new byte[SMALLEST];
  private int count;
  private int consumed;
  private @Nullable InetSocketAddress source;

  /** Takes the next bytes; they are borrowed. */
  public Found read(byte[] bytes, int from, int to) {
    int before = count;
    int more = Math.min(to - from, LONGEST - count);
    if (count + more > kept.length) {
      kept = Arrays.copyOf(kept, Math.min(LONGEST, Math.max(count + more, 2 * kept.length)));
    }
    System.arraycopy(bytes, from, kept, count, more);
    count += more;
    Found found = judge();
    consumed = count - before;
    return found;
  }

  /** How many of the bytes last given belong to the header. */
  public int consumed() {
    return consumed;
  }

  /** The real source, when one is named. */
  public @Nullable InetSocketAddress source() {
    return source;
  }

  private Found judge() {
    boolean one = begins(V1);
    if (!one && !begins(V2)) {
      return Found.BROKEN;
    }
    return one ? line() : block();
  }

  private boolean begins(byte[] mark) {
    int n = Math.min(count, mark.length);
    return Arrays.equals(kept, 0, n, mark, 0, n);
  }

  private Found line() {
    int end = ProxyHeaderV1.end(kept, count);
    if (end < 0) {
      return count >= ProxyHeaderV1.LONGEST ? Found.BROKEN : Found.MORE;
    }
    count = end;
    ProxyHeaderV1 line = ProxyHeaderV1.read(new String(kept, 0, end, ISO_8859_1));
    return line == null ? Found.BROKEN : named(line.source());
  }

  private Found block() {
    if (count < ProxyHeaderV2.FIXED) {
      return Found.MORE;
    }
    int end = ProxyHeaderV2.end(kept);
    if (end < 0 || end > LONGEST) {
      return Found.BROKEN;
    }
    if (count < end) {
      return Found.MORE;
    }
    count = end;
    ProxyHeaderV2 block = ProxyHeaderV2.read(kept, end);
    return block == null ? Found.BROKEN : named(block.source());
  }

  private Found named(@Nullable InetSocketAddress who) {
    source = who;
    return who == null ? Found.NO_SOURCE : Found.SOURCE;
  }
}
