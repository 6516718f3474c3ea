// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where {@code fairlead status} and its like reach a running Fairlead. Immutable. */
public record ControlSettings(
    @Setting(
            doc =
                "The socket file; its folder is made when it is not there. Without it: PID.sock in"
                    + " $XDG_RUNTIME_DIR/fairlead, else in /run/fairlead, else in fairlead-UID of"
                    + " the folder for temporary files. Only the user that runs Fairlead, and root,"
                    + " can use it.")
        @Nullable Path socket) {
  /** What the kernel takes. */
  private static final int LONGEST = 107;

  public ControlSettings {
    if (socket != null && tooLong(socket)) {
      throw new SettingException("socket", expected(socket));
    }
  }

  static boolean tooLong(Path socket) {
    return length(socket) > LONGEST;
  }

  static String expected(Path socket) {
    return "expected a path of at most " + LONGEST + " bytes, not " + length(socket);
  }

  private static int length(Path socket) {
    return socket.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
