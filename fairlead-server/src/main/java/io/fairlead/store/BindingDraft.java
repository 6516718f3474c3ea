// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

/**
 * What a REGISTER says of one binding, as its record would have it, so that it can be compared with
 * the record there is without making objects of either. Its parts are given in the order of the
 * methods; {@link Bindings#renew} adds the rest.
 *
 * <p>Owned by one loop: one object takes request after request.
 */
public final class BindingDraft {
  private final RecordWriter out = new RecordWriter();
  private int flagsAt;

  /** Begins another one: whose it is, and the flow it came by. */
  public void begin(AddressOfRecord aor, Binding.Origin origin) {
    out.clear();
    BindingCodec.head(aor, 0, origin, out);
  }

  /** The Contact URI, and the preference in thousandths. */
  public void contact(byte[] bytes, int from, int to, int q) {
    flagsAt = out.length();
    out.put1(0);
    out.block(bytes, from, to);
    out.varint(q);
  }

  /** As {@link Binding#path} has it. */
  public void path(byte[] path) {
    out.block(path);
  }

  /** The instance without quotes and angle brackets, empty for none, and the reg-id. */
  public void device(byte[] bytes, int from, int to, int regId) {
    if (BindingCodec.pack(bytes, from, to, out)) {
      out.bytes()[flagsAt] = BindingCodec.UUID;
    } else {
      out.block(bytes, from, to);
    }
    out.varint(regId);
  }

  /** The User-Agent, cut to what is kept. */
  public void agent(byte[] bytes, int from, int to) {
    out.block(bytes, from, to);
  }

  /** The record as far as it is known; borrowed. */
  byte[] bytes() {
    return out.bytes();
  }

  int length() {
    return out.length();
  }

  /** Makes it the record of the binding with that id, which we alone hold. */
  void complete(long id, Binding.Renewal renewal) {
    out.put8(BindingCodec.ID_AT, id);
    BindingCodec.write(renewal, out);
  }
}
