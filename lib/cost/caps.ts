import { priceOf } from './price-sheet';

export interface CappedCell {
  readonly region: string;
  readonly maximumVcpus: number;
  /** Of the database, for each of its two instances. */
  readonly maximumUnits: number;
}

/** What a cell's nodes and its database cost in a month in which both stand at their limits all the time, USD [BUD-2, ADR-032]. */
export function cappedUsd({ region, maximumVcpus, maximumUnits }: CappedCell): { readonly nodes: number; readonly database: number } {
  const usd = (service: string, item: string) => priceOf(service, item, region).usd;
  const vcpu = (usd('EC2', 'm7g.large Linux on-demand, shared tenancy') + usd('EKS', 'Auto Mode management fee m7g.large')) / 2;
  return {
    nodes: 730 * maximumVcpus * vcpu,
    database: 730 * 2 * maximumUnits * usd('Aurora PostgreSQL', 'Serverless v2 ACU, Aurora Standard'),
  };
}
