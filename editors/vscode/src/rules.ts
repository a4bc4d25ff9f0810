// The documentation of a rule, as the server's program prints it, in a preview.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';

const run = promisify(execFile);

interface Rule {
    id: string;
    summary?: string;
    codes?: string[];
}

/** The pages of rules, by their address. */
export class RuleDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
    static readonly SCHEME = 'layerwise-rule';
    private readonly pages = new Map<string, string>();

    add(rule: string, page: string): vscode.Uri {
        const uri = vscode.Uri.from({ scheme: RuleDocuments.SCHEME, path: `${rule}.md` });
        this.pages.set(uri.toString(), page);
        return uri;
    }

    provideTextDocumentContent(uri: vscode.Uri): string {
        return this.pages.get(uri.toString()) ?? '';
    }

    dispose(): void {
        this.pages.clear();
    }
}

/** Asks for a rule, those at the cursor first, and shows what it is about. */
export async function explainRule(program: string, documents: RuleDocuments): Promise<void> {
    try {
        const { stdout } = await run(program, ['rules', '--format', 'json']);
        const rules = JSON.parse(stdout) as Rule[];
        const near = rulesAtCursor();
        const picked = await vscode.window.showQuickPick(
            [...rules]
                .sort((left, right) => Number(near.has(right.id)) - Number(near.has(left.id)))
                .map((rule) => ({ label: rule.id, description: rule.codes?.join(' '), detail: rule.summary })),
            { placeHolder: 'Which rule?', matchOnDescription: true, matchOnDetail: true },
        );
        if (!picked) {
            return;
        }
        const page = await run(program, ['explain', picked.label]);
        const uri = documents.add(picked.label, page.stdout);
        await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch (error) {
        await vscode.window.showErrorMessage(`Layerwise cannot explain a rule: ${String(error)}`);
    }
}

function rulesAtCursor(): Set<string> {
    const editor = vscode.window.activeTextEditor;
    if (!editor) {
        return new Set();
    }
    const here = vscode.languages
        .getDiagnostics(editor.document.uri)
        .filter((diagnostic) => diagnostic.source === 'layerwise' && diagnostic.range.contains(editor.selection.active));
    return new Set(here.map((diagnostic) => String(diagnostic.code)));
}
