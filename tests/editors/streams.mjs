// Run by streams.sh: starts the server as VS Code's own library does where it listens for it, on a port and on a pipe.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

const { editors, WAIT } = process.env;
const rpc = createRequire(`${editors}/vscode/`)('vscode-jsonrpc/node');

/** Opens a document over a transport, and waits for its finding and the end of the server. */
async function session(name, transport, words) {
    const server = spawn('layerwise', ['lsp', ...words, `--clientProcessId=${process.pid}`], { stdio: 'inherit' });
    const ended = new Promise((resolve) => server.on('exit', resolve));
    const [reader, writer] = await transport.onConnected();
    const connection = rpc.createMessageConnection(reader, writer);
    const finding = new Promise((resolve) =>
        connection.onNotification('textDocument/publishDiagnostics', ({ diagnostics }) => diagnostics[0] && resolve(diagnostics[0])),
    );
    connection.listen();
    await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
    await connection.sendNotification('initialized', {});
    const textDocument = { uri: 'untitled:a', languageId: 'dockerfile', version: 1, text: 'FROM debian\n' };
    await connection.sendNotification('textDocument/didOpen', { textDocument });
    console.log(`${name}:`, (await finding).message);
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    const code = await ended;
    if (code !== 0) {
        throw new Error(`on a ${name} it ended with ${code}`);
    }
}

setTimeout(() => {
    console.log('FAIL nothing was heard in time');
    process.exit(1);
}, Number(WAIT) * 1000).unref();
const port = 20000 + (process.pid % 20000);
await session('port', await rpc.createClientSocketTransport(port), [`--socket=${port}`]);
const pipe = rpc.generateRandomPipeName();
await session('pipe', await rpc.createClientPipeTransport(pipe), [`--pipe=${pipe}`]);
