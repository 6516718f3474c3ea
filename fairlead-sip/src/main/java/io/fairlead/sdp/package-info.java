// SPDX-License-Identifier: Apache-2.0
/**
 * Session descriptions to read and to change in place (RFC 8866), and who offers, who answers (RFC
 * 3264, RFC 6337).
 *
 * <ul>
 *   <li>Holds: the parser with its index of lines, the media descriptions, typed readers of the
 *       attributes a relay needs, the edits, the way to the description in a multipart body, the
 *       offer/answer state of a dialog, the answer that lets nothing pass.
 *   <li>Called by: {@code media}, {@code proxy} for its own re-INVITEs, and {@code cli} for the
 *       calls of the demo.
 *   <li>Calls: {@code sip} (bytes, {@code Edit}), the JDK.
 *   <li>Owned by: whoever parses; a parsed description is borrowed until the parser's next call.
 *   <li>Start at: {@link io.fairlead.sdp.SdpParser}.
 * </ul>
 */
@NullMarked
package io.fairlead.sdp;

import org.jspecify.annotations.NullMarked;
