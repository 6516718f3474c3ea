// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

/**
 * Why a connection is of no use. Immutable.
 *
 * @param why in words, for people
 */
record EslFailure(EslSessionError problem, String why) {}
