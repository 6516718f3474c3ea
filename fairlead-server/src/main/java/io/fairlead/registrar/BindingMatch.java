// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.sip.SipRequest;
import io.fairlead.sip.UriEquality;
import io.fairlead.store.Binding;
import java.util.Arrays;
import java.util.List;

/**
 * Which bindings a REGISTER means (RFC 3261 §10.3 step 7, RFC 5626 §6). A Contact means the binding
 *
 * <ol>
 *   <li>of the same device, which is the same instance with no other reg-id, and the same URI;
 *   <li>of the same device: it has a new address, so its old one is replaced and not piled up;
 *   <li>with the same URI, unless both name instances that differ: those are two devices;
 *   <li>without an instance on either side: one made under the same Call-ID for the same user part,
 *       where the request has only this Contact. RFC 3261 §10.2.4 has a device keep its Call-ID
 *       while it runs, so this is the device itself with a new address.
 * </ol>
 *
 * <p>Owned by one loop: one object serves request after request.
 */
final class BindingMatch {
  private static final int FREE = -1;
  private static final int REPLACED = -2;

  private final UriEquality uris = new UriEquality();
  private int[] takenBy = new int[16];

  /** Finds for each Contact its binding, and which bindings are replaced beside. */
  void match(
      SipRequest r, RegisterContactReader contacts, List<Binding> bindings, long callIdHash) {
    if (takenBy.length < bindings.size()) {
      takenBy = new int[bindings.size() * 2];
    }
    Arrays.fill(takenBy, 0, bindings.size(), FREE);
    boolean alone = contacts.count() == 1;
    for (int rank = 1; rank <= 4; rank++) {
      for (int c = 0; c < contacts.count(); c++) {
        RequestedContact wanted = contacts.get(c);
        for (int b = 0; b < bindings.size() && wanted.known < 0; b++) {
          if (takenBy[b] == FREE && means(r, wanted, bindings.get(b), rank, alone, callIdHash)) {
            wanted.known = b;
            takenBy[b] = c;
          }
        }
      }
    }
    replaceOthers(r, contacts, bindings);
  }

  private boolean means(
      SipRequest r,
      RequestedContact wanted,
      Binding known,
      int rank,
      boolean alone,
      long callIdHash) {
    return switch (rank) {
      case 1 -> sameDevice(r, wanted, known) && sameUri(r, wanted, known);
      case 2 -> sameDevice(r, wanted, known);
      case 3 -> !twoDevices(r, wanted, known) && sameUri(r, wanted, known);
      default ->
          alone
              && !wanted.hasInstance()
              && known.device().instance().length == 0
              && known.renewal().callIdHash() == callIdHash
              && uris.sameUser(
                  r.bytes(),
                  wanted.uriFrom,
                  wanted.uriTo,
                  known.contact(),
                  0,
                  known.contact().length);
    };
  }

  // A device that was met with and without reg-id may have left one binding of each kind.
  private void replaceOthers(SipRequest r, RegisterContactReader contacts, List<Binding> bindings) {
    for (int b = 0; b < bindings.size(); b++) {
      for (int c = 0; c < contacts.count() && takenBy[b] == FREE; c++) {
        if (sameDevice(r, contacts.get(c), bindings.get(b))) {
          takenBy[b] = REPLACED;
        }
      }
    }
  }

  private boolean sameUri(SipRequest r, RequestedContact wanted, Binding known) {
    byte[] contact = known.contact();
    return uris.same(r.bytes(), wanted.uriFrom, wanted.uriTo, contact, 0, contact.length);
  }

  private static boolean sameDevice(SipRequest r, RequestedContact wanted, Binding known) {
    int regId = known.device().regId();
    return wanted.hasInstance()
        && sameInstance(r, wanted, known)
        && (wanted.regId == regId || wanted.regId == 0 || regId == 0);
  }

  private static boolean twoDevices(SipRequest r, RequestedContact wanted, Binding known) {
    return wanted.hasInstance()
        && known.device().instance().length > 0
        && !sameDevice(r, wanted, known);
  }

  private static boolean sameInstance(SipRequest r, RequestedContact wanted, Binding known) {
    return known.device().isInstance(r.bytes(), wanted.instanceFrom, wanted.instanceTo);
  }

  /** True when the binding at that place is replaced though no Contact renews it. */
  boolean replaced(int binding) {
    return takenBy[binding] == REPLACED;
  }
}
