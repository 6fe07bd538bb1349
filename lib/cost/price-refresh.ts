/**
 * Rows of the price sheet as AWS' price list API has them: what to ask, and what an answer says. Nothing here talks to AWS: bin/prices.ts does.
 *
 * Attributes by which a price is found are those that infracost/infracost finds it by (internal/resources/aws at 2026-08-21). Never run against the API: rows
 * that are found twice or not at all are left as they are, and named. Source of the form: AWS Price List API Reference, "GetProducts", read 2026-11.
 */

export interface PriceQuery {
  readonly service: string;
  readonly item: string;
  /** As the API calls it. */
  readonly serviceCode: string;
  readonly attributes: Readonly<Record<string, RegExp>>;
  /** From the row's unit to that of the API: a million requests are 1e6. */
  readonly scale: number;
  /** Where the price's tier begins. @default '0' */
  readonly beginRange?: string;
}

const query = (
  service: string,
  item: string,
  serviceCode: string,
  attributes: Readonly<Record<string, RegExp>>,
  scale = 1,
  beginRange?: string,
): PriceQuery => ({
  service,
  item,
  serviceCode,
  attributes,
  scale,
  beginRange,
});

const instance = (type: string): PriceQuery =>
  query('EC2', `${type} Linux on-demand, shared tenancy`, 'AmazonEC2', {
    instanceType: new RegExp(`^${type.replace('.', '\\.')}$`),
    operatingSystem: /^Linux$/,
    tenancy: /^Shared$/,
    preInstalledSw: /^NA$/,
    capacitystatus: /^Used$/,
  });

const KDS = 'Kinesis Data Streams';
const kinesis = (item: string, operation: string): PriceQuery =>
  query(KDS, item, 'AmazonKinesis', { operation: new RegExp(`^${operation}$`) });

export const priceQueries: readonly PriceQuery[] = [
  ...['c7g.large', 'c7i.large', 'm7g.large'].map(instance),
  query('VPC', 'NAT gateway hour', 'AmazonEC2', { usagetype: /(^|-)NatGateway-Hours$/ }),
  query('VPC', 'NAT gateway data processed', 'AmazonEC2', { usagetype: /(^|-)NatGateway-Bytes$/ }),
  query('VPC', 'Interface endpoint (PrivateLink) hour, per AZ', 'AmazonVPC', { usagetype: /(^|-)VpcEndpoint-Hours$/ }),
  query('VPC', 'Interface endpoint data processed, first 1 PB', 'AmazonVPC', { usagetype: /(^|-)VpcEndpoint-Bytes$/ }),
  query('ELB', 'Application Load Balancer hour', 'AWSELB', {
    productFamily: /^Load Balancer-Application$/,
    usagetype: /(^|-)LoadBalancerUsage$/,
  }),
  query('ELB', 'ALB LCU-hour', 'AWSELB', { productFamily: /^Load Balancer-Application$/, usagetype: /(^|-)LCUUsage$/ }),
  kinesis('On-demand (standard) stream', 'OnDemandStreamHr'),
  kinesis('On-demand (standard) data in', 'OnDemandDataIngested'),
  kinesis('On-demand (standard) data out', 'OnDemandDataRetrieval'),
  kinesis('On-demand (standard) enhanced fan-out data out', 'OnDemandEFODataRetrieval'),
  kinesis('On-demand (standard) extended retention (24 h to 7 d)', 'OnDemandExtendedRetentionByteHrs'),
  query('DynamoDB', 'On-demand write request units', 'AmazonDynamoDB', { productFamily: /PayPerRequest/, group: /^DDB-WriteUnits$/ }, 1e6),
  query('DynamoDB', 'On-demand read request units', 'AmazonDynamoDB', { productFamily: /PayPerRequest/, group: /^DDB-ReadUnits$/ }, 1e6),
  query('DynamoDB', 'Point-in-time recovery storage', 'AmazonDynamoDB', { usagetype: /TimedPITRStorage-ByteHrs/ }),
  query(
    'SQS',
    'Standard requests, first 100 billion (after 1 million free)',
    'AWSQueueService',
    { queueType: /^Standard$/ },
    1e6,
    '1000000',
  ),
  query('EKS', 'Cluster control plane, standard support', 'AmazonEKS', { usagetype: /AmazonEKS-Hours:perCluster$/ }),
  query('KMS', 'Customer managed key', 'awskms', { usagetype: /KMS-Keys$/ }),
  query('CloudWatch', 'Logs ingestion, Standard class', 'AmazonCloudWatch', { usagetype: /(^|-)DataProcessing-Bytes$/ }),
  query('CloudWatch', 'Logs storage (compressed)', 'AmazonCloudWatch', { usagetype: /(^|-)TimedStorage-ByteHrs$/ }),
  query('CloudWatch', 'Alarm, standard resolution', 'AmazonCloudWatch', {
    productFamily: /^Alarm$/,
    alarmType: /^Standard/,
    usagetype: /AlarmMonitorUsage$/,
  }),
  query('WAF', 'Web ACL', 'awswaf', { usagetype: /^[A-Z0-9]*-?WebACLV2$/ }),
  query('WAF', 'Rule or rule group', 'awswaf', { usagetype: /^[A-Z0-9]*-?RuleV2$/ }),
  query('WAF', 'Requests', 'awswaf', { usagetype: /^[A-Z0-9]*-?RequestV2-Tier1$/ }, 1e6),
];

