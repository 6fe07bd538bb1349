/**
 * What the toolchain costs by itself: one stage, one stack, nothing in it.
 * Without the CDK's own validation, whose engine would take longer to start than all the rest and flatter the ratios.
 */
import { App, Stack, Stage } from 'aws-cdk-lib';

const app = new App({ autoSynth: false, builtinCloudFormationValidation: false });
new Stack(new Stage(app, 'Empty'), 'Empty');
app.synth();
