// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.util.List;
import java.util.stream.Stream;

/** What each policy means (RFC 9325 §3.1, §4.2). */
final class TlsPolicies {
  private static final List<String> OF_13 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
  private static final List<String> OF_12 =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private TlsPolicies() {}

  static String[] protocols(TlsPolicy policy) {
    return switch (policy) {
      case MODERN -> new String[] {"TLSv1.3"};
      case INTERMEDIATE -> new String[] {"TLSv1.3", "TLSv1.2"};
    };
  }

  static List<String> suites(TlsPolicy policy) {
    return switch (policy) {
      case MODERN -> OF_13;
      case INTERMEDIATE -> Stream.concat(OF_13.stream(), OF_12.stream()).toList();
    };
  }
}
