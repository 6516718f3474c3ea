// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.transport.tls.CertificateSettings;
import io.fairlead.transport.tls.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the pages about TLS, browsers and load balancers to what the program takes. */
class TransportGuidesTest {
  private static final Pattern FILE = Pattern.compile("[\\w./-]+\\.(?:pem|key)");
  // What a page about listeners leaves out.
  private static final String ROUTES =
      "pools: { farm: { backends: [ sip:10.0.0.11:5061;transport=tls ] } }\nroutes: [ to: farm ]\n";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"tls", "browsers", "behind-load-balancers"})
  void theExamplesAreAccepted(String page) throws IOException {
    List<String> examples = new GuidePage(page).examples();
    for (String example : examples) {
      GuidePage.accepted(directory, withFiles(whole(example, examples.getFirst())));
    }
  }

  // Routes alone take the place of those of the complete configuration.
  private static String whole(String example, String complete) {
    if (example.startsWith("routes:")) {
      return complete.substring(0, complete.indexOf("routes:"))
          + example
          + complete.substring(complete.indexOf("pools:"));
    }
    return example.contains("\nroutes:") ? example : example + ROUTES;
  }

  // Certificates and keys that the page names are those of one pair.
  private String withFiles(String example) throws IOException {
    TestCertificates certificates = new TestCertificates(directory);
    CertificateSettings pair = certificates.of("one", "sip.example.com");
    return FILE.matcher(example)
        .replaceAll((MatchResult file) ->
            (file.group().endsWith(".key") || file.group().endsWith("/key.pem")
                    ? pair.key()
                    : file.group().endsWith("-ca.pem") ? certificates.authorities() : pair.cert())
                .toString());
  }
}
