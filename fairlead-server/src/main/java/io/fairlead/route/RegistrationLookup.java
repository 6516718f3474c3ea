// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipUri;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Bindings;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Which users are registered where, as far as routes ask; reads the bindings. Immutable. */
public final class RegistrationLookup {
  /** Nobody is registered anywhere. */
  public static final RegistrationLookup NONE =
      new RegistrationLookup(null, () -> 0, Map.of(), (registrar, aor) -> false);

  private static final byte[] GR = "gr".getBytes(StandardCharsets.US_ASCII);

  private final @Nullable Bindings bindings;
  private final LongSupplier clockMs;
  private final BiPredicate<String, AddressOfRecord> elsewhere;
  private final Map<String, byte[][]> domains = new HashMap<>();

  /**
   * @param bindings all bindings
   * @param clockMs epoch milliseconds
   * @param domains those of each registrar, by its name
   * @param elsewhere tells whether a user of a registrar belongs to another node: only that knows
   *     whether it is registered
   */
  public RegistrationLookup(
      @Nullable Bindings bindings,
      LongSupplier clockMs,
      Map<String, List<String>> domains,
      BiPredicate<String, AddressOfRecord> elsewhere) {
    this.bindings = bindings;
    this.clockMs = clockMs;
    this.elsewhere = elsewhere;
    domains.forEach((registrar, names) ->
        this.domains.put(
            registrar,
            names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new)));
  }

  /** True when the URI is an address of record of that registrar that has a binding. */
  boolean has(String registrar, SipUri uri) {
    Bindings all = bindings;
    if (all == null || !uri.hasUser() || !serves(registrar, uri)) {
      return false;
    }
    if (uri.hasParam(GR) && uri.paramFrom() == uri.paramTo()) {
      // A temporary GRUU (RFC 5627 §3.1.2): only the registrar that made it can tell whose it is.
      return true;
    }
    AddressOfRecord aor = AddressOfRecord.of(uri);
    return aor != null && (all.has(aor, clockMs.getAsLong()) || elsewhere.test(registrar, aor));
  }

  /** True when the URI's host is one of the registrar's domains. */
  boolean serves(String registrar, SipUri uri) {
    byte[][] names = domains.get(registrar);
    if (names == null || !uri.isSip()) {
      return false;
    }
    for (byte[] name : names) {
      if (Ascii.equalsLower(uri.bytes(), uri.hostFrom(), uri.hostTo(), name)) {
        return true;
      }
    }
    return false;
  }
}
