// The places that a line above a stage counts: the server sends them as the protocol has them, VS Code wants its own.

import * as vscode from 'vscode';
import type { Location, Position } from 'vscode-languageclient/node';

/** The command's name, as the server knows it. */
export const SHOW_REFERENCES = 'layerwise.showReferences';

export function registerReferences(): vscode.Disposable {
    return vscode.commands.registerCommand(SHOW_REFERENCES, (uri: string, position: Position, places: Location[]) =>
        vscode.commands.executeCommand(
            'editor.action.showReferences',
            vscode.Uri.parse(uri),
            toPosition(position),
            places.map((place) => {
                const range = new vscode.Range(toPosition(place.range.start), toPosition(place.range.end));
                return new vscode.Location(vscode.Uri.parse(place.uri), range);
            }),
        ),
    );
}

function toPosition(position: Position): vscode.Position {
    return new vscode.Position(position.line, position.character);
}
