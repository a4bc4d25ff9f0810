#!/usr/bin/env node
// Runs the program of the package for this platform, which npm has installed beside this one.
'use strict';

const { spawnSync } = require('node:child_process');

/** Whether this is a Linux without glibc, such as Alpine. */
function isMusl() {
    return process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
}

const platform = `${process.platform}-${process.arch}${isMusl() ? '-musl' : ''}`;
const name = process.platform === 'win32' ? 'layerwise.exe' : 'layerwise';

let program;
try {
    program = require.resolve(`@layerwise/${platform}/bin/${name}`);
} catch {
    console.error(`layerwise: the package @layerwise/${platform} is not installed.`);
    console.error('Either there is none for this platform, or npm was told to leave out optional dependencies.');
    process.exit(2);
}

const { status, signal, error } = spawnSync(program, process.argv.slice(2), { stdio: 'inherit' });
if (error) {
    console.error(`layerwise: ${error.message}`);
    process.exit(2);
}
if (signal) {
    process.kill(process.pid, signal);
}
process.exit(status ?? 2);
