// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.transport.tls.CertificateSettings;
import io.fairlead.transport.tls.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the pages about TLS, browsers and load balancers to what the program takes. */
class TransportGuidesTest {
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern FILE = Pattern.compile("[\\w./-]+\\.(?:pem|key)");
  private static final Pattern METER = Pattern.compile("`(fairlead_[a-z_]+)`");
  // What a page about listeners leaves out.
  private static final String ROUTES =
      "pools: { farm: { backends: [ sip:10.0.0.11:5061;transport=tls ] } }\nroutes: [ to: farm ]\n";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"tls", "browsers", "behind-load-balancers"})
  void theExamplesAreAccepted(String page) throws IOException {
    List<String> examples =
        YAML.matcher(page(page)).results().map((MatchResult block) -> block.group(1)).toList();
    assertThat(examples).isNotEmpty();
    Files.writeString(directory.resolve("users.yaml"), "alice: secret\n");
    for (String example : examples) {
      String whole = example.contains("\nroutes:") ? example : example + ROUTES;
      Plan.Result result =
          Plan.read(Files.writeString(directory.resolve("farm.yaml"), withFiles(whole)));

      assertThat(result.errors()).isEmpty();
      assertThat(result.warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tls", "browsers", "behind-load-balancers"})
  void everyMeterItNamesExists(String page) {
    List<String> known = Stream.of(Meter.values()).map(Meter::text).toList();
    List<String> named =
        METER.matcher(page(page)).results().map((MatchResult name) -> name.group(1)).toList();

    assertThat(named).isSubsetOf(known);
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

  private static String page(String name) {
    return Pages.read(Pages.file("docs/guide/" + name + ".md"));
  }
}
