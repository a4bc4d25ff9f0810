// Optimises the stage at the cursor, with the refactoring of the server that every editor can ask for.

import * as vscode from 'vscode';

/** The kind of the server's refactoring. */
export const OPTIMISE = 'refactor.rewrite.optimise';

export const NO_DOCKERFILE = 'Layerwise: open a Dockerfile first, with the cursor in a stage.';
export const NOTHING = 'Layerwise: there is nothing to optimise in this stage.';
export const CHANGED = 'Layerwise: the Dockerfile has changed meanwhile. Run the command again.';

/** Applies all that the server would do for the stage, or says why it does nothing. */
export async function optimiseStage(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== 'dockerfile') {
        await vscode.window.showInformationMessage(NO_DOCKERFILE);
        return;
    }
    const { document, selection } = editor;
    const { version } = document;
    const place = new vscode.Range(selection.active, selection.active);
    const offered = await vscode.commands.executeCommand<vscode.CodeAction[] | undefined>(
        'vscode.executeCodeActionProvider',
        document.uri,
        place,
        OPTIMISE,
        1,
    );
    const edit = offered?.find((action) => action.kind?.value === OPTIMISE)?.edit;
    if (!edit) {
        await vscode.window.showInformationMessage(NOTHING);
    } else if (document.version !== version || !(await vscode.workspace.applyEdit(edit, { isRefactoring: true }))) {
        await vscode.window.showWarningMessage(CHANGED);
    }
}
