// Which program is the server: the one that the user names, else the one in the extension, else the one on the path.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';

/** The server's program. A workspace that is not trusted cannot name one: VS Code leaves its value out. */
export function serverProgram(context: vscode.ExtensionContext): string {
    const named = vscode.workspace.getConfiguration('layerwise').get<string | null>('server.path')?.trim();
    if (named) {
        return named.startsWith('~/') ? path.join(homedir(), named.slice(2)) : named;
    }
    const name = process.platform === 'win32' ? 'layerwise.exe' : 'layerwise';
    const bundled = context.asAbsolutePath(path.join('bin', name));
    return existsSync(bundled) ? bundled : name;
}
