// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallLogTest {
  private static final long NOW = 1_795_353_723_123L;
  private static final LogSettings TEXT = settings(LogSettings.Format.TEXT, LogSettings.Calls.ON);

  /** Every field, in order. */
  static final String[] FIELDS =
      ("time kind call-id from to source method route pool backend tries status flag cause fault"
           + " evidence ringing-ms setup-ms duration ended-by media media-why codec streams kernel"
           + " caller-packets caller-lost caller-jitter-ms caller-mos callee-packets callee-lost"
           + " callee-jitter-ms callee-mos rtt-ms one-way media-silent")
          .split(" ");

  @TempDir Path directory;

  @Test
  void writesAnAnsweredCallAsText() {
    assertThat(text(answered()))
        .isEqualTo(
            "time=2026-11-22T13:22:03.123Z kind=call call-id=abc@host from=alice@a.example"
                + " to=+4930@b.example source=192.0.2.7:5062 method=INVITE route=all pool=farm"
                + " backend=fs2 tries=2 status=200 flag=- ringing-ms=40 setup-ms=1500"
                + " duration=61.007 ended-by=callee\n");
  }

  @Test
  void writesAnAnsweredCallAsJson() {
    assertThat(json(answered()))
        .isEqualTo(
            "{\"time\":\"2026-11-22T13:22:03.123Z\",\"kind\":\"call\",\"call-id\":\"abc@host\","
                + "\"from\":\"alice@a.example\",\"to\":\"+4930@b.example\","
                + "\"source\":\"192.0.2.7:5062\",\"method\":\"INVITE\",\"route\":\"all\","
                + "\"pool\":\"farm\",\"backend\":\"fs2\",\"tries\":2,\"status\":200,\"flag\":\"-\","
                + "\"ringing-ms\":40,\"setup-ms\":1500,\"duration\":61.007,"
                + "\"ended-by\":\"callee\"}\n");
  }

  @Test
  void saysWhoseFaultItWasABackendsRatherThanAnothers() {
    CallRecord record = answered().blame(FailureBlame.NOT_COMPARED).blame(FailureBlame.SILENT);
    assertThat(text(record.blame(FailureBlame.FAILED_EVERYWHERE)))
        .contains("flag=- fault=backend evidence=silent ringing-ms=40");
    assertThat(text(answered().blame(FailureBlame.NONE))).doesNotContain("fault=", "evidence=");
  }

  private static MediaRecord media() {
    return new MediaRecord(
        "relay",
        null,
        "PCMA/8000",
        2,
        true,
        new MediaRecord.Direction(3050, 2, 1250, -1, 43, 0),
        new MediaRecord.Direction(3040, 0, 800, 42_500, 44, 7),
        "caller",
        "callee",
        "AEAD_AES_128_GCM",
        "AES_CM_128_HMAC_SHA1_80",
        0);
  }

  @Test
  void saysWhatBecameOfTheMedia() {
    assertThat(text(answered().media(media())))
        .endsWith(
            " ended-by=callee media=relay codec=PCMA/8000 streams=2 kernel=yes"
                + " caller-srtp=AEAD_AES_128_GCM callee-srtp=AES_CM_128_HMAC_SHA1_80"
                + " caller-packets=3050 caller-lost=2 caller-jitter-ms=1.250 caller-mos=4.3"
                + " callee-packets=3040 callee-lost=0 callee-jitter-ms=0.800 callee-mos=4.4"
                + " callee-dropped=7"
                + " rtt-ms=42.500 one-way=caller media-silent=callee\n");
    assertThat(json(answered().media(media())))
        .contains("\"caller-lost\":2,\"caller-jitter-ms\":1.250,\"caller-mos\":4.3,");
    assertThat(text(answered().media(MediaRecord.untouched("no session"))))
        .endsWith(" ended-by=callee media=bypass media-why=\"no session\"\n");
  }

  @Test
  void aDirectionWithoutPacketsHasNoFiguresButWhatWasNotTaken() {
    MediaRecord.Direction strangers = new MediaRecord.Direction(0, 0, 0, -1, 0, 12);
    MediaRecord only =
        new MediaRecord("rtp1", null, "", 1, false, strangers, null, null, null, "", "", 1);
    assertThat(text(answered().media(only)))
        .endsWith(" media=rtp1 caller-packets=0 caller-dropped=12 media-reanchored=1\n");
    MediaRecord.Direction none = new MediaRecord.Direction(0, 0, 0, -1, 0, 0);
    MediaRecord media =
        new MediaRecord("rtp1", null, "", 1, false, none, null, null, null, "", "", 0);
    assertThat(text(answered().media(media))).endsWith(" media=rtp1 caller-packets=0\n");
  }

  @Test
  void waitsForWhatBecameOfTheMedia() {
    List<CallRecord> written = new ArrayList<>();
    CallRecord record = answered();
    record.awaitMedia();
    record.whenKnown(written::add);
    assertThat(written).isEmpty();
    record.mediaKnown();
    record.mediaKnown();
    assertThat(written).containsExactly(record);
    answered().whenKnown(written::add);
    assertThat(written).hasSize(2);
  }

  @Test
  void keepsTheOrderOfTheFields() {
    String line =
        text(
            answered()
                .cause(RefusalCause.CALL_REAPED)
                .blame(FailureBlame.BETTER_ELSEWHERE)
                .media(media()));
    int at = 0;
    for (String field : FIELDS) {
      if (field.equals("media-why")) {
        continue;
      }
      int found = line.indexOf(field + "=", at);
      assertThat(found).as(field).isNotNegative();
      at = found;
    }
  }

  @Test
  void saysWhyARequestWasRefusedAndLeavesOutWhatThereIsNot() {
    CallRecord record =
        record(CallRecord.Kind.CALL, "abc", "", "a.example")
            .method("INVITE")
            .cause(RefusalCause.NO_ROUTE)
            .answered(404, 0);
    assertThat(text(record))
        .isEqualTo(
            "time=2026-11-22T13:22:03.123Z kind=call call-id=abc from=a.example to=a.example"
                + " method=INVITE tries=0 status=404 flag=NR cause=\"no route matches\""
                + " setup-ms=0\n");
  }

  @Test
  void quotesAndEscapesWhatAPeerWrote() {
    CallRecord record =
        record(
            CallRecord.Kind.REQUEST,
            "a b=\"c\\\r\n\u0000\u001b[2J\u009b\u202e",
            "jürgen",
            "ex.net");
    assertThat(text(record))
        .contains("call-id=\"a b=\\\"c\\\\\\r\\n\\u0000\\u001b[2J\\u009b\\u202e\"")
        .contains("from=jürgen@ex.net");
    assertThat(json(record))
        .contains("\"call-id\":\"a b=\\\"c\\\\\\r\\n\\u0000\\u001b[2J\\u009b\\u202e\"");
  }

  @Test
  void writesBytesThatAreNotUtf8SoThatTheLineIs() {
    byte[] bytes = "x\u00ff\u00c3y".getBytes(ISO_8859_1);
    CallRecord record =
        new CallRecord(CallRecord.Kind.CALL, 0).callId(bytes, 0, bytes.length).method("INVITE");
    assertThat(text(record)).contains("call-id=\"x\\xff\\xc3y\"");
    assertThat(json(record)).contains("\"call-id\":\"x\\u00ff\\u00c3y\"");
  }

  @Test
  void cutsWhatIsTooLong() {
    CallRecord record = record(CallRecord.Kind.CALL, "i".repeat(60_000), "u", "h");
    assertThat(text(record)).contains("call-id=" + "i".repeat(256) + "... from=u@h");
  }

  @Test
  void writesIpv6SourcesShortened() throws Exception {
    assertThat(text(from("2001:db8:0:0:1:0:0:1"))).contains("source=[2001:db8::1:0:0:1]:5060");
    assertThat(text(from("::1"))).contains("source=[::1]:5060");
    assertThat(text(from("fe80::"))).contains("source=[fe80::]:5060");
    assertThat(text(from("1:2:3:4:5:6:7:8"))).contains("source=[1:2:3:4:5:6:7:8]:5060");
  }

  @Test
  void writesLeapDaysAndYearEnds() {
    LogLine line = new LogLine();
    for (String time :
        new String[] {
          "2024-02-29T23:59:59.999Z", "2027-01-01T00:00:00.000Z", "1970-01-01T00:00:00.001Z"
        }) {
      line.start(false);
      line.time("time", java.time.Instant.parse(time).toEpochMilli());
      assertThat(new String(line.bytes(), 0, line.length(), UTF_8)).isEqualTo("time=" + time);
    }
  }

  @Test
  void logsOnlyWhatTheSettingsWant() {
    LogSettings failed = settings(LogSettings.Format.TEXT, LogSettings.Calls.FAILED);
    CallRecord busy = new CallRecord(CallRecord.Kind.CALL, 0).answered(486, 0);
    CallRecord lost = answered().ended(CallRecord.EndedBy.BACKEND_LOST, 0);
    CallRecord request = new CallRecord(CallRecord.Kind.REQUEST, 0);
    CallRecord registration = new CallRecord(CallRecord.Kind.REGISTRATION, 0);
    assertThat(failed.wants(busy)).isTrue();
    assertThat(failed.wants(lost)).isTrue();
    assertThat(failed.wants(answered())).isFalse();
    assertThat(TEXT.wants(answered())).isTrue();
    assertThat(TEXT.wants(request)).isFalse();
    assertThat(TEXT.wants(registration)).isTrue();
    assertThat(LogSettings.SILENT.wants(busy) || LogSettings.SILENT.wants(registration)).isFalse();
  }

  @Test
  void writesEveryLineOfEveryLoopWhole() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Meters meters = new Meters();
    try (CallLog journal = new CallLog(TEXT, 3, meters, out)) {
      for (int i = 0; i < 300; i++) {
        journal.write(i % 3, record(CallRecord.Kind.CALL, "id" + i, "u", "h"), NOW);
      }
    }
    String[] lines = out.toString(UTF_8).split("\n");
    assertThat(lines).hasSize(300).allMatch(l -> l.startsWith("time=2026") && l.endsWith("flag=-"));
    assertThat(meters.counter(Meter.JOURNAL_LINES).value()).isEqualTo(300);
    assertThat(meters.counter(Meter.JOURNAL_LOST).value()).isZero();
  }

  @Test
  void countsLinesAsLostWhenTheWriterIsStuckAndBlocksNobody() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Meters meters = new Meters();
    CallLog journal = new CallLog(TEXT, 1, meters, stuckUntil(stuck, out));
    for (int i = 0; i < 5000; i++) {
      journal.write(0, answered(), NOW);
    }
    stuck.countDown();
    journal.close();
    long written = meters.counter(Meter.JOURNAL_LINES).value();
    long lost = meters.counter(Meter.JOURNAL_LOST).value();
    assertThat(lost).isPositive();
    assertThat(written + lost).isEqualTo(5000);
    assertThat(out.toString(UTF_8).lines().count()).isEqualTo(written);
  }

  @Test
  void countsLinesThatCannotBeWritten() {
    Meters meters = new Meters();
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    CallLog journal = new CallLog(TEXT, 1, meters, full);
    journal.write(0, answered(), NOW);
    journal.write(0, answered(), NOW);
    journal.close();
    assertThat(meters.counter(Meter.JOURNAL_LOST).value()).isEqualTo(2);
  }

  @Test
  void opensTheFileAgainAfterItWasRotated() throws Exception {
    Path file = directory.resolve("calls.log");
    LogSettings settings =
        new LogSettings(
            LogSettings.Level.INFO,
            LogSettings.Format.TEXT,
            LogSettings.Calls.ON,
            true,
            false,
            file);
    Meters meters = new Meters();
    Path old = directory.resolve("calls.log.1");
    try (CallLog journal = new CallLog(settings, 1, meters)) {
      journal.write(0, record(CallRecord.Kind.CALL, "first", "u", "h"), NOW);
      while (!Files.exists(file) || Files.size(file) == 0) {
        Thread.onSpinWait();
      }
      Files.move(file, old);
      journal.reload(settings);
      journal.write(0, record(CallRecord.Kind.CALL, "second", "u", "h"), NOW);
    }
    assertThat(Files.readString(old)).contains("call-id=first").doesNotContain("second");
    assertThat(Files.readString(file)).contains("call-id=second").doesNotContain("first");
  }

  @Test
  void allocatesNothingToWriteALine() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    OutputStream nowhere = OutputStream.nullOutputStream();
    try (CallLog journal = new CallLog(TEXT, 1, new Meters(), nowhere)) {
      CallRecord record = answered();
      for (int i = 0; i < 20_000; i++) {
        journal.write(0, record, NOW + i);
      }
      // What the virtual machine itself allocates now and then must not fail the test, so the best
      // of some rounds counts.
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 10; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
          journal.write(0, record, NOW + i);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).isLessThan(1000);
    }
  }

  private static OutputStream stuckUntil(CountDownLatch free, OutputStream out) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        try {
          free.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        out.write(bytes, from, length);
      }
    };
  }

  private static LogSettings settings(LogSettings.Format format, LogSettings.Calls calls) {
    return new LogSettings(LogSettings.Level.INFO, format, calls, true, false, null);
  }

  private static CallRecord answered() {
    byte[] from = "sip:alice:secret@a.example".getBytes(UTF_8);
    byte[] to = "+4930b.example".getBytes(UTF_8);
    return new CallRecord(CallRecord.Kind.CALL, 1_000_000)
        .callId("abc@host".getBytes(UTF_8), 0, 8)
        .from(from, 4, 9, 17, 26)
        .to(to, 0, 5, 5, 14)
        .source(new InetSocketAddress("192.0.2.7", 5062))
        .method("INVITE")
        .route("all")
        .pool("farm")
        .tried("fs1")
        .tried("fs2")
        .ringing(41_000_000)
        .ringing(900_000_000)
        .answered(200, 1_501_000_000L)
        .ended(CallRecord.EndedBy.CALLEE, 62_508_000_000L);
  }

  private static CallRecord from(String address) throws Exception {
    return record(CallRecord.Kind.CALL, "x", "u", "h")
        .source(new InetSocketAddress(InetAddress.getByName(address), 5060));
  }

  private static CallRecord record(CallRecord.Kind kind, String callId, String user, String host) {
    byte[] id = callId.getBytes(UTF_8);
    byte[] name = (user + host).getBytes(UTF_8);
    int split = user.getBytes(UTF_8).length;
    return new CallRecord(kind, 0)
        .callId(id, 0, id.length)
        .from(name, 0, split, split, name.length)
        .to(name, 0, split, split, name.length)
        .method("INVITE");
  }

  private static String text(CallRecord record) {
    return formatted(record, false);
  }

  private static String json(CallRecord record) {
    return formatted(record, true);
  }

  private static String formatted(CallRecord record, boolean json) {
    LogLine line = new LogLine();
    CallLog.format(line, record, NOW, json);
    return new String(line.bytes(), 0, line.length(), UTF_8);
  }
}
