// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import io.fairlead.config.Setting;
import java.nio.file.Path;

/**
 * Users from a file. Immutable.
 *
 * @param path the file
 */
public record FileUsersSettings(
    @Setting(
            shortForm = true,
            doc =
                "A YAML file of at most 1 MiB with a line such as `alice: secret` or"
                    + " `alice@example.com: { ha1: 0123... }` per user, relative to the"
                    + " configuration file. It is read again when it changes.")
        Path path) {}
