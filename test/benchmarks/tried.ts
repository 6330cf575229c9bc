/** What was tried and did not help: so that nobody has to try it again. */

export const tried = `## Tried, and of no use

- *Failover.* The four deviations that TCP adds to a mean round trip make T ten round trips where delays
  are exponential. Waits from [T, 2T) are too long at 20 ms. Narrow waits without "one goes before"
  split votes everywhere. Stepping down after 2T deposes leaders whose answers one late message holds up.
  At 20 ms, exponential: granting a refused pre-vote later, when the own wait is over, gains 3 ms in the
  median; no longer waiting than T when asked by who has less, or holding back after a grant, nothing;
  asking again every 20 ms helps at 100 ms only. Taking a question for a pre-vote saves half a round trip,
  and should cost tenfold elections without a cause (by calculation): T would have to be longer by as much.
- *The core.* Looking at terms, roles and ends of logs only when another object has taken their place
  costs more than to check all invariants in each step. Lists that are made with no more room than they
  need gain nothing. Limits of inlining, sizes of the young generation, and assertions written out by hand change
  nothing; calling handlers by a switch instead of the table, nothing; a median of three written out by
  hand, 1 to 2 % at a window of one.
- *Lines.* One pattern for all numbers that need a second look is slower than several searches. Lines
  gathered in an array gain nothing over a string that grows, once that leaves as bytes. Reading many
  lines by one \`JSON.parse\` would let malformed lines pass. A pattern that tells which names need no
  escapes gains nothing over \`JSON.stringify\`; remembering them does. Writing at the end of a chunk
  instead of a turn, when no handler runs, has no consistent gain once stdin is read into one buffer.
- *The checker.* Dropping what cannot meet a coming completion removes 3 to 6 % of the configurations,
  and blurs which completion is the first contradiction. Steeper weights and terms for tightness: no
  consistent gain. One search of a turn from all configurations at once, so that none is reached twice,
  decides other histories of a hundred clients' cas, not more. To leave out what another configuration
  gets to by a detour that it can still take saves a sixth of them. Refutations of such a history had
  not shown anything after 3,000,000 configurations, as what may have happened before leaves too much open.
- *Thrift.* Asking one follower instead of all, where one is enough, saves messages and makes every
  operation wait for that one.
`;
