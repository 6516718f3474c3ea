// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaReport.Quality;
import io.fairlead.media.MediaReport.Stream;
import io.fairlead.media.ng.NgValue.NgDictionary;
import io.fairlead.media.ng.NgValue.NgInteger;
import io.fairlead.media.ng.NgValue.NgList;
import io.fairlead.sdp.OfferAnswer.Side;
import java.util.ArrayList;
import java.util.List;

/**
 * What passed of a call, as the answers to query and delete have it: read from an rtpengine's, and
 * written as rtpengine writes them. Immutable.
 */
final class NgCallStatistics {
  // rtpengine gives MOS in tenths and round trips in microseconds.
  private static final double MOS_SCALE = 10;

  private NgCallStatistics() {}

  /** What an rtpengine says. */
  static MediaReport report(
      String engine, NgDictionary answer, String callerTag, String calleeTag) {
    NgDictionary tags = answer.dictionary("tags");
    NgDictionary callee = tags.dictionary(calleeTag);
    List<NgValue> fromCaller = tags.dictionary(callerTag).list("medias");
    List<NgValue> fromCallee = callee.list("medias");
    List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < Math.max(fromCaller.size(), fromCallee.size()); i++) {
      NgDictionary ofCaller = item(fromCaller, i);
      NgDictionary ofCallee = item(fromCallee, i);
      String kind = ofCaller.text("type");
      streams.add(
          new Stream(
              kind.isEmpty() ? ofCallee.text("type") : kind,
              "",
              quality(ofCaller, answer),
              quality(ofCallee, answer),
              false));
    }
    return new MediaReport(engine, List.copyOf(streams));
  }

  private static NgDictionary item(List<NgValue> list, int i) {
    return i < list.size() && list.get(i) instanceof NgDictionary found
        ? found
        : new NgDictionary();
  }

  private static Quality quality(NgDictionary media, NgDictionary answer) {
    NgDictionary rtp = item(media.list("streams"), 0);
    NgDictionary stats = rtp.dictionary("stats");
    long packets = stats.number("packets", 0);
    if (packets <= 0) {
      return Quality.SILENT;
    }
    NgDictionary heard =
        answer
            .dictionary("SSRC")
            .dictionary(Long.toString(rtp.number("SSRC", -1)))
            .dictionary("average MOS");
    long roundTrip = heard.number("round-trip time", -1);
    return new Quality(
        packets,
        stats.number("bytes", 0),
        0,
        0,
        stats.number("errors", 0),
        heard.number("jitter", 0) * 1000,
        roundTrip,
        heard.number("MOS", 0) / MOS_SCALE,
        -1);
  }

  /**
   * One side of a call, as an entry of {@code tags}.
   *
   * @param created seconds since 1970
   */
  static NgDictionary tag(Party party, long created, MediaReport report) {
    NgDictionary tag = new NgDictionary().put("tag", party.tag());
    if (!party.branch().isEmpty()) {
      tag.put("via-branch", party.branch());
    }
    if (!party.label().isEmpty()) {
      tag.put("label", party.label());
    }
    tag.put("created", created);
    if (!party.other().isEmpty()) {
      tag.put("in dialogue with", party.other());
    }
    NgList medias = new NgList();
    int index = 1;
    for (Stream stream : report.streams()) {
      medias.add(media(index++, stream, from(stream, party.side())));
    }
    return tag.put("medias", medias);
  }

  /**
   * One side of a call.
   *
   * @param other the other side's tag, empty where none is known
   */
  record Party(Side side, String tag, String other, String branch, String label) {}

  private static Quality from(Stream stream, Side side) {
    return side == Side.CALLER ? stream.fromCaller() : stream.fromCallee();
  }

  private static NgDictionary media(int index, Stream stream, Quality quality) {
    NgDictionary rtp = new NgDictionary();
    if (quality.lastNsAgo() >= 0) {
      long now = System.currentTimeMillis() / 1000;
      rtp.put("last packet", now - quality.lastNsAgo() / 1_000_000_000L);
    }
    NgList flags = NgList.of("RTP");
    if (stream.kernel()) {
      flags.add(new NgValue.NgText("kernelized"));
    }
    rtp.put("flags", flags).put("stats", counts(quality));
    NgDictionary media = new NgDictionary().put("index", index).put("type", stream.kind());
    if (!stream.codec().isEmpty()) {
      media.put("codec", stream.codec());
    }
    return media.put("streams", new NgList().add(rtp));
  }

  private static NgDictionary counts(Quality quality) {
    return new NgDictionary()
        .put("packets", quality.packets())
        .put("bytes", quality.bytes())
        .put("errors", quality.dropped());
  }

  /**
   * The entries of {@code SSRC} that a side's sources make. Which SSRC it is no report says, so the
   * key is the side's tag and the number of the media line; a reader takes means over all of them.
   */
  static void sources(NgDictionary into, Party party, MediaReport report) {
    int index = 1;
    for (Stream stream : report.streams()) {
      Quality quality = from(stream, party.side());
      if (quality.mos() > 0) {
        NgDictionary mos = mos(quality);
        into.put(
            party.tag() + "/" + index,
            new NgDictionary()
                .put("average MOS", mos)
                .put("lowest MOS", mos)
                .put("highest MOS", mos));
      }
      index++;
    }
  }

  private static NgDictionary mos(Quality quality) {
    long all = quality.packets() + quality.lost();
    return new NgDictionary()
        .put("MOS", new NgInteger(Math.round(quality.mos() * MOS_SCALE)))
        .put("round-trip time", Math.max(0, quality.rttUs()))
        .put("jitter", quality.jitterUs() / 1000)
        .put("packet loss", all == 0 ? 0 : quality.lost() * 100 / all)
        .put("samples", 1);
  }

  /** The sums over all media and both sides. */
  static NgDictionary totals(MediaReport report) {
    long packets = 0;
    long bytes = 0;
    long errors = 0;
    for (Stream stream : report.streams()) {
      for (Quality quality : List.of(stream.fromCaller(), stream.fromCallee())) {
        packets += quality.packets();
        bytes += quality.bytes();
        errors += quality.dropped();
      }
    }
    NgDictionary rtp =
        new NgDictionary().put("packets", packets).put("bytes", bytes).put("errors", errors);
    NgDictionary rtcp = new NgDictionary().put("packets", 0).put("bytes", 0).put("errors", 0);
    return new NgDictionary().put("RTP", rtp).put("RTCP", rtcp);
  }
}