/** Arguments of the AWS CLI: the API is in few Regions, and prices of all are in each. */
export const cliArguments = (serviceCode: string, region: string): readonly string[] => [
  'pricing',
  'get-products',
  '--region',
  'us-east-1',
  '--service-code',
  serviceCode,
  '--filters',
  `Type=TERM_MATCH,Field=regionCode,Value=${region}`,
  '--output',
  'json',
];

interface Product {
  readonly product: { readonly productFamily?: string; readonly attributes: Readonly<Record<string, string>> };
  readonly publicationDate?: string;
  readonly terms: {
    readonly OnDemand?: Readonly<
      Record<
        string,
        {
          readonly priceDimensions: Readonly<
            Record<string, { readonly beginRange?: string; readonly pricePerUnit: { readonly USD?: string } }>
          >;
        }
      >
    >;
  };
}

export interface Found {
  readonly usd: number;
  /** Day on which AWS published the list. */
  readonly asOf: string;
}

/** The one price that answers a query, `undefined` for none. @throws RangeError for several, or for an answer of another form */
export function priceIn(answer: unknown, { attributes, scale, beginRange = '0', service, item }: PriceQuery): Found | undefined {
  const texts = (answer as { readonly PriceList?: unknown } | null)?.PriceList;
  if (!Array.isArray(texts)) throw new RangeError('answer: received no PriceList; allowed: what aws pricing get-products prints');
  const found = texts.flatMap((text: unknown): Found[] => {
    const { product, terms, publicationDate } = (typeof text === 'string' ? JSON.parse(text) : text) as Product;
    const all: Readonly<Record<string, string | undefined>> = { ...product.attributes, productFamily: product.productFamily };
    if (!Object.entries(attributes).every(([name, pattern]) => pattern.test(all[name] ?? ''))) return [];
    const dimensions = Object.values(terms.OnDemand ?? {}).flatMap(({ priceDimensions }) => Object.values(priceDimensions));
    return dimensions
      .filter((dimension) => (dimension.beginRange ?? '0') === beginRange && Number(dimension.pricePerUnit.USD) > 0)
      .map((dimension) => ({
        usd: Number((Number(dimension.pricePerUnit.USD) * scale).toPrecision(8)),
        asOf: (publicationDate ?? '').slice(0, 10),
      }));
  });
  const prices = [...new Set(found.map(({ usd }) => usd))];
  if (prices.length > 1) throw new RangeError(`${service}: ${item}: received ${prices.join(' and ')}; allowed: one price`);
  return found[0];
}

export interface Row {
  readonly service: string;
  readonly item: string;
  readonly unit: string;
  readonly prices: Readonly<Record<string, number | null>>;
  readonly source: string;
  readonly asOf: string;
  readonly note?: string;
}

export interface Refreshed {
  readonly rows: readonly Row[];
  readonly changes: readonly string[];
  /** What was asked and not answered, or twice. */
  readonly left: readonly string[];
}

const SOURCE = 'AWS Price List API, GetProducts';

/** @param answer of the API for a service and Region; throws where there is none */
export function refresh(
  rows: readonly Row[],
  regions: readonly string[],
  answer: (serviceCode: string, region: string) => unknown,
): Refreshed {
  const changes: string[] = [];
  const left: string[] = [];
  const next = rows.map((row): Row => {
    const asked = priceQueries.find(({ service, item }) => service === row.service && item === row.item);
    if (!asked) return row;
    return regions.reduce((current, region) => {
      const name = `${row.service}: ${row.item} in ${region}`;
      try {
        const found = priceIn(answer(asked.serviceCode, region), asked);
        if (!found) {
          left.push(`${name}: not found`);
          return current;
        }
        if (found.usd === current.prices[region]) return current;
        changes.push(`${name}: ${String(current.prices[region])} -> ${found.usd}`);
        const source = current.source.includes(SOURCE) ? current.source : `${SOURCE}; ${current.source}`;
        return { ...current, prices: { ...current.prices, [region]: found.usd }, source, asOf: `${found.asOf} ${region}; ${current.asOf}` };
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        left.push(`${name}: ${error.message}`);
        return current;
      }
    }, row);
  });
  return { rows: next, changes, left };
}
