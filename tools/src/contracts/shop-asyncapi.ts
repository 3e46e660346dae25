import { topics } from '@microshop/contracts';
import { type AsyncApi, asyncApiOf } from '@microshop/contracts/asyncapi';
import { goldenMessage } from '@microshop/contracts/golden';

/** The AsyncAPI document of the whole shop. */
export const shopAsyncApi = (): AsyncApi =>
  asyncApiOf({
    info: {
      title: 'Microshop',
      version: '0.1.0',
      description: 'What the services of the shop tell each other, and whoever else reads it.',
    },
    topics,
    example: goldenMessage,
  });
