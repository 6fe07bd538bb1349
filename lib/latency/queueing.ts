/** How long an event waits for a pod: M/M/c, whose waiting time is known in closed form. */
import type { Quantiles } from './distribution';

export interface Servers {
  /** A second, in the mean. */
  readonly arrivals: number;
  /** Of one server for one event, in the mean. */
  readonly serviceMs: number;
  readonly servers: number;
}

export const utilisation = ({ arrivals, serviceMs, servers }: Servers): number => (arrivals * serviceMs) / 1000 / servers;

/** The share of events that find all servers busy: Erlang's C. */
export function waitingShare(load: Servers): number {
  const offered = utilisation(load) * load.servers;
  if (offered >= load.servers) return 1;
  // Erlang's B by its recursion, which neither overflows nor underflows.
  let blocked = 1;
  for (let server = 1; server <= load.servers; server += 1) blocked = (offered * blocked) / (server + offered * blocked);
  return blocked / (1 - (offered / load.servers) * (1 - blocked));
}

/** Of the wait alone. Where more arrives than is served it grows without end: Infinity. */
export function waiting(load: Servers): Quantiles {
  const busy = waitingShare(load);
  const spareASecond = load.servers / (load.serviceMs / 1000) - load.arrivals;
  if (spareASecond <= 0) return () => Number.POSITIVE_INFINITY;
  return (p) => (p <= 1 - busy ? 0 : (-1000 / spareASecond) * Math.log((1 - p) / busy));
}
