// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sdp.OfferAnswer.Role;
import io.fairlead.sdp.OfferAnswer.Side;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Exchanges as tables: who sends what, and what its description is. A step is the side, {@code A}
 * who called or {@code B}, the message, and {@code +} when it has a description. A response is
 * written with the side that sends it.
 */
class OfferAnswerTest {
  private static Role step(OfferAnswer dialog, String step) {
    Side by = step.charAt(0) == 'A' ? Side.CALLER : Side.CALLEE;
    boolean sdp = step.endsWith("+");
    String what = step.substring(1, step.length() - (sdp ? 1 : 0));
    return switch (what) {
      case "INVITE" -> dialog.onInvite(by, sdp);
      case "180" -> dialog.onProvisional(by.other(), false, sdp);
      case "183r" -> dialog.onProvisional(by.other(), true, sdp);
      case "200" -> dialog.onSuccess(by.other(), sdp);
      case "ACK" -> dialog.onAck(by, sdp);
      case "PRACK" -> dialog.onPrack(by, sdp);
      case "UPDATE" -> dialog.onUpdate(by, sdp);
      case "200u" -> dialog.onUpdated(by.other(), sdp);
      case "491" -> {
        dialog.onInviteFailed(by.other());
        yield Role.NONE;
      }
      case "500u" -> {
        dialog.onUpdateFailed(by.other());
        yield Role.NONE;
      }
      default -> throw new IllegalArgumentException(step);
    };
  }

  private static String roles(OfferAnswer dialog, String steps) {
    List<String> roles = new ArrayList<>();
    for (String step : steps.split(" ")) {
      roles.add(step(dialog, step).name().substring(0, 1));
    }
    return String.join(" ", roles);
  }

  /** The six ways of RFC 6337 §2.2, and what surrounds them. */
  @ParameterizedTest
  @CsvSource({
    // 1: INVITE, 2xx
    "AINVITE+ B200+ AACK, O A N",
    // 2: late offer
    "AINVITE B200+ AACK+, N O A",
    // 3: INVITE, reliable 18x; the 2xx repeats it or says nothing
    "AINVITE+ B183r+ APRACK B200u B200 AACK, O A N N N N",
    "AINVITE+ B183r+ APRACK B200u B200+ AACK, O A N N R N",
    // 4: offer in the reliable 18x, answer in PRACK
    "AINVITE B183r+ APRACK+ B200u B200 AACK, N O A N N N",
    // 5: a new offer in PRACK
    "AINVITE+ B183r+ APRACK+ B200u+ B200 AACK, O A O A N N",
    // 6: UPDATE, before and after the call is answered, from both sides
    "AINVITE+ B183r+ AUPDATE+ B200u+ B200 AACK, O A O A N N",
    "AINVITE+ B183r+ BUPDATE+ A200u+ B200 AACK BUPDATE+ A200u+, O A O A N N O A",
    // early media without 100rel
    "AINVITE+ B180+ B180+ B200+ AACK, O P P A N",
    // an unreliable 18x cannot make an offer
    "AINVITE B180+ B200+ AACK+, N N O A",
    // re-INVITE by the callee
    "AINVITE+ B200+ AACK BINVITE+ A200+ BACK, O A N O A N",
    // a late offer in a re-INVITE
    "AINVITE+ B200+ AACK BINVITE A200+ BACK+, O A N N O A",
    // retransmitted 2xx
    "AINVITE B200+ B200+ AACK+, N O R A",
    "AINVITE+ B200+ B200+ AACK, O A N N",
    // without descriptions nothing is offered
    "AINVITE B200 AACK AUPDATE B200u, N N N N N",
  })
  void tellsOffersFromAnswers(String steps, String expected) {
    OfferAnswer dialog = new OfferAnswer();
    assertThat(roles(dialog, steps)).isEqualTo(expected);
    assertThat(dialog.open(Side.CALLER)).isFalse();
    assertThat(dialog.open(Side.CALLEE)).isFalse();
    assertThat(dialog.agreed()).isEqualTo(expected.contains("A"));
  }

  @ParameterizedTest
  @CsvSource({
    "AINVITE+, CALLER",
    "AINVITE+ B180+, CALLER",
    "AINVITE B200+, CALLEE",
    "AINVITE B183r+, CALLEE",
    "AINVITE+ B200+ AACK BINVITE+, CALLEE",
    "AINVITE+ B200+ AACK BUPDATE+, CALLEE",
    "AINVITE+ B183r+ AUPDATE+, CALLER",
  })
  void knowsWhoseOfferIsOpen(String steps, Side side) {
    OfferAnswer dialog = new OfferAnswer();
    roles(dialog, steps);
    assertThat(dialog.open(side)).isTrue();
    assertThat(dialog.open(side.other())).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // both at once (RFC 3261 §14.1)
    "AINVITE+ B200+ AACK AINVITE+ BINVITE+, O A N O G",
    "AINVITE+ B200+ AACK AUPDATE+ BUPDATE+, O A N O G",
    // before the first answer
    "AINVITE+ BUPDATE+, O G",
    "AINVITE B200+ AUPDATE+, N O G",
  })
  void seesGlare(String steps, String expected) {
    assertThat(roles(new OfferAnswer(), steps)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "AINVITE+ B200+ AACK BINVITE+ A491 AINVITE+ B200+ AACK, O A N O N O A N",
    "AINVITE+ B200+ AACK BUPDATE+ A500u AUPDATE+ B200u+, O A N O N O A",
    "AINVITE+ B200+ AACK AINVITE+ B491 BUPDATE+ A200u+, O A N O N O A",
  })
  void aRefusedOfferLeavesWhatWasAgreed(String steps, String expected) {
    OfferAnswer dialog = new OfferAnswer();
    assertThat(roles(dialog, steps)).isEqualTo(expected);
    assertThat(dialog.agreed()).isTrue();
  }

  @Test
  void aPreviewIsTheAnswerWhenTheSuccessHasNone() {
    OfferAnswer dialog = new OfferAnswer();
    assertThat(roles(dialog, "AINVITE+ B180+ B200 AACK")).isEqualTo("O P N N");
    assertThat(dialog.agreed()).isTrue();
  }

  @Test
  void aPreviewOfARefusedInviteIsForgotten() {
    OfferAnswer dialog = new OfferAnswer();
    roles(dialog, "AINVITE+ B180+ B491 AINVITE+ B200 AACK");
    assertThat(dialog.agreed()).isFalse();
  }

  @Test
  void eachBranchOfAForkAnswersForItself() {
    OfferAnswer first = new OfferAnswer();
    step(first, "AINVITE+");
    OfferAnswer second = first.fork();
    assertThat(roles(first, "B183r+ APRACK B200u")).isEqualTo("A N N");
    OfferAnswer third = first.fork();
    assertThat(second.agreed()).isFalse();
    assertThat(roles(second, "B180+ B200+ AACK")).isEqualTo("P A N");
    assertThat(roles(third, "B200+ AACK")).isEqualTo("A N");
    assertThat(roles(first, "AUPDATE+ B200u+")).isEqualTo("O A");
  }

  @Test
  void eachBranchOfAForkMakesItsOwnLateOffer() {
    OfferAnswer first = new OfferAnswer();
    step(first, "AINVITE");
    OfferAnswer second = first.fork();
    assertThat(roles(first, "B200+ AACK+")).isEqualTo("O A");
    assertThat(roles(second, "B200+ AACK+")).isEqualTo("O A");
  }
}
