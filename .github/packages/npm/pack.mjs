// Makes the npm packages: one for each platform, and the one that users install, which depends on all of them.
//   usage: node pack.mjs OUT SERVER TARGET     the package of a platform; TARGET is a target of Rust
//          node pack.mjs OUT                   the package that users install
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The platforms, by their targets, in npm's words. */
const PLATFORMS = {
    'x86_64-unknown-linux-gnu': { os: 'linux', cpu: 'x64', libc: 'glibc' },
    'aarch64-unknown-linux-gnu': { os: 'linux', cpu: 'arm64', libc: 'glibc' },
    'x86_64-unknown-linux-musl': { os: 'linux', cpu: 'x64', libc: 'musl' },
    'aarch64-unknown-linux-musl': { os: 'linux', cpu: 'arm64', libc: 'musl' },
    'x86_64-apple-darwin': { os: 'darwin', cpu: 'x64' },
    'aarch64-apple-darwin': { os: 'darwin', cpu: 'arm64' },
    'x86_64-pc-windows-msvc': { os: 'win32', cpu: 'x64' },
    'aarch64-pc-windows-msvc': { os: 'win32', cpu: 'arm64' },
};

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../../..');
const [out, server, target] = process.argv.slice(2);
if (!out || (server && !PLATFORMS[target])) {
    console.error(`usage: node pack.mjs OUT [SERVER TARGET]   targets: ${Object.keys(PLATFORMS).join(' ')}`);
    process.exit(2);
}

const version = readFileSync(join(root, 'Cargo.toml'), 'utf8').match(/^version = "(.*)"$/m)[1];
const shared = {
    version,
    description: 'A language server and linter for Dockerfiles that knows what every line costs',
    license: 'MIT OR Apache-2.0',
};

function packageName({ os, cpu, libc }) {
    return `@layerwise/${os}-${cpu}${libc === 'musl' ? '-musl' : ''}`;
}

const folder = mkdtempSync(join(tmpdir(), 'layerwise-npm-'));
try {
    for (const licence of ['LICENSE-MIT', 'LICENSE-APACHE', 'THIRD-PARTY.md']) {
        copyFileSync(join(root, licence), join(folder, licence));
    }
    mkdirSync(join(folder, 'bin'));
    if (server) {
        const platform = PLATFORMS[target];
        const program = join(folder, 'bin', platform.os === 'win32' ? 'layerwise.exe' : 'layerwise');
        copyFileSync(server, program);
        chmodSync(program, 0o755);
        write({
            name: packageName(platform),
            ...shared,
            os: [platform.os],
            cpu: [platform.cpu],
            ...(platform.libc && { libc: [platform.libc] }),
        });
    } else {
        copyFileSync(join(here, 'layerwise.js'), join(folder, 'bin', 'layerwise.js'));
        copyFileSync(join(here, 'README.md'), join(folder, 'README.md'));
        const all = Object.values(PLATFORMS).map((platform) => [packageName(platform), version]);
        write({
            name: 'layerwise',
            ...shared,
            keywords: ['dockerfile', 'docker', 'linter', 'language-server', 'lsp'],
            bin: { layerwise: 'bin/layerwise.js' },
            engines: { node: '>=18' },
            optionalDependencies: Object.fromEntries(all),
        });
    }
    mkdirSync(out, { recursive: true });
    execFileSync('npm', ['pack', '--loglevel', 'error', '--pack-destination', resolve(out), folder], {
        stdio: ['ignore', 'ignore', 'inherit'],
        shell: process.platform === 'win32',
    });
} finally {
    rmSync(folder, { recursive: true });
}

function write(manifest) {
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
