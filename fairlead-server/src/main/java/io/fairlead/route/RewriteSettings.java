// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import org.jspecify.annotations.Nullable;

/**
 * Changes of the request-URI. Immutable.
 *
 * @param user changes of its user
 * @param host the host, and the port if any, put in place of both
 */
public record RewriteSettings(
    @Setting(doc = "Changes of the user, that is, of the number.") UserRewrite user,
    @Setting(
            doc =
                "Puts this host in place of the request-URI's host and port: sip.example.com,"
                    + " sip.example.com:5070. It does not change where the request goes.")
        @Nullable String host) {
  /** Changes nothing. */
  public static final RewriteSettings NONE = new RewriteSettings(UserRewrite.NONE, null);

  public RewriteSettings {
    if (host != null && !SafeMessageText.hostPort(host)) {
      throw new SettingException(
          "host", "`" + host + "` is no host: write a name or an address, with a port if needed");
    }
  }

  /** True when nothing is changed. */
  public boolean isEmpty() {
    return host == null && user.isEmpty();
  }
}
