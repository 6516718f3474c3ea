// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.sip.Ascii;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * One way to reach an address of record (RFC 3261 §10.3, RFC 5626). Arrays are shared, not copied;
 * nobody changes them. Immutable.
 *
 * @param id which binding it is: stays over renewals, never given twice while the process lives; 0
 *     for one that is not stored yet
 * @param contact the Contact URI, as registered
 * @param q preference in thousandths, 0 to 1000
 * @param path the Path header's values, joined by commas, topmost first; empty for none (RFC 3327)
 * @param device what sent the registration
 * @param renewal the REGISTER that made or renewed it last
 * @param origin the flow it was registered over
 * @param upstream the registrar behind us that holds it too
 */
public record Binding(
    long id,
    byte[] contact,
    int q,
    byte[] path,
    Device device,
    Renewal renewal,
    Origin origin,
    Upstream upstream) {
  /** An empty array, for what is absent. */
  public static final byte[] NONE = {};

  private static final byte[] SIP = {'s', 'i', 'p'};

  /**
   * True when a request can be sent to its Contact. Any URI may be registered (RFC 3261 §10.2.1),
   * but only sip and sips lead anywhere.
   */
  public boolean isCallable() {
    int colon = contact.length > 3 && (contact[3] | 0x20) == 's' ? 4 : 3;
    return contact.length > colon && contact[colon] == ':' && Ascii.equalsLower(contact, 0, 3, SIP);
  }

  /**
   * Where the headers of its Contact begin, or it ends: they have no place in a Request-URI (RFC
   * 3261 §19.1.1). A user may have a question mark too.
   */
  public int uriEnd() {
    int at = Ascii.indexOf(contact, 0, contact.length, '@');
    int mark = Ascii.indexOf(contact, Math.max(at, 0), contact.length, '?');
    return mark < 0 ? contact.length : mark;
  }

  /**
   * What sent a registration.
   *
   * @param instance the value of {@code +sip.instance} without quotes and angle brackets; empty for
   *     none
   * @param regId the {@code reg-id} (RFC 5626 §4.2), 0 for none
   * @param agent User-Agent, cut to a bounded length; empty for none
   */
  public record Device(byte[] instance, int regId, String agent) {
    /** Nothing known. */
    public static final Device UNKNOWN = new Device(NONE, 0, "");

    /**
     * True when it names that instance. A URN says the same in upper and lower case (RFC 5626 §4.1,
     * RFC 4122 §3), and devices do not always write it the same.
     */
    public boolean isInstance(byte[] bytes, int from, int to) {
      return instance.length > 0
          && Ascii.equalsAnyCase(instance, 0, instance.length, bytes, from, to);
    }
  }

  /**
   * The REGISTER that made or renewed a binding last.
   *
   * @param callIdHash a keyed or wide hash of its Call-ID; the same over restarts
   * @param cseq its CSeq number
   * @param atMs when it came, epoch milliseconds
   * @param expiresMs when the binding ends, epoch milliseconds
   */
  public record Renewal(long callIdHash, long cseq, long atMs, long expiresMs) {}

  /**
   * The flow a binding was registered over.
   *
   * @param listener the listener's name
   * @param transport {@code udp}, {@code tcp}, {@code tls}, {@code ws}, {@code wss}
   * @param remote the peer as seen on the wire
   * @param connection {@code Flow.connection}: 0 for UDP
   * @param nat the device sits behind NAT: only this flow reaches it
   * @param node the number of the Fairlead node that holds the flow; 0 when there is one node only
   */
  public record Origin(
      String listener,
      String transport,
      InetSocketAddress remote,
      long connection,
      boolean nat,
      int node) {}

  /**
   * The registrar behind us that holds a binding too.
   *
   * @param backend the backend's name; empty when we are the registrar
   * @param expiresMs until when it does, epoch milliseconds
   */
  public record Upstream(String backend, long expiresMs) {
    /** We are the registrar. */
    public static final Upstream NOBODY = new Upstream("", 0);
  }

  /** True when it still holds at that time, epoch milliseconds. */
  public boolean holds(long nowMs) {
    return renewal.expiresMs() > nowMs;
  }

  /** The same with another number. */
  public Binding withId(long newId) {
    return new Binding(newId, contact, q, path, device, renewal, origin, upstream);
  }

  /** The same, held by a registrar behind us. */
  public Binding withUpstream(Upstream next) {
    return new Binding(id, contact, q, path, device, renewal, origin, next);
  }

  /** True when both name the same instance, which must not be empty. */
  public boolean sameInstance(Binding other) {
    byte[] instance = other.device.instance();
    return device.isInstance(instance, 0, instance.length);
  }

  @Override
  public String toString() {
    return new String(contact, StandardCharsets.UTF_8) + " over " + origin;
  }
}
