// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import org.jspecify.annotations.Nullable;

/**
 * What a URI with a host name asks for. Immutable.
 *
 * @param host lower case, without the final dot
 * @param port -1 when the URI names none
 * @param transport null when the URI names none
 * @param secure a sips URI
 */
record LookupQuestion(String host, int port, @Nullable String transport, boolean secure) {}
