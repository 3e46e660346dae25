import { expect, test } from 'vitest';
import { serverProperties } from './kafka-settings.ts';

const settingsOf = (properties: string) =>
  Object.fromEntries(
    properties
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

test('another listener sends its clients to the port that is advertised', () => {
  const ports = { broker: 1, controller: 2 };
  const listeners = [
    { name: 'A', port: 3, advertisedPort: 4 },
    { name: 'B', port: 5, advertisedPort: 6 },
  ];
  expect(settingsOf(serverProperties({ ports, listeners, logDir: '/logs' }))).toMatchObject({
    listeners: 'BROKER://127.0.0.1:1,CONTROLLER://127.0.0.1:2,A://127.0.0.1:3,B://127.0.0.1:5',
    'advertised.listeners': 'BROKER://127.0.0.1:1,A://127.0.0.1:4,B://127.0.0.1:6',
    'listener.security.protocol.map': 'BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,A:PLAINTEXT,B:PLAINTEXT',
  });
});

test("without one there is the broker's own and the controller's", () => {
  expect(settingsOf(serverProperties({ ports: { broker: 1, controller: 2 }, logDir: '/logs' }))).toMatchObject({
    listeners: 'BROKER://127.0.0.1:1,CONTROLLER://127.0.0.1:2',
    'advertised.listeners': 'BROKER://127.0.0.1:1',
  });
});
