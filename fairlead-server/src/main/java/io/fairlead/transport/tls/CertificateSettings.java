// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import io.fairlead.config.Setting;
import java.nio.file.Path;

/**
 * One certificate with its key. Immutable.
 *
 * @param cert PEM file: the certificate, then those between it and its root
 * @param key PEM file: its private key
 */
public record CertificateSettings(
    @Setting(doc = "PEM file with the certificate, followed by the intermediate ones.") Path cert,
    @Setting(doc = "PEM file with its private key, without a password.") Path key) {}
