// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.proxyprotocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.util.zip.CRC32C;

/** PROXY headers as balancers send them, byte by byte. */
public final class ProxyHeaders {
  private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1);

  private ProxyHeaders() {}

  /** Version 1. */
  public static byte[] line(String rest) {
    return ("PROXY " + rest + "\r\n").getBytes(ISO_8859_1);
  }

  /** Version 2: command, family and protocol, and all behind the length. */
  public static byte[] block(int command, int family, byte[]... parts) {
    byte[] rest = join(parts);
    byte[] fixed = {
      (byte) command, (byte) family, (byte) (rest.length >> 8), (byte) rest.length,
    };
    return join(SIGNATURE, fixed, rest);
  }

  /** Version 2 for a TCP connection. */
  public static byte[] tcp(String from, int fromPort, String to, int toPort, byte[]... fields) {
    byte[] source = InetAddress.ofLiteral(from).getAddress();
    byte[] addresses =
        join(source, InetAddress.ofLiteral(to).getAddress(), port(fromPort), port(toPort));
    return block(0x21, source.length == 4 ? 0x11 : 0x21, addresses, join(fields));
  }

  /** A field. */
  public static byte[] field(int type, byte... value) {
    return join(new byte[] {(byte) type, (byte) (value.length >> 8), (byte) value.length}, value);
  }

  /** The header with its last four bytes, those of a checksum, made right. */
  public static byte[] summed(byte[] header) {
    byte[] whole = header.clone();
    int at = whole.length - 4;
    CRC32C sum = new CRC32C();
    sum.update(whole, 0, at);
    sum.update(new byte[4]);
    for (int i = 0; i < 4; i++) {
      whole[at + i] = (byte) (sum.getValue() >>> (24 - 8 * i));
    }
    return whole;
  }

  /** One after the other. */
  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] port(int port) {
    return new byte[] {(byte) (port >> 8), (byte) port};
  }
}
