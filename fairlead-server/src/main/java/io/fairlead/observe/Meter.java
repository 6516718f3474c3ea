// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import java.util.List;

/**
 * Every meter Fairlead has: its name, kind, labels and help. Registry, documentation and test
 * oracle at once.
 */
public enum Meter {
  JOURNAL_LINES(
      "fairlead_observe_journal_lines_total", Kind.COUNTER, "Lines taken into the call log."),
  JOURNAL_LOST(
      "fairlead_observe_journal_lost_total",
      Kind.COUNTER,
      "Lines of the call log lost because it could not be written, or not fast enough."),
  REQUESTS(
      "fairlead_proxy_requests_total",
      Kind.COUNTER,
      "Requests received, retransmissions not counted.",
      "listener",
      "method"),
  REFUSED(
      "fairlead_proxy_refused_total",
      Kind.COUNTER,
      "Requests Fairlead itself refused or failed, by response flag.",
      "flag"),
  ROUTE_RESPONSES(
      "fairlead_route_responses_total",
      Kind.COUNTER,
      "Final responses to requests outside dialogs, by class.",
      "route",
      "class"),
  DIALOG_RESPONSES(
      "fairlead_proxy_dialog_responses_total",
      Kind.COUNTER,
      "Final responses to requests inside dialogs, by class.",
      "class"),
  STRAY_RESPONSES(
      "fairlead_proxy_stray_responses_total",
      Kind.COUNTER,
      "Responses that belong to no transaction, dropped."),
  LATE_SUCCESSES(
      "fairlead_proxy_late_successes_total",
      Kind.COUNTER,
      "Calls answered when their caller had been told a failure: ended by us with ACK and BYE."),
  REGISTRAR_REQUESTS(
      "fairlead_registrar_requests_total",
      Kind.COUNTER,
      "REGISTERs by what became of them: changed, listed, repeated, or a response flag.",
      "registrar",
      "outcome"),
  REGISTRAR_CHANGES(
      "fairlead_registrar_changes_total",
      Kind.COUNTER,
      "Changes of bindings: registered, renewed, replaced, removed.",
      "registrar",
      "change"),
  GUARD_LIMIT_REFUSED(
      "fairlead_guard_limit_refused_total",
      Kind.COUNTER,
      "Requests refused, or sent to another route, since they were over a limit of the guard.",
      "limit"),
  GUARD_LIMIT_ALARMS(
      "fairlead_guard_limit_alarms_total",
      Kind.COUNTER,
      "Requests over a limit of the guard that only tells of it: they went on.",
      "limit"),
  GUARD_LIMIT_UNKEPT(
      "fairlead_guard_limit_unkept_total",
      Kind.COUNTER,
      "Requests that passed a limit of the guard uncounted: it remembers max-keys keys already.",
      "limit"),
  GUARD_LIMIT_SHARED(
      "fairlead_guard_limit_shared_up",
      Kind.GAUGE,
      "1 while limits with scope cluster are counted together with the other nodes, by Redis."),
  GUARD_LIMIT_KEYS(
      "fairlead_guard_limit_keys",
      Kind.GAUGE,
      "Keys that a limit of the guard remembers.",
      "limit"),
  CALLS_LIVE(
      "fairlead_dialog_calls", Kind.GAUGE, "Live calls, those being set up included.", "loop"),
  CALLS_REAPED(
      "fairlead_dialog_calls_reaped_total",
      Kind.COUNTER,
      "Calls nobody ended: session expired or max-duration reached."),
  IDENTITIES_VERIFIED(
      "fairlead_guard_identities_verified_total",
      Kind.COUNTER,
      "Calls whose Identity was to be verified, by what was found.",
      "result"),
  IDENTITIES_SIGNED(
      "fairlead_guard_identities_signed_total",
      Kind.COUNTER,
      "Calls that were to be signed, by what became of that: signed, present, no-number, late,"
          + " busy.",
      "result"),
  CERTIFICATE_FETCHES(
      "fairlead_guard_certificate_fetches_total",
      Kind.COUNTER,
      "Certificates fetched for Identity headers: fetched, failed, untrusted, crowded.",
      "result"),
  FILTER_DEADLINES(
      "fairlead_dialog_filter_deadlines_total",
      Kind.COUNTER,
      "Messages that a filter held for longer than it may: its default happened."),
  FILTER_OVERFLOWS(
      "fairlead_dialog_filter_overflows_total",
      Kind.COUNTER,
      "Messages that found calls.waiting-messages others waiting before them: the oldest request"
          + " was refused."),
  BAN_OFFENCES(
      "fairlead_guard_offences_total",
      Kind.COUNTER,
      "Offences that were counted against their source: wrong-password, unknown-user, scanner,"
          + " malformed, flood.",
      "offence"),
  BAN_UNPROVEN(
      "fairlead_guard_offences_unproven_total",
      Kind.COUNTER,
      "Offences that cost no points, since their source may be forged."),
  BAN_OFFENCES_LOST(
      "fairlead_guard_offences_lost_total",
      Kind.COUNTER,
      "Offences that found the queue full: more came than could be counted."),
  BAN_SPARED(
      "fairlead_guard_spared_total",
      Kind.COUNTER,
      "Offences that would have banned a source which nothing may ban."),
  BAN_SCORED(
      "fairlead_guard_scored_sources", Kind.GAUGE, "Sources that have something against them."),
  BANS(
      "fairlead_guard_bans_total",
      Kind.COUNTER,
      "Bans made or made longer, by cause: points, operator, blocklist, cluster.",
      "cause"),
  BANNED("fairlead_guard_banned", Kind.GAUGE, "Sources and networks that are banned now."),
  BAN_CROWDED(
      "fairlead_guard_bans_crowded_total",
      Kind.COUNTER,
      "Bans ended before their time for lack of room, or not made, and sources with a right answer"
          + " that found none."),
  BAN_KERNEL("fairlead_guard_kernel_bans", Kind.GAUGE, "Bans that the kernel carries out."),
  BAN_KERNEL_FAILURES(
      "fairlead_guard_kernel_failures_total",
      Kind.COUNTER,
      "Times the kernel could not carry out bans: a right is missing, or its set is full."),
  BAN_LOG_LOST(
      "fairlead_guard_ban_log_lost_total",
      Kind.COUNTER,
      "Lines for fail2ban lost because the file could not be written, or not fast enough."),
  BLOCKLIST_ENTRIES(
      "fairlead_guard_blocklist_entries", Kind.GAUGE, "Entries taken from a blocklist.", "list"),
  BLOCKLIST_BAD(
      "fairlead_guard_blocklist_bad_total",
      Kind.COUNTER,
      "Lines of a blocklist that are no address and no network, and entries beyond its bound.",
      "list"),
  BLOCKLIST_FAILURES(
      "fairlead_guard_blocklist_failures_total",
      Kind.COUNTER,
      "Times a blocklist could not be read.",
      "list"),
  BANS_SHARED_LOSSES(
      "fairlead_guard_shared_losses_total",
      Kind.COUNTER,
      "Times the Redis was lost by which nodes share their bans."),
  PARSE_FAILURES(
      "fairlead_server_parse_failures_total",
      Kind.COUNTER,
      "Messages that break the grammar; requests among them are answered 400.",
      "reason"),
  NOT_SIP(
      "fairlead_server_not_sip_total",
      Kind.COUNTER,
      "Messages whose first line is not SIP, dropped."),
  LOOP_HOPS(
      "fairlead_server_loop_hops_total",
      Kind.COUNTER,
      "Messages read by one loop and owned by another."),
  KERNEL_STREAMS("fairlead_media_kernel_streams", Kind.GAUGE, "Streams the kernel forwards now."),
  KERNEL_FAILURES(
      "fairlead_media_kernel_failures_total",
      Kind.COUNTER,
      "Streams the kernel did not take, or that were taken back because packets did not pass."),
  KERNEL_PACKETS(
      "fairlead_media_kernel_packets_total", Kind.COUNTER, "Packets forwarded by the kernel."),
  LISTENER_RECEIVED(
      "fairlead_transport_messages_received_total", Kind.COUNTER, "Messages received.", "listener"),
  LISTENER_SENT(
      "fairlead_transport_messages_sent_total", Kind.COUNTER, "Messages sent.", "listener"),
  LISTENER_DROPPED(
      "fairlead_transport_dropped_total",
      Kind.COUNTER,
      "Messages dropped, by reason.",
      "listener",
      "reason"),
  STUN_ANSWERS(
      "fairlead_transport_stun_answers_total",
      Kind.COUNTER,
      "STUN Binding requests answered over UDP: with the address they came from, or refused since"
          + " they ask for something else.",
      "listener",
      "answer"),
  LISTENER_CONNECTIONS(
      "fairlead_transport_connections", Kind.GAUGE, "Open connections.", "listener"),
  LISTENER_UNDELIVERABLE(
      "fairlead_transport_undeliverable_total",
      Kind.COUNTER,
      "Messages the peer could not be given.",
      "listener"),
  LISTENER_KERNEL_DROPS(
      "fairlead_transport_kernel_drops",
      Kind.GAUGE,
      "Datagrams the kernel dropped because the listener's receive buffer was full, since it was"
          + " opened.",
      "listener"),
  HANDSHAKES(
      "fairlead_transport_tls_handshakes_total",
      Kind.COUNTER,
      "TLS handshakes done, in both directions.",
      "listener"),
  HANDSHAKES_WAITING(
      "fairlead_transport_tls_handshakes_waiting",
      Kind.GAUGE,
      "TLS handshakes that wait for a thread."),
  CERTIFICATE_EXPIRY(
      "fairlead_transport_certificate_expiry_seconds",
      Kind.GAUGE,
      "Time until a certificate, or one it depends on, expires; negative when it has.",
      "file"),
  LOOP_BUSY(
      "fairlead_loop_busy_ratio",
      Kind.GAUGE,
      "Share of time the loop was not asleep since this was read last.",
      "loop"),
  LOOP_ERRORS("fairlead_loop_errors_total", Kind.COUNTER, "Defects of Fairlead: steps that threw."),
  TRANSACTION_SERVERS(
      "fairlead_transaction_servers",
      Kind.GAUGE,
      "Server transactions, those that only linger included.",
      "loop"),
  TRANSACTION_CLIENTS(
      "fairlead_transaction_clients",
      Kind.GAUGE,
      "Client transactions, those that only linger included.",
      "loop"),
  TRANSACTION_ABSORBED(
      "fairlead_transaction_absorbed_total",
      Kind.COUNTER,
      "Messages that came again and went no further.",
      "message"),
  TRANSACTION_RETRANSMITTED(
      "fairlead_transaction_retransmitted_total", Kind.COUNTER, "Messages sent again.", "message"),
  TRANSACTION_STRAYS(
      "fairlead_transaction_strays_total",
      Kind.COUNTER,
      "Messages that belong to no transaction.",
      "message"),
  TRANSACTION_TIMEOUTS(
      "fairlead_transaction_timeouts_total",
      Kind.COUNTER,
      "Transactions ended by a timer, by its letter.",
      "timer"),
  POOL_PICKS(
      "fairlead_pool_picks_total",
      Kind.COUNTER,
      "How often a backend was chosen.",
      "pool",
      "backend"),
  POOL_CALLS("fairlead_pool_live_calls", Kind.GAUGE, "Live calls.", "pool", "backend"),
  POOL_OUTCOMES(
      "fairlead_pool_outcomes_total",
      Kind.COUNTER,
      "Final answers by class.",
      "pool",
      "backend",
      "class"),
  POOL_FAILURES(
      "fairlead_pool_failures_total",
      Kind.COUNTER,
      "Requests that got no answer: none within try-timeout, or a transport error.",
      "pool",
      "backend",
      "cause"),
  POOL_FAULTS(
      "fairlead_pool_faults_total",
      Kind.COUNTER,
      "Failed requests by whose fault they were and what shows it: backend, call, or unknown where"
          + " no other backend was asked.",
      "pool",
      "backend",
      "fault",
      "evidence"),
  POOL_SETUP(
      "fairlead_pool_setup_seconds",
      Kind.HISTOGRAM,
      "Time from request to 2xx.",
      "pool",
      "backend"),
  POOL_STATE(
      "fairlead_pool_backend_state",
      Kind.GAUGE,
      "Health: 0 healthy, 1 degraded, 2 saturated, 3 ejected, 4 down, 5 draining, 6 maintenance.",
      "pool",
      "backend"),
  POOL_CHECKS(
      "fairlead_pool_checks_total",
      Kind.COUNTER,
      "Health checks by result.",
      "pool",
      "backend",
      "result"),
  POOL_EJECTIONS(
      "fairlead_pool_ejections_total", Kind.COUNTER, "Ejections as an outlier.", "pool", "backend"),
  POOL_DRAINS_OVERDUE(
      "fairlead_pool_drains_overdue_total",
      Kind.COUNTER,
      "Drains whose deadline came while calls were left.",
      "pool",
      "backend"),
  POOL_PANIC(
      "fairlead_pool_panic",
      Kind.GAUGE,
      "1 while less than panic-threshold of the pool is healthy.",
      "pool"),
  UPSTREAM_REGISTERS(
      "fairlead_registrar_upstream_total",
      Kind.COUNTER,
      "REGISTERs for registrars behind us, retransmissions not counted, by what was decided:"
          + " absorbed and joined are answered here, all others go upstream.",
      "registrar",
      "verdict"),
  UPSTREAM_REPLAYED(
      "fairlead_registrar_replayed_total",
      Kind.COUNTER,
      "Registrations made again or removed at a backend by us, by result.",
      "registrar",
      "backend",
      "result"),
  POOL_NOBODY(
      "fairlead_pool_nobody_total",
      Kind.COUNTER,
      "Requests no backend could take, by cause.",
      "pool",
      "cause"),
  POOL_KEYS(
      "fairlead_pool_keys",
      Kind.GAUGE,
      "Keys of `affinity` that live calls of this node hold on a backend.",
      "pool",
      "scope"),
  POOL_JOINS(
      "fairlead_pool_joins_total",
      Kind.COUNTER,
      "Calls with a key of `affinity` by what became of them: home (to where their key lives), new"
          + " (their key got a backend), spilled (its backend was full), rehomed (its backend"
          + " failed, the key got another), refused, unkept (max-keys is reached).",
      "pool",
      "scope",
      "outcome"),
  REDIS_CONNECTED(
      "fairlead_store_redis_connected",
      Kind.GAUGE,
      "1 while the Redis that nodes share bindings by answers."),
  REDIS_UNSENT(
      "fairlead_store_redis_unsent", Kind.GAUGE, "Bindings whose newest state Redis lacks."),
  REDIS_WRITTEN(
      "fairlead_store_redis_written_total", Kind.COUNTER, "Changes of bindings given to Redis."),
  REDIS_RECEIVED(
      "fairlead_store_redis_received_total",
      Kind.COUNTER,
      "Changes of bindings taken from Redis, those read again after a loss included."),
  REDIS_STALE(
      "fairlead_store_redis_stale_total",
      Kind.COUNTER,
      "Changes from Redis that were older than this node's own, left out."),
  REDIS_UNREADABLE(
      "fairlead_store_redis_unreadable_total",
      Kind.COUNTER,
      "Messages and values of Redis that are no binding."),
  REDIS_DROPPED(
      "fairlead_store_redis_dropped_total",
      Kind.COUNTER,
      "Removals that could not be held until Redis is back; other nodes keep such a binding until"
          + " it expires."),
  REDIS_LOSSES("fairlead_store_redis_losses_total", Kind.COUNTER, "How often Redis was lost."),
  REGISTRAR_AUTH(
      "fairlead_registrar_auth_total",
      Kind.COUNTER,
      "Decisions on who may register, by result; docs/guide/registrar-users.md explains each.",
      "registrar",
      "result"),
  REGISTRAR_USERS(
      "fairlead_registrar_user_lookups_total",
      Kind.COUNTER,
      "Questions to the source of users, by answer: found, unknown, failed.",
      "registrar",
      "answer"),
  KEEPALIVES_SENT(
      "fairlead_registrar_keepalives_sent_total",
      Kind.COUNTER,
      "Keepalives sent to registered devices.",
      "transport"),
  KEEPALIVES_ANSWERED(
      "fairlead_registrar_keepalives_answered_total",
      Kind.COUNTER,
      "Keepalives that were answered.",
      "transport"),
  KEEPALIVES_LOST(
      "fairlead_registrar_keepalives_lost_total",
      Kind.COUNTER,
      "Keepalives that had no answer when the next was due.",
      "transport"),
  KEEPALIVES_FORGED(
      "fairlead_registrar_keepalives_forged_total",
      Kind.COUNTER,
      "Answers to keepalives that were never sent, ignored."),
  KEEPALIVE_RTT(
      "fairlead_registrar_keepalive_rtt_seconds",
      Kind.HISTOGRAM,
      "Time from a keepalive to its answer.",
      "transport"),
  BINDINGS_ENDED(
      "fairlead_registrar_bindings_ended_total",
      Kind.COUNTER,
      "Bindings that ended without a REGISTER: expired, silent (no answer to keepalives),"
          + " unreachable (the network says so), closed (the connection).",
      "cause"),
  STORE_BINDINGS(
      "fairlead_store_bindings",
      Kind.GAUGE,
      "Bindings in memory, those included that expired within the last moments."),
  STORE_ADDRESSES(
      "fairlead_store_addresses", Kind.GAUGE, "Addresses of record that have any binding."),
  STORE_BYTES(
      "fairlead_store_bytes", Kind.GAUGE, "Memory outside the heap taken for bindings, in bytes."),
  STORE_FULL(
      "fairlead_store_full_total",
      Kind.COUNTER,
      "Bindings not stored because there was no room for them."),
  STORE_EXPIRED("fairlead_store_expired_total", Kind.COUNTER, "Bindings that expired."),
  STORE_KEPT(
      "fairlead_store_kept_total", Kind.COUNTER, "Changes written to the journal of bindings."),
  STORE_MISSED(
      "fairlead_store_missed_total",
      Kind.COUNTER,
      "Changes that could not be written to the journal; the next snapshot holds them."),
  STORE_FAILURES(
      "fairlead_store_failures_total",
      Kind.COUNTER,
      "Failed attempts to write the journal or the snapshot."),
  STORE_SNAPSHOTS(
      "fairlead_store_snapshots_total", Kind.COUNTER, "Snapshots of all bindings written."),
  STORE_BAD_RECORDS(
      "fairlead_store_bad_records_total",
      Kind.COUNTER,
      "Records of the journal or the snapshot that could not be read."),
  POOL_ESL_UP(
      "fairlead_pool_esl_up",
      Kind.GAUGE,
      "1 while the event socket of a backend is connected, else 0.",
      "pool",
      "backend"),
  POOL_ESL_PROBLEMS(
      "fairlead_pool_esl_problems_total",
      Kind.COUNTER,
      "Times an event socket was cut or could not be connected, by reason.",
      "pool",
      "backend",
      "reason"),
  POOL_ESL_UNREADABLE(
      "fairlead_pool_esl_unreadable_total",
      Kind.COUNTER,
      "Events of a FreeSWITCH that could not be read and were passed over.",
      "pool",
      "backend"),
  POOL_SESSIONS(
      "fairlead_pool_sessions",
      Kind.GAUGE,
      "Sessions of a FreeSWITCH, as its last heartbeat says: legs, so a bridged call is two.",
      "pool",
      "backend"),
  POOL_MAX_SESSIONS(
      "fairlead_pool_max_sessions",
      Kind.GAUGE,
      "How many sessions a FreeSWITCH takes, as its last heartbeat says.",
      "pool",
      "backend"),
  POOL_IDLE_CPU(
      "fairlead_pool_idle_cpu_ratio",
      Kind.GAUGE,
      "How much of a FreeSWITCH's machine is idle, as its last heartbeat says.",
      "pool",
      "backend"),
  POOL_ROOMS(
      "fairlead_pool_rooms",
      Kind.GAUGE,
      "Conferences and queues known to live on a FreeSWITCH.",
      "pool",
      "backend"),
  POOL_ROOMS_UNKNOWN(
      "fairlead_pool_rooms_unknown_total",
      Kind.COUNTER,
      "Times a conference or queue was not remembered because max-rooms are.",
      "pool",
      "backend"),
  POOL_RESTARTS(
      "fairlead_pool_restarts_total",
      Kind.COUNTER,
      "Times a FreeSWITCH was found to have been started anew.",
      "pool",
      "backend"),
  MEDIA_ENGINE_UP(
      "fairlead_media_engine_up",
      Kind.GAUGE,
      "1 while a media engine answers its checks, else 0.",
      "engine"),
  MEDIA_ENGINE_CALLS(
      "fairlead_media_engine_calls", Kind.GAUGE, "Calls whose media an engine relays.", "engine"),
  MEDIA_ENGINE_ERRORS(
      "fairlead_media_engine_errors_total",
      Kind.COUNTER,
      "Requests to a media engine that came to nothing: silent, refused, full (too many waited),"
          + " stray (answers nobody waited for), lost (calls it no longer knew).",
      "engine",
      "reason"),
  MEDIA_ENGINE_ROUND_TRIP(
      "fairlead_media_engine_round_trip_seconds",
      Kind.HISTOGRAM,
      "How long a media engine took to answer a request.",
      "engine"),
  MEDIA_CALLS(
      "fairlead_media_calls_total",
      Kind.COUNTER,
      "Calls whose route or registrar wants their media relayed, by what became of it: relayed,"
          + " untouched (nothing in it to relay, or no need with `media: auto`), refused.",
      "outcome"),
  MEDIA_ANCHORED(
      "fairlead_media_anchored_calls",
      Kind.GAUGE,
      "Calls whose media is with an engine now.",
      "loop"),
  MEDIA_REANCHORED(
      "fairlead_media_reanchored_total",
      Kind.COUNTER,
      "Answered calls whose engine was lost, by what became of them: agreed (re-INVITEs of ours"
          + " brought them to another engine), by-party (an offer of a party did), refused,"
          + " unanswered, busy (their parties were negotiating), call-over (ended meanwhile).",
      "outcome"),
  MEDIA_ONE_WAY(
      "fairlead_media_one_way_total",
      Kind.COUNTER,
      "Answered calls of which media came from one side only."),
  MEDIA_SILENCES(
      "fairlead_media_silent_calls_total",
      Kind.COUNTER,
      "Answered calls of which a side sent nothing for longer than allowed."),
  MEDIA_QUALITY(
      "fairlead_media_directions_total",
      Kind.COUNTER,
      "Directions of streams relayed, by how people would judge them (ITU-T G.107 Annex B, from the"
          + " estimated MOS): very-satisfied from 4.3, satisfied from 4.0, some-dissatisfied from"
          + " 3.6, many-dissatisfied from 3.1, nearly-all-dissatisfied below.",
      "satisfaction"),
  MEDIA_NG_REQUESTS(
      "fairlead_media_ng_requests_total",
      Kind.COUNTER,
      "Requests of the ng protocol answered, by what became of them: ok, refused, repeated (the"
          + " same answer again).",
      "outcome"),
  MEDIA_NG_DROPPED(
      "fairlead_media_ng_dropped_total",
      Kind.COUNTER,
      "Datagrams at the ng port that were not answered: foreign (not of an allowed address),"
          + " garbage (no cookie), waiting (repeated before the answer), full (too many waited).",
      "reason"),
  MEDIA_NG_CALLS(
      "fairlead_media_ng_calls", Kind.GAUGE, "Calls relayed for others by the ng protocol."),
  GUARD_DROPPED(
      "fairlead_guard_dropped_total",
      Kind.COUNTER,
      "Messages and connections dropped without an answer, by rule: deny, ban, flood, malformed (a"
          + " source that had sent too many broken ones), scanner-agent, scanner-users, rate"
          + " (beyond twice the rate).",
      "rule"),
  GUARD_REFUSED(
      "fairlead_guard_refused_total",
      Kind.COUNTER,
      "Requests answered with a refusal, by rule: rate, or the name of a rule of sanity.",
      "rule"),
  GUARD_FORGOTTEN(
      "fairlead_guard_forgotten_total",
      Kind.COUNTER,
      "Budgets of sources forgotten before they were whole again, since there were too many."),
  GUARD_MUTED(
      "fairlead_guard_muted_total",
      Kind.COUNTER,
      "Times a source over its budget was left to the kernel for some seconds, during a flood."),
  GUARD_REGISTERED_SOURCES(
      "fairlead_guard_registered_sources",
      Kind.GAUGE,
      "Sources with registrations, as counted last."),
  DNS_QUESTIONS(
      "fairlead_dns_questions_total",
      Kind.COUNTER,
      "Questions to the DNS: found, none (no such name or record), failed (no server could answer),"
          + " refused (too many were under way).",
      "outcome"),
  DNS_STALE(
      "fairlead_dns_stale_total",
      Kind.COUNTER,
      "Times an answer was kept beyond its lifetime because the DNS did not answer."),
  DNS_CACHED("fairlead_dns_cached_answers", Kind.GAUGE, "Answers of the DNS remembered."),
  MEDIA_STREAMS(
      "fairlead_media_streams", Kind.GAUGE, "Streams that our relay carries: m= lines.", "loop"),
  MEDIA_PORTS_TAKEN(
      "fairlead_media_ports_taken",
      Kind.GAUGE,
      "Pairs of ports in use on a network; a stream takes one on each side.",
      "network"),
  MEDIA_PORTS_FREE(
      "fairlead_media_ports_free",
      Kind.GAUGE,
      "Pairs of ports that can be taken now: neither in use nor resting.",
      "network"),
  MEDIA_PORTS_EXHAUSTED(
      "fairlead_media_ports_exhausted_total",
      Kind.COUNTER,
      "Streams refused because no pair of ports could be had on a network.",
      "network"),
  MEDIA_PACKETS(
      "fairlead_media_packets_total",
      Kind.COUNTER,
      "Packets taken, by the side they come from.",
      "side"),
  MEDIA_BYTES(
      "fairlead_media_bytes_total", Kind.COUNTER, "The same in bytes of UDP payload.", "side"),
  MEDIA_DROPPED(
      "fairlead_media_dropped_total",
      Kind.COUNTER,
      "Packets not passed on, by reason: stranger (not from the source that was learned), invalid"
          + " (no RTP), rtcp (no RTCP), empty, long, early (its side has described nothing yet),"
          + " held, nowhere (the other side's address is not known), unsent (the system did not"
          + " take it); of SRTP that ends at us: unauthentic (changed, of a stranger, or not"
          + " encrypted), replayed (its index was used before), ssrcs (more than max-ssrcs),"
          + " exhausted (no index is left under the key).",
      "reason"),
  MEDIA_SRTP_SIDES(
      "fairlead_media_srtp_sides",
      Kind.GAUGE,
      "Sides of streams whose SRTP ends at our relay, by suite.",
      "suite"),
  MEDIA_RELEARNED(
      "fairlead_media_relearned_total",
      Kind.COUNTER,
      "Times a side's source was replaced by another after it had been learned."),
  MEDIA_LOOP_BUSY(
      "fairlead_media_loop_busy_ratio",
      Kind.GAUGE,
      "Share of a processor that a media thread took since this was read last.",
      "loop");

  /** How a meter behaves. */
  public enum Kind {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  private final String text;
  private final Kind kind;
  private final String help;
  private final List<String> labels;

  Meter(String text, Kind kind, String help, String... labels) {
    this.text = text;
    this.kind = kind;
    this.help = help;
    this.labels = List.of(labels);
  }

  /** The name on the metrics page. */
  public String text() {
    return text;
  }

  /** Counter, gauge or histogram. */
  public Kind kind() {
    return kind;
  }

  /** One sentence for people. */
  public String help() {
    return help;
  }

  /** Names of its labels, in order. */
  public List<String> labels() {
    return labels;
  }
}
