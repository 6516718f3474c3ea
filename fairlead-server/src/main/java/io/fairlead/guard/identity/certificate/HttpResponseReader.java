// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity.certificate;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one HTTP/1.1 response to a GET (RFC 9112), bounded.
 *
 * <p>Owned by whoever reads.
 */
final class HttpResponseReader {
  private static final int LONGEST_LINE = 8192;
  private static final int MOST_LINES = 100;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})( .*)?");
  private static final Pattern MAX_AGE =
      Pattern.compile("(?i)(?:^|[,\\s])(?:max-age=\"?([0-9]{1,12})\"?|(no-store|no-cache))");

  private final InputStream in;
  private final int maxSize;
  private final Map<String, String> headers = new HashMap<>();

  private HttpResponseReader(InputStream in, int maxSize) {
    this.in = in;
    this.maxSize = maxSize;
  }

  /**
   * Reads it.
   *
   * @param maxSize of the body, in bytes
   * @throws IOException when it is not a 200 with a body of at most that size
   */
  static CertificateSource.Document read(InputStream in, int maxSize) throws IOException {
    return new HttpResponseReader(in, maxSize).document();
  }

  private CertificateSource.Document document() throws IOException {
    Matcher status = STATUS.matcher(line());
    if (!status.matches()) {
      throw new IOException("it does not speak HTTP");
    }
    if (!status.group(1).equals("200")) {
      throw new IOException("it answered " + status.group(1));
    }
    for (int i = 0; ; i++) {
      String line = line();
      if (line.isEmpty()) {
        break;
      }
      int colon = line.indexOf(':');
      if (colon <= 0 || i == MOST_LINES) {
        throw new IOException("its headers are broken, or too many");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new CertificateSource.Document(body(), maxAge(headers.get("cache-control")));
  }

  static @Nullable Long maxAge(@Nullable String cacheControl) {
    Matcher found = MAX_AGE.matcher(cacheControl == null ? "" : cacheControl);
    if (!found.find()) {
      return null;
    }
    return found.group(1) == null ? Long.valueOf(0) : Long.valueOf(found.group(1));
  }

  private byte[] body() throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return chunks();
    }
    String length = headers.get("content-length");
    if (length == null) {
      return bounded(in.readNBytes(maxSize + 1));
    }
    int size = size(length, 10);
    byte[] body = in.readNBytes(size);
    if (body.length < size) {
      throw new EOFException("it ended too early");
    }
    return body;
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      String head = line();
      int end = head.indexOf(';');
      int size = size((end < 0 ? head : head.substring(0, end)).strip(), 16);
      if (size == 0) {
        return body.toByteArray();
      }
      body.write(in.readNBytes(size));
      bounded(body.toByteArray());
      if (!line().isEmpty()) {
        throw new IOException("its chunks are broken");
      }
    }
  }

  private int size(String text, int radix) throws IOException {
    try {
      int size = text.length() > 9 ? -1 : Integer.parseInt(text, radix);
      if (size >= 0 && size <= maxSize) {
        return size;
      }
    } catch (NumberFormatException e) {
      throw new IOException("it does not say how long it is", e);
    }
    throw new IOException("it is longer than " + maxSize + " bytes");
  }

  private byte[] bounded(byte[] body) throws IOException {
    if (body.length > maxSize) {
      throw new IOException("it is longer than " + maxSize + " bytes");
    }
    return body;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("it ended too early");
      }
      if (line.size() == LONGEST_LINE) {
        throw new IOException("a line of it is too long");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }
}
