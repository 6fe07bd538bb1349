import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnConnection } from 'aws-cdk-lib/aws-codeconnections';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface ImagesStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`: names of repositories begin with it. */
  readonly cell: string;
  /** Services with an image of ours. */
  readonly services: readonly string[];
  /** Region that gets each image as well. @default - none, as in that Region itself, or where there is no second one */
  readonly copyRegion?: string;
}

/**
 * Images that are kept of each service. Only what is promoted to the cell is in its repository, ten or so a week [VEL-1]: the oldest one is
 * months behind whatever a rollback would ask for.
 */
const KEPT_IMAGES = 200;

/**
 * What a cluster is filled from: the services' images, and the way to the repository of manifests. In both Regions from the first day, since
 * a takeover needs both and has no time for either: images are copied as they are pushed, and a human has to open the connection once.
 *
 * There is no pull-through cache: nodes of Auto Mode bring their own components, add-ons come from AWS's registry in the Region, and
 * the cluster admits no image from anywhere else.
 */
export class ImagesStack extends PlatformStack {
  /** To GitHub: `PENDING` until somebody has opened it in the console. */
  readonly connectionArn: string;

  constructor(scope: Construct, id: string, props: ImagesStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: images of the services, and the connection to the repository of manifests',
      component: 'images',
      dataClassification: 'internal',
      stateful: true,
    });
    const key = new kms.Key(this, 'Key', { description: 'Images', enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
    for (const service of props.services) {
      new ecr.Repository(this, `Images-${service}`, {
        repositoryName: `${props.cell}/${service}`,
        // A tag that moves would make two pods of one version differ.
        imageTagMutability: ecr.TagMutability.IMMUTABLE,
        imageScanOnPush: true,
        encryption: ecr.RepositoryEncryption.KMS,
        encryptionKey: key,
        lifecycleRules: [
          // None by age, and none of those without a tag: what runs is named by its digest, and may have no other name.
          { description: 'Months of versions', tagStatus: ecr.TagStatus.ANY, maxImageCount: KEPT_IMAGES },
        ],
        removalPolicy: RemovalPolicy.RETAIN,
      });
    }
    if (props.copyRegion) {
      // One an account and Region. It copies what is pushed from now on, and no setting: the same repositories are there beforehand, with
      // a key and rules of their own. Source: Amazon ECR User Guide, "Private image replication in Amazon ECR", read 2026-11.
      new ecr.CfnReplicationConfiguration(this, 'Replication', {
        replicationConfiguration: {
          rules: [
            {
              destinations: [{ region: props.copyRegion, registryId: this.account }],
              repositoryFilters: [{ filter: `${props.cell}/`, filterType: 'PREFIX_MATCH' }],
            },
          ],
        },
      });
    }

    const connection = new CfnConnection(this, 'Github', { connectionName: `${props.cell}-github`, providerType: 'GitHub' });
    // Made anew it would have to be opened anew.
    connection.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.connectionArn = connection.attrConnectionArn;
  }
}
