// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code openssl s_client} sees of Fairlead. Immutable. */
record Handshakes(InetSocketAddress address) {
  private static final Pattern AGREED = Pattern.compile("New, ([^,]+), Cipher is");

  /** One handshake with these arguments; all that was printed. */
  String shake(String... arguments) {
    List<String> command = new ArrayList<>(List.of(Program.require("openssl", "openssl")));
    command.addAll(List.of("s_client", "-connect", Loopback.text(address), "-showcerts"));
    command.addAll(List.of(arguments));
    Program openssl = Program.start("s_client", Program.directory("s_client"), command);
    openssl.await(Duration.ofSeconds(30));
    return openssl.read("output");
  }

  /**
   * The version both sides agreed on, as {@code TLSv1.3}; {@code (NONE)} when they did not, or when
   * Fairlead ended the handshake with an alert.
   */
  String version(String... arguments) {
    String output = shake(arguments);
    Matcher agreed = AGREED.matcher(output);
    if (!agreed.find()) {
      throw new AssertionError("No handshake at all\n" + output);
    }
    return output.contains("SSL alert number") ? "(NONE)" : agreed.group(1);
  }
}
