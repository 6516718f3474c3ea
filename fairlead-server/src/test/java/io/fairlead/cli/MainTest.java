// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private static final String FARM =
      """
      listeners:
        - udp://127.0.0.1:0
      pools:
        farm:
          health: off
          backends:
            - sip:127.0.0.31:5060
            - sip:127.0.0.32:5060
      routes:
        - to: farm
      """;

  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void printsTheVersion() {
    assertThat(run("version")).isZero();
    assertThat(out()).startsWith("fairlead " + Version.number() + " (Java 25");
  }

  @Test
  void theVersionIsThatOfTheBuild() throws IOException {
    assertThat(Files.readString(Path.of("../pom.xml")))
        .contains(
            "<artifactId>fairlead</artifactId>\n  <version>" + Version.number() + "</version>");
  }

  @Test
  void listsWhatCanBeChosen() {
    for (String what : new String[] {"balancers", "checks", "transports"}) {
      out.reset();
      assertThat(run("list", what)).as(err()).isZero();
      assertThat(out().lines().count()).as(what).isGreaterThanOrEqualTo(2);
      assertThat(out()).startsWith("NAME").contains("WHAT IT DOES");
    }
    assertThat(out()).contains("udp");
  }

  @Test
  void importsTheListOfAnotherBalancer() throws IOException {
    Path list =
        Files.writeString(directory.resolve("dispatcher.list"), "1 sip:10.0.0.11 0 0 duid=a\n");
    assertThat(run("import", "kamailio", list.toString(), "--algorithm=4")).as(err()).isZero();
    assertThat(out()).contains("Made of dispatcher.list", "round-robin", "name: a");

    Path made = Files.writeString(directory.resolve("made.yaml"), out());
    assertThat(run("check", made.toString())).as(err()).isZero();
  }

  @Test
  void saysWhatIsWrongWithTheListAndPrintsNoConfiguration() throws IOException {
    Path list = Files.writeString(directory.resolve("dispatcher.list"), "1 10.0.0.11\n");
    assertThat(run("import", "kamailio", list.toString())).isEqualTo(Main.FAILED);
    assertThat(err()).contains("dispatcher.list:1:3: expected a SIP URI");
    assertThat(out()).isEmpty();
    assertThat(run("import", "opensips", directory.resolve("none").toString()))
        .isEqualTo(Main.FAILED);
    assertThat(run("import", "freeswitch", list.toString(), "--gateways", "none"))
        .isEqualTo(Main.FAILED);
  }

  @Test
  void importKnowsThreeProgramsAndChecksItsOptions() throws IOException {
    Path list = Files.writeString(directory.resolve("dispatcher.list"), "1 sip:10.0.0.11\n");
    assertThat(run("import")).isEqualTo(Main.USAGE);
    assertThat(err()).contains("kamailio, opensips or freeswitch");
    assertThat(run("import", "asterisk", list.toString())).isEqualTo(Main.USAGE);
    assertThat(run("import", "kamailio", list.toString(), "--algorithm", "16"))
        .isEqualTo(Main.USAGE);
    assertThat(run("import", "kamailio", list.toString(), "--listen", "example.com"))
        .isEqualTo(Main.USAGE);
  }

  @Test
  void runsAFileAloneAsItDoesWithOptions() {
    String absent = directory.resolve("absent.yaml").toString();
    assertThat(run("run", absent)).isEqualTo(Main.FAILED);
    String said = err();
    assertThat(said).contains("absent.yaml", "1 error");

    err.reset();
    assertThat(run("run", "--no-watch", absent)).isEqualTo(Main.FAILED);
    assertThat(err()).isEqualTo(said);
  }

  @Test
  void takesNoOptionForAFile() {
    assertThat(run("run", "--help")).isZero();
    assertThat(out()).contains("--no-watch");
  }

  @Test
  void suggestsTheCommandThatWasMeant() {
    assertThat(run("chekc", "x.yaml")).isEqualTo(Main.USAGE);
    assertThat(err()).contains("check").contains("Usage: fairlead").contains("fairlead --help");
    assertThat(out()).isEmpty();
  }

  @Test
  void asksForACommandWhenThereIsNone() {
    assertThat(run()).isEqualTo(Main.USAGE);
    assertThat(err())
        .contains("Which command?")
        .contains(
            "run, check, explain, demo, status, top, limits, drain, undrain, maintenance, ready,")
        .contains("bans, reload, list, import, certs, version");
  }

  @Test
  void saysHowACommandIsUsedWhenArgumentsAreWrong() {
    assertThat(run("check")).isEqualTo(Main.USAGE);
    assertThat(err()).contains("FILE").contains("Usage: fairlead check");
    assertThat(run("list", "nothing")).isEqualTo(Main.USAGE);
    assertThat(run("demo", "--seconds", "2")).isEqualTo(Main.USAGE);
    assertThat(run("demo", "--rate", "0")).isEqualTo(Main.USAGE);
    assertThat(run("run", "--nope")).isEqualTo(Main.USAGE);
  }

  @Test
  void helpsWithEveryCommand() {
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("run").contains("check").contains("demo");
    for (String command :
        new String[] {"run", "check", "explain", "demo", "list", "certs", "version"}) {
      out.reset();
      assertThat(run(command, "--help")).as(command).isZero();
      assertThat(out()).contains("Usage: fairlead " + command);
    }
  }

  @Test
  void printsPlainAscii() {
    run("--help");
    run("list", "balancers");
    run("list", "transports");
    assertThat(out()).doesNotContain("\u001b").matches("\\A\\p{ASCII}*\\z");
  }

  @Test
  void checksAGoodFile() throws IOException {
    Path file = write("good.yaml", FARM);
    assertThat(run("check", file.toString())).as(err()).isZero();
    assertThat(out()).contains("good.yaml: ok");
  }

  @Test
  void makesACertificateForAFirstTry() throws IOException {
    Path folder = directory.resolve("certs");
    String[] make = {
      "certs", "self-signed", "--name", "sip.example.com", "127.0.0.1", "--out", folder.toString()
    };
    assertThat(run(make)).as(err()).isZero();
    assertThat(err()).contains("NOT FOR PRODUCTION");
    Path key = folder.resolve("self-signed.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    String listener = "listeners:\n  - bind: tls://127.0.0.1:0\n    " + out().strip() + "\n";
    Path file = write("tls.yaml", listener);
    assertThat(run("check", file.toString())).as(err()).isZero();
    out.reset();
    assertThat(run("certs", file.toString())).as(err()).isZero();
    assertThat(out()).contains("sip.example.com 127.0.0.1");

    String before = Files.readString(key);
    assertThat(run(make)).isEqualTo(Main.FAILED);
    assertThat(err()).contains("is there already");
    assertThat(Files.readString(key)).isEqualTo(before);
    Files.writeString(key, "nothing");
    assertThat(run("check", file.toString())).isEqualTo(Main.FAILED);
    assertThat(err()).contains("listeners[0].tls.certificates[0]: " + key + ": no private key");
  }

  @Test
  void printsEveryErrorOfABadFile() throws IOException {
    Path file = write("bad.yaml", FARM.replace("pools:", "poools:").replace("- to:", "- too:"));
    assertThat(run("check", file.toString())).isEqualTo(Main.FAILED);
    assertThat(err())
        .contains("bad.yaml:3:1")
        .contains("poools")
        .contains("bad.yaml:10:5")
        .contains("errors");
    assertThat(out()).isEmpty();
  }

  @Test
  void saysWhenThereIsNoSuchFile() {
    assertThat(run("check", directory.resolve("none.yaml").toString())).isEqualTo(Main.FAILED);
    assertThat(err()).contains("none.yaml").contains("no such file");
    assertThat(run("run", directory.resolve("none.yaml").toString())).isEqualTo(Main.FAILED);
  }

  @Test
  void explainsAMessageWrittenWithAnEditor() throws IOException {
    Path file = write("good.yaml", FARM);
    Path message =
        write(
            "invite.sip",
            """
            INVITE sip:3000@example.com SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK1
            Max-Forwards: 70
            From: <sip:alice@example.com>;tag=1
            To: <sip:3000@example.com>
            Call-ID: 1
            CSeq: 1 INVITE
            Content-Length: 0

            """);
    assertThat(run("explain", file.toString(), message.toString(), "--source", "192.0.2.7:5060"))
        .as(err())
        .isZero();
    assertThat(out()).isNotBlank();
    assertThat(run("explain", file.toString(), directory.resolve("none.sip").toString()))
        .isEqualTo(Main.FAILED);
  }

  @Test
  void givesHeadersTheirLineEndsAndLeavesTheBodyAlone() {
    assertThat(crlf("A x\nB: 1\n\nbody\nbody\n")).isEqualTo("A x\r\nB: 1\r\n\r\nbody\nbody\n");
    assertThat(crlf("A x\nB: 1")).isEqualTo("A x\r\nB: 1\r\n\r\n");
    assertThat(crlf("A x\r\nB: 1\r\n\r\nb\n\n")).isEqualTo("A x\r\nB: 1\r\n\r\nb\n\n");
  }

  private static String crlf(String text) {
    return new String(ExplainCommand.withCrLf(text.getBytes(UTF_8)), UTF_8);
  }

  private int run(String... args) {
    return Main.execute(args, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }
}
