// What the Enter key does behind a line that is continued.

import * as vscode from 'vscode';

/** Indents what follows the first line of an instruction; below, the editor keeps the indentation of the line above. */
export function indentContinuedLines(): vscode.Disposable {
    return vscode.languages.setLanguageConfiguration('dockerfile', {
        onEnterRules: [
            {
                beforeText: /^[^\s#].*\\\s*$/,
                action: { indentAction: vscode.IndentAction.Indent },
            },
        ],
    });
}
