// Starts the server and shows what it says. Everything that is known of Dockerfiles is in the server.

import * as vscode from 'vscode';
import {
    LanguageClient,
    type LanguageClientOptions,
    type ServerOptions,
    State,
} from 'vscode-languageclient/node';

import { serverProgram } from './binary';
import { indentContinuedLines } from './enter';
import { offerToQuietNeighbours } from './neighbours';
import { optimiseStage } from './optimise';
import { registerReferences, SHOW_REFERENCES } from './references';
import { explainRule, RuleDocuments } from './rules';
import { ContextStatus } from './status';

/** Settings of this extension, not of the server. */
const OWN_SETTINGS = ['server', 'trace'];

/** A client that shows what goes wrong only while its server should run: of a failed start the user is told what to do. */
class QuietClient extends LanguageClient {
    isToRun = false;

    override error(message: string, data?: unknown, showNotification?: boolean | 'force'): void {
        super.error(message, data, this.isToRun ? showNotification : false);
    }
}

let client: QuietClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
    const output = vscode.window.createOutputChannel('Layerwise', { log: true });
    const status = new ContextStatus();
    const rules = new RuleDocuments();

    // One after the other: a server that is asked to stop while it starts does neither.
    let last: Promise<void> = Promise.resolve();
    const start = () => (last = last.then(startNow));
    const startNow = async () => {
        try {
            await stop();
            client = newClient(context, output);
            client.onDidChangeState(({ newState }) => status.setRunning(newState === State.Running, client));
            await client.start();
            client.isToRun = true;
        } catch (error) {
            output.error(String(error));
            // The message stays until it is answered, and the next start does not wait for that.
            void sayWhatToDo(error, output);
        }
    };

    context.subscriptions.push(
        output,
        status,
        rules,
        registerReferences(),
        indentContinuedLines(),
        vscode.workspace.registerTextDocumentContentProvider(RuleDocuments.SCHEME, rules),
        vscode.commands.registerCommand('layerwise.restart', start),
        vscode.commands.registerCommand('layerwise.showOutput', () => output.show()),
        vscode.commands.registerCommand('layerwise.explainRule', () => explainRule(serverProgram(context), rules)),
        // This comes as well when a workspace is trusted and names another server.
        vscode.commands.registerCommand('layerwise.optimiseStage', optimiseStage),
        vscode.workspace.onDidChangeConfiguration(async (event) => {
            if (event.affectsConfiguration('layerwise.server')) {
                await start();
            }
        }),
    );

    await start();
    await offerToQuietNeighbours(context);
}

export async function deactivate(): Promise<void> {
    await stop();
}

async function stop(): Promise<void> {
    const running = client;
    client = undefined;
    if (running) {
        running.isToRun = false;
    }
    if (running?.needsStop()) {
        await running.stop();
    }
    await running?.dispose();
}

function newClient(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): QuietClient {
    const program = serverProgram(context);
    output.info(`the server is ${program}`);
    const server: ServerOptions = { command: program, args: ['lsp'] };
    const options: LanguageClientOptions = {
        documentSelector: [
            { scheme: 'file', language: 'dockerfile' },
            { scheme: 'untitled', language: 'dockerfile' },
            { scheme: 'file', pattern: '**/*.dockerignore' },
        ],
        outputChannel: output,
        initializationOptions: serverSettings(vscode.workspace.getConfiguration('layerwise')),
        middleware: {
            workspace: {
                configuration: async (params, token, next) => {
                    const answers = await next(params, token);
                    return Array.isArray(answers) ? answers.map(serverSettings) : answers;
                },
            },
        },
    };
    const created = new QuietClient('layerwise', 'Layerwise', server, options);
    created.registerFeature({
        fillClientCapabilities: (capabilities) => {
            capabilities.experimental = { ...capabilities.experimental, commands: { commands: [SHOW_REFERENCES] } };
        },
        initialize: () => {},
        getState: () => ({ kind: 'static' }),
        clear: () => {},
    });
    return created;
}

/** The settings that the server knows, out of all below `layerwise`. */
function serverSettings(settings: unknown): unknown {
    if (typeof settings !== 'object' || settings === null) {
        return settings;
    }
    const known = Object.entries(JSON.parse(JSON.stringify(settings)) as object);
    return Object.fromEntries(known.filter(([key]) => !OWN_SETTINGS.includes(key)));
}

async function sayWhatToDo(error: unknown, output: vscode.LogOutputChannel): Promise<void> {
    const choice = await vscode.window.showErrorMessage(
        `Layerwise cannot start its server: ${error instanceof Error ? error.message : String(error)}`,
        'Open the Settings',
        'Show the Output',
    );
    if (choice === 'Open the Settings') {
        await vscode.commands.executeCommand('workbench.action.openSettings', 'layerwise.server.path');
    } else if (choice === 'Show the Output') {
        output.show();
    }
}
