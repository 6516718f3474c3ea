// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.loop.ManualLoop;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.FailureBlame;
import io.fairlead.pool.blame.BackendRequest;
import io.fairlead.pool.blame.BackendRequestOwner;
import io.fairlead.pool.blame.FailoverComparison;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An INVITE that backends are asked to answer, as a test says. Owned by one loop. */
final class FakeRequest implements BackendRequestOwner {
  private static final String HEADERS =
      """
      Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1
      From: <sip:a@b>;tag=1
      To: <sip:c@d>
      Call-ID: x
      CSeq: 1 INVITE
      """;

  private final ManualLoop loop;
  private final SipRequest request;
  private final CallRecord record = new CallRecord(CallRecord.Kind.CALL, 0);
  private @Nullable FailoverComparison comparison;

  FakeRequest(ManualLoop loop, String destination) {
    this.loop = loop;
    this.request = (SipRequest) parse("INVITE sip:" + destination + "@d SIP/2.0\n" + HEADERS);
  }

  private static SipMessage parse(String text) {
    byte[] bytes =
        (text + "Content-Length: 0\n\n").replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    return Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length)).keep();
  }

  /** One backend that has it. */
  final class At extends BackendRequest {
    At(Backend backend) {
      super(FakeRequest.this, backend, loop.nowNs());
    }

    /** It answers; a moment later all that follows has followed. */
    At says(int status, String... headers) {
      StringBuilder text = new StringBuilder("SIP/2.0 " + status + " So\n" + HEADERS);
      for (String header : headers) {
        text.append(header).append('\n');
      }
      tell((SipResponse) parse(text.toString()));
      loop.runCommands();
      return this;
    }
  }

  At asks(Backend backend) {
    return new At(backend);
  }

  /** It is answered; gives whose fault it was. */
  FailureBlame ends() {
    FailureBlame blame = comparison == null ? FailureBlame.NONE : comparison.end();
    loop.runCommands();
    return blame;
  }

  @Override
  public long destination() {
    return HashKey.destination(request);
  }

  @Override
  public long nowNs() {
    return loop.nowNs();
  }

  @Override
  public CallRecord record() {
    return record;
  }

  @Override
  public @Nullable FailoverComparison comparison() {
    return comparison;
  }

  @Override
  public FailoverComparison compare() {
    FailoverComparison begun = new FailoverComparison(destination());
    comparison = begun;
    return begun;
  }
}
