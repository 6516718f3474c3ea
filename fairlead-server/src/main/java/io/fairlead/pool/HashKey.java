// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.balance.StableHash;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.transport.Flow;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What of a request decides where {@code hash} sends it. The mixing is fixed, so that all Fairlead
 * processes agree. A request that lacks the part is hashed by its Call-ID. Immutable.
 *
 * @param part which part
 * @param header the header's name, empty for all other parts
 */
public record HashKey(Part part, String header) {
  /** The parts a key can be made of. */
  public enum Part {
    CALL_ID("call-id"),
    FROM_USER("from-user"),
    TO_USER("to-user"),
    REQUEST_USER("request-user"),
    SOURCE_IP("source-ip"),
    HEADER("header:");

    private final String text;

    Part(String text) {
      this.text = text;
    }
  }

  /** The whole Call-ID: spreads calls, keeps all attempts of one together. */
  public static final HashKey CALL_ID = new HashKey(Part.CALL_ID, "");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static HashKey parse(String text) {
    for (Part part : Part.values()) {
      if (part != Part.HEADER && part.text.equals(text)) {
        return new HashKey(part, "");
      }
    }
    if (text.startsWith(Part.HEADER.text)) {
      String name = text.substring(Part.HEADER.text.length());
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > 0 && Ascii.isToken(bytes, 0, bytes.length)) {
        return new HashKey(Part.HEADER, name);
      }
    }
    throw new IllegalArgumentException("`" + text + "` is not " + expected());
  }

  /** What is accepted, for messages. */
  public static String expected() {
    return "one of call-id, from-user, to-user, request-user, source-ip, header:<Name>";
  }

  /** The key of a request. */
  public long of(SipRequest request, Flow flow) {
    return switch (part) {
      case CALL_ID -> callId(request);
      case FROM_USER -> user(request, request.first(HeaderName.FROM));
      case TO_USER -> user(request, request.first(HeaderName.TO));
      case REQUEST_USER -> user(request, request.uri());
      case SOURCE_IP -> source(flow);
      case HEADER -> header(request, request.first(header));
    };
  }

  /**
   * Who is called, or registers: the same for requests to one destination, whoever sends them.
   * Never 0.
   */
  public static long destination(SipRequest request) {
    int header = request.method() == Method.REGISTER ? request.first(HeaderName.TO) : -1;
    SipUri uri = header < 0 ? request.uri() : address(request, header);
    if (uri == null || !uri.hasUser()) {
      return 1;
    }
    return user(request, uri) | 1;
  }

  private static long callId(SipRequest request) {
    return StableHash.of(request.bytes(), request.callIdFrom(), request.callIdTo());
  }

  private static long header(SipRequest request, int i) {
    return i < 0
        ? callId(request)
        : StableHash.of(request.bytes(), request.valueStart(i), request.valueEnd(i));
  }

  // The two parsers live for this call only; the key is shared by all loops and cannot lend its
  // own.
  private static long user(SipRequest request, int header) {
    SipUri uri = header < 0 ? null : address(request, header);
    return uri == null ? callId(request) : user(request, uri);
  }

  private static @Nullable SipUri address(SipRequest request, int header) {
    NameAddr address = new NameAddr();
    SipUri uri = new SipUri();
    boolean readable =
        address.parse(request.bytes(), request.valueStart(header), request.valueEnd(header))
            && uri.parse(request.bytes(), address.uriFrom(), address.uriTo());
    return readable ? uri : null;
  }

  private static long user(SipRequest request, SipUri uri) {
    if (!uri.hasUser()) {
      return callId(request);
    }
    byte[] bytes = request.bytes();
    if (Ascii.indexOf(bytes, uri.userFrom(), uri.userTo(), '%') < 0) {
      return StableHash.of(bytes, uri.userFrom(), uri.userTo());
    }
    return StableHash.of(uri.user());
  }

  private static long source(Flow flow) {
    byte[] address = flow.remote().getAddress().getAddress();
    return StableHash.of(address, 0, address.length);
  }

  @Override
  public String toString() {
    return part.text + header;
  }
}
