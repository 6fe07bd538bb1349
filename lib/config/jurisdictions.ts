/**
 * The Regions in which a jurisdiction's data may be [REG-1, REG-3].
 *
 * `eu` holds Regions in member states only: eu-west-2 (London) and eu-central-2 (Zurich) are in Europe, but outside the
 * Union, and would need a transfer mechanism of their own under chapter V of the GDPR.
 * Source: AWS General Reference, "AWS Regions and Availability Zones", read 2026-11.
 */
export const jurisdictions = {
  us: ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
  eu: ['eu-west-1', 'eu-west-3', 'eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2'],
} as const satisfies Record<string, readonly string[]>;

export type Jurisdiction = keyof typeof jurisdictions;
