const services = '^(order|inventory|loyalty)-svc/';
const tests = '(\\.test\\.ts$|/testing/)';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle can not be understood or tested in parts.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'contracts-import-typebox-alone',
      comment: 'Contracts are what other teams take: they bring nothing along. Golden messages are read from their files.',
      severity: 'error',
      from: { path: '^contracts/src/', pathNot: [tests, '^contracts/src/golden\\.ts$'] },
      to: { pathNot: ['^contracts/src/', '^node_modules/typebox/'] },
    },
    {
      name: 'no-service-imports-another',
      comment: 'Services talk through events; an import would make them one.',
      severity: 'error',
      from: { path: '^([a-z]+-svc)/' },
      to: { path: services, pathNot: '^$1/' },
    },
    {
      name: 'chassis-knows-no-service',
      comment: 'The chassis holds mechanisms and no business word.',
      severity: 'error',
      from: { path: '^chassis/', pathNot: tests },
      to: { path: [services, '^(local|tools|tests)/'] },
    },
    {
      name: 'domain-is-pure',
      comment: 'Rules are tested without I/O; they may speak the language of the contracts.',
      severity: 'error',
      from: { path: '^([a-z]+-svc)/src/domain/', pathNot: tests },
      to: { pathNot: ['^$1/src/domain/', '^contracts/src/'] },
    },
    {
      name: 'application-declares-ports',
      comment: 'Use cases see ports, never an edge or a driver.',
      severity: 'error',
      from: { path: '^([a-z]+-svc)/src/application/', pathNot: tests },
      to: {
        path: [
          '^$1/src/(http|messaging|persistence)/',
          '/node_modules/(kafkajs|mongodb|fastify)/',
          '^node_modules/(kafkajs|mongodb|fastify)/',
        ],
      },
    },
    {
      name: 'edges-do-not-know-each-other',
      comment: 'http, messaging and persistence meet in app.ts only.',
      severity: 'error',
      from: { path: '^([a-z]+-svc)/src/(http|messaging|persistence)/', pathNot: tests },
      to: { path: '^$1/src/(http|messaging|persistence)/', pathNot: '^$1/src/$2/' },
    },
    {
      name: 'only-main-imports-app',
      comment: 'app.ts is the composition root; nothing inside depends on it.',
      severity: 'error',
      from: { path: '^([a-z]+-svc)/src/', pathNot: ['^[a-z]+-svc/src/main\\.ts$', tests] },
      to: { path: '^$1/src/(app|main)\\.ts$' },
    },
    {
      name: 'kafka-client-in-one-room',
      comment: 'kafkajs is frozen code behind a port: it can be changed in one place. The local stack starts brokers and may ask them.',
      severity: 'error',
      from: { pathNot: ['^chassis/src/kafka/', '^local/', tests] },
      to: { path: '^node_modules/kafkajs/' },
    },
    {
      name: 'mongodb-driver-in-its-rooms',
      comment: 'Writes go through the unit of work; the driver is for adapters and reads.',
      severity: 'error',
      from: { pathNot: ['^chassis/src/', '^([a-z]+-svc|console)/src/persistence/', '^(local|tools|chaos|bench|tests)/', tests] },
      to: { path: '^node_modules/mongodb/' },
    },
    {
      name: 'prometheus-client-in-its-rooms',
      comment: 'Mechanisms, services and the audit count through a port, so what they cost and how they are named is decided once.',
      severity: 'error',
      from: { pathNot: ['^chassis/src/metrics/', tests] },
      to: { path: '^node_modules/prom-client/' },
    },
    {
      name: 'opentelemetry-in-one-room',
      comment: 'The SDK is loaded where traces are collected, and nowhere else.',
      severity: 'error',
      from: { pathNot: ['^chassis/src/tracing/', tests] },
      to: { path: '^node_modules/@opentelemetry/' },
    },
    {
      name: 'console-stays-outside-of-services',
      comment: 'It reads topics and REST, and does with databases what the tools do. How a guest is called is the one rule that it shares.',
      severity: 'error',
      from: { path: '^console/', pathNot: tests },
      to: { path: services, pathNot: '^order-svc/src/application/checkout-request\\.ts$' },
    },
    {
      name: 'pages-know-the-api-only',
      comment: 'The pages run in a browser: of the server they know the types of its answers, and of the services their contracts.',
      severity: 'error',
      from: { path: '^console/web/', pathNot: tests },
      to: { path: '^(console/src/(?!api/)|chassis/|tools/|local/)' },
    },
    {
      name: 'client-brings-little',
      comment: 'Other teams take the client, and browsers load it; only its generator, which is not loaded, looks into the services.',
      severity: 'error',
      from: { path: '^client/src/', pathNot: ['^client/src/generate/', tests] },
      to: { pathNot: ['^client/src/(?!generate/)', '^node_modules/openapi-fetch/'] },
    },
    {
      name: 'no-undeclared-dependencies',
      comment: 'A clean clone installs what package.json says, nothing else.',
      severity: 'error',
      from: { pathNot: tests },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(coverage|\\.microshop)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
    parser: 'swc',
  },
};
