// What stands behind the braces of the status bar: the build context that the findings of this Dockerfile count on.

import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

/** What the server answers: the folder, and whether it was set; null where there is none. */
interface BuildContext {
    folder: string;
    given: boolean;
}

/** The status item. It asks the server when another Dockerfile is shown. */
export class ContextStatus implements vscode.Disposable {
    private readonly item = vscode.languages.createLanguageStatusItem('layerwise.context', { language: 'dockerfile' });
    private readonly subscriptions: vscode.Disposable[] = [];
    private client: LanguageClient | undefined;

    constructor() {
        this.item.name = 'Layerwise';
        this.item.command = { command: 'workbench.action.openSettings', title: 'Set', arguments: ['layerwise.context'] };
        this.setRunning(false, undefined);
        this.subscriptions.push(
            vscode.window.onDidChangeActiveTextEditor(() => this.refresh()),
            vscode.workspace.onDidSaveTextDocument(() => this.refresh()),
            vscode.workspace.onDidChangeConfiguration((event) => {
                if (event.affectsConfiguration('layerwise')) {
                    void this.refresh();
                }
            }),
        );
    }

    /** Says whether there is a server to ask. */
    setRunning(running: boolean, client: LanguageClient | undefined): void {
        this.client = running ? client : undefined;
        this.item.severity = running
            ? vscode.LanguageStatusSeverity.Information
            : vscode.LanguageStatusSeverity.Warning;
        this.item.text = running ? 'Layerwise' : 'Layerwise is not running';
        this.item.detail = undefined;
        void this.refresh();
    }

    private async refresh(): Promise<void> {
        const document = vscode.window.activeTextEditor?.document;
        if (!this.client || document?.languageId !== 'dockerfile') {
            return;
        }
        const asked = this.client;
        let context: BuildContext | null;
        try {
            const textDocument = asked.code2ProtocolConverter.asTextDocumentIdentifier(document);
            context = await asked.sendRequest<BuildContext | null>('layerwise/buildContext', textDocument);
        } catch {
            // An older server does not know the question.
            return;
        }
        if (asked !== this.client || document !== vscode.window.activeTextEditor?.document) {
            return;
        }
        this.item.text = context ? shownFolder(context.folder) : 'No build context';
        this.item.detail = context?.given ? 'build context' : 'build context, as a guess';
    }

    dispose(): void {
        this.item.dispose();
        this.subscriptions.forEach((subscription) => subscription.dispose());
    }
}

/** A folder as users know it: an open one by its name, what is inside it by its path from there. */
function shownFolder(folder: string): string {
    const open = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.fsPath === folder);
    return open?.name ?? vscode.workspace.asRelativePath(folder, true);
}
