// SPDX-License-Identifier: Apache-2.0
// Just enough of CommonJS for what npm installed: the test appends all files by define().
'use strict';

const defined = {};
const loaded = {};
const mains = {};

function define(file, body) {
  defined[file] = body;
}

function resolve(from, wanted) {
  if (!wanted.startsWith('.')) {
    return mains[wanted];
  }
  const path = new URL(wanted, 'file:///' + from).pathname.slice(1);
  return [path, path + '.js', path + '/index.js'].find(each => each in defined);
}

function load(file) {
  if (!(file in loaded)) {
    const module = { exports: {} };
    loaded[file] = module;
    defined[file](module, module.exports, wanted => {
      const found = resolve(file, wanted);
      if (found === undefined) {
        throw new Error(file + ' wants ' + wanted);
      }
      return load(found);
    });
  }
  return loaded[file].exports;
}
