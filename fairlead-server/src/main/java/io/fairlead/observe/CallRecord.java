// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import io.fairlead.net.SourceKey;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the call log will say of one call, registration or other request. Filled along the way by
 * whoever learns something, then given to {@link CallLog#write}. Texts of the peer are copied, cut
 * at {@link #LONGEST} bytes, into one array.
 *
 * <p>Owned by one loop.
 */
public final class CallRecord {
  /** What it is about. */
  public enum Kind {
    /** An INVITE that starts a dialog, and the call that came of it. */
    CALL("call"),
    /** A REGISTER relayed. */
    REGISTRATION("registration"),
    /** Any other request outside a dialog. */
    REQUEST("request");

    final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  /** Who ended an answered call. */
  public enum EndedBy {
    CALLER("caller"),
    CALLEE("callee"),
    REAPED("reaped"),
    BACKEND_LOST("backend-lost"),
    /** Fairlead itself; the cause says why. */
    PROXY("proxy"),
    SHUTDOWN("shutdown");

    final String text;

    EndedBy(String text) {
      this.text = text;
    }
  }

  /** No more of a peer's text is kept, so that a hostile one costs little. */
  static final int LONGEST = 256;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final byte[] CUT = {'.', '.', '.'};
  private static final long UNKNOWN = Long.MIN_VALUE;

  final Kind kind;
  final long startedNs;
  byte[] text = new byte[128];
  int callIdTo;
  int fromTo;
  int toTo;
  byte[] sourceAddress = {};
  int sourcePort;
  String method = "";
  @Nullable String route;
  @Nullable String pool;
  @Nullable String rule;
  @Nullable String backend;
  int tries;
  int status;
  RefusalCause cause = RefusalCause.NONE;
  FailureBlame blame = FailureBlame.NONE;
  private long ringingNs = UNKNOWN;
  private long finalNs = UNKNOWN;
  private long endedNs = UNKNOWN;
  @Nullable EndedBy endedBy;
  @Nullable MediaRecord media;
  private boolean connected;
  private boolean mediaAwaited;
  private @Nullable Consumer<CallRecord> waiting;

  /**
   * @param kind what it is about
   * @param nowNs when the request arrived, on the loop's clock
   */
  public CallRecord(Kind kind, long nowNs) {
    this.kind = kind;
    this.startedNs = nowNs;
  }

  /** The Call-ID. To be given before {@link #from} and {@link #to}. */
  public CallRecord callId(byte[] bytes, int from, int to) {
    callIdTo = put(0, bytes, from, to);
    fromTo = callIdTo;
    toTo = callIdTo;
    return this;
  }

  /**
   * User and host of the From URI; an empty user range for a URI without one. A password is between
   * them and stays out.
   */
  public CallRecord from(byte[] bytes, int userFrom, int userTo, int hostFrom, int hostTo) {
    fromTo = putAddress(callIdTo, bytes, userFrom, userTo, hostFrom, hostTo);
    toTo = fromTo;
    return this;
  }

  /** User and host of the To URI, as for {@link #from}; to be given behind it. */
  public CallRecord to(byte[] bytes, int userFrom, int userTo, int hostFrom, int hostTo) {
    toTo = putAddress(fromTo, bytes, userFrom, userTo, hostFrom, hostTo);
    return this;
  }

  /** Where the request came from. */
  public CallRecord source(InetSocketAddress peer) {
    sourceAddress = peer.getAddress().getAddress();
    sourcePort = peer.getPort();
    return this;
  }

  /** The method as written. */
  public CallRecord method(String name) {
    method = name;
    return this;
  }

  /** The route that matched. */
  public CallRecord route(@Nullable String name) {
    route = name;
    return this;
  }

  /** The pool asked last. */
  public CallRecord pool(@Nullable String name) {
    pool = name;
    return this;
  }

  /** The backend tried last; counts the try. */
  public CallRecord tried(String name) {
    backend = name;
    tries++;
    return this;
  }

  /** The backend whose answer counts, when it is not the one tried last. */
  public CallRecord backend(String name) {
    backend = name;
    return this;
  }

  /** Why Fairlead itself decided something. */
  public CallRecord cause(RefusalCause why) {
    cause = why;
    return this;
  }

  /** The rule of the guard that decided something. */
  public CallRecord rule(String name) {
    rule = name;
    return this;
  }

  /** Whose fault a failure was; that a backend is to blame counts more than anything else. */
  public CallRecord blame(FailureBlame why) {
    if (why != FailureBlame.NONE && (blame == FailureBlame.NONE || why.onBackend())) {
      blame = why;
    }
    return this;
  }

  /** The first 18x passed to the caller; later ones change nothing. */
  public CallRecord ringing(long nowNs) {
    if (ringingNs == UNKNOWN) {
      ringingNs = nowNs;
    }
    return this;
  }

  /** The final answer given to the caller. */
  public CallRecord answered(int finalStatus, long nowNs) {
    status = finalStatus;
    finalNs = nowNs;
    return this;
  }

  /** The end of an answered call. */
  public CallRecord ended(EndedBy who, long nowNs) {
    endedBy = who;
    endedNs = nowNs;
    return this;
  }

  /** What became of its media. */
  public CallRecord media(MediaRecord what) {
    media = what;
    return this;
  }

  /** What became of its media will be known later: {@link #mediaKnown} follows. */
  public void awaitMedia() {
    mediaAwaited = true;
  }

  /** What became of its media is known, or never will be. Who waits for that is told. */
  public void mediaKnown() {
    mediaAwaited = false;
    Consumer<CallRecord> then = waiting;
    waiting = null;
    if (then != null) {
      then.accept(this);
    }
  }

  /** True while what became of its media is still to be told. */
  public boolean isMediaAwaited() {
    return mediaAwaited;
  }

  /** Tells when all of it is known: now, or with {@link #mediaKnown}. */
  public void whenKnown(Consumer<CallRecord> then) {
    if (mediaAwaited) {
      waiting = then;
    } else {
      then.accept(this);
    }
  }

  /** The request came over a connection. */
  public CallRecord connected(boolean is) {
    connected = is;
    return this;
  }

  /** Whether the request came over a connection, so that its source is no invention. */
  public boolean isConnected() {
    return connected;
  }

  /** What it is about. */
  public Kind kind() {
    return kind;
  }

  /** Where the request came from, as {@link SourceKey} makes it; 0 when that is not known. */
  public long sourceKey() {
    return switch (sourceAddress.length) {
      case 4 -> SourceKey.of(0, 0xffffL << 32 | (int) INT.get(sourceAddress, 0) & 0xffffffffL);
      case 16 -> SourceKey.of((long) LONG.get(sourceAddress, 0), (long) LONG.get(sourceAddress, 8));
      default -> 0;
    };
  }

  /** A hash of user and host of the To URI. */
  public long toHash() {
    long hash = 0;
    for (int i = fromTo; i < toTo; i++) {
      hash = hash * 31 + text[i];
    }
    return hash;
  }

  /** The final status given to the caller so far, 0 for none. */
  public int status() {
    return status;
  }

  /** Why Fairlead itself decided something, so far. */
  public RefusalCause cause() {
    return cause;
  }

  /** True unless it was answered with success and ended in the ordinary way. */
  public boolean failed() {
    return status < 200
        || status >= 300
        || cause != RefusalCause.NONE
        || endedBy == EndedBy.BACKEND_LOST;
  }

  /** Method and Call-ID, which say whose it is. */
  public String title() {
    return method + " " + new String(text, 0, callIdTo, StandardCharsets.ISO_8859_1);
  }

  /** Milliseconds from request to final answer, or -1. */
  long setupMs() {
    return since(startedNs, finalNs);
  }

  /** Milliseconds from request to the first ringing, or -1. */
  long ringingMs() {
    return since(startedNs, ringingNs);
  }

  /** Milliseconds from answer to end, or -1. */
  long durationMs() {
    return finalNs == UNKNOWN ? -1 : since(finalNs, endedNs);
  }

  private static long since(long fromNs, long toNs) {
    return toNs == UNKNOWN ? -1 : Math.max(0, (toNs - fromNs) / 1_000_000);
  }

  private int putAddress(int at, byte[] bytes, int userFrom, int userTo, int hostFrom, int hostTo) {
    int end = at;
    if (userTo > userFrom) {
      end = put(end, bytes, userFrom, userTo);
      room(end, 1);
      text[end++] = '@';
    }
    return put(end, bytes, hostFrom, hostTo);
  }

  private int put(int at, byte[] bytes, int from, int to) {
    int length = Math.max(0, Math.min(to - from, LONGEST));
    room(at, length + CUT.length);
    System.arraycopy(bytes, from, text, at, length);
    if (to - from <= LONGEST) {
      return at + length;
    }
    System.arraycopy(CUT, 0, text, at + length, CUT.length);
    return at + length + CUT.length;
  }

  private void room(int at, int more) {
    if (at + more > text.length) {
      text = Arrays.copyOf(text, Math.max(text.length * 2, at + more));
    }
  }
}
