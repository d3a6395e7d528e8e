import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { fitParameters, optimizerParameters } from '../../../src/autolog/fitParameters';
import { modelParameters } from '../../../src/autolog/modelParameters';
import { useTensorFlow } from './tensorflow';

describe('parameters of a fit', () => {
  before(useTensorFlow);

  it("are tfjs's defaults under Keras's names where nothing is given", () => {
    const params = fitParameters({});
    assert.deepEqual([params['batch_size'], params['epochs'], params['shuffle'], params['initial_epoch']], [32, 1, true, 0]);
    assert.equal(params['steps_per_epoch'], undefined);
  });

  it('have no batch size where a data set makes its own batches', () => {
    assert.equal(fitParameters({ dataset: true, stepsPerEpoch: 5 })['batch_size'], undefined);
    assert.equal(fitParameters({ dataset: true, stepsPerEpoch: 5 })['steps_per_epoch'], 5);
  });

  it("tell every tfjs optimizer's own settings", () => {
    assert.deepEqual(optimizerParameters(tf.train.adam(0.01, 0.8, 0.9, 1e-5)), {
      opt_name: 'Adam',
      opt_learning_rate: 0.01,
      opt_beta_1: 0.8,
      opt_beta_2: 0.9,
      opt_epsilon: 1e-5,
    });
    assert.deepEqual(optimizerParameters(tf.train.rmsprop(0.1, 0.7, 0.2, 1e-3, true)), {
      opt_name: 'RMSProp',
      opt_learning_rate: 0.1,
      opt_rho: 0.7,
      opt_momentum: 0.2,
      opt_epsilon: 1e-3,
      opt_centered: true,
    });
    assert.deepEqual(optimizerParameters(tf.train.momentum(0.1, 0.9, true)), {
      opt_name: 'Momentum',
      opt_learning_rate: 0.1,
      opt_momentum: 0.9,
      opt_nesterov: true,
    });
    assert.deepEqual(optimizerParameters(tf.train.sgd(0.3)), { opt_name: 'SGD', opt_learning_rate: 0.3 });
  });

  it('tell the layers by their place, with counts that agree with tfjs', () => {
    const model = layers.sequential();
    model.add(layers.layers.conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, activation: 'relu' }));
    model.add(layers.layers.maxPooling2d({ poolSize: 2 }));
    model.add(layers.layers.batchNormalization());
    model.add(layers.layers.flatten());
    model.add(layers.layers.dropout({ rate: 0.5 }));
    model.add(layers.layers.dense({ units: 10, activation: 'softmax', kernelInitializer: 'heNormal' }));
    model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    const params = modelParameters(model);
    assert.equal(params['layers'], 6);
    assert.equal(params['total_params'], model.countParams());
    // Batch normalization follows a mean and a variance of its 32 channels without training them.
    assert.equal(params['non_trainable_params'], 64);
    assert.equal(params['input_shape'], '[null,28,28,1]');
    assert.equal(params['layer_1_type'], 'Conv2D');
    assert.equal(params['layer_1_filters'], 32);
    assert.deepEqual(params['layer_1_kernel_size'], [3, 3]);
    assert.deepEqual(params['layer_2_pool_size'], [2, 2]);
    assert.equal(params['layer_5_rate'], 0.5);
    assert.match(params['layer_6_kernel_initializer'] as string, /^VarianceScaling\(scale=2, mode=fanIn/);
    assert.equal(params['loss'], 'categoricalCrossentropy');
    assert.equal(params['metrics'], 'accuracy');
    assert.equal(params['model_name'], undefined);
  });
});
