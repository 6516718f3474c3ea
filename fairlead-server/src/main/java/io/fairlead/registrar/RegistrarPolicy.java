// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.registrar.auth.RegistrarAuthentication;
import io.fairlead.route.Router;
import java.util.Map;

/**
 * What a reload changes for the registrars: swapped on each loop by one command. Immutable.
 *
 * @param router the routes, first match wins
 * @param registrars their settings, by name
 * @param authentications what asks for passwords, by name; without one anybody may register
 */
public record RegistrarPolicy(
    Router router,
    Map<String, RegistrarSettings> registrars,
    Map<String, RegistrarAuthentication> authentications) {}
