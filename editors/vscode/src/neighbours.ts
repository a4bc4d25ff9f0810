// Other extensions that report problems in Dockerfiles: the same problem is shown once where the user wants that.

import * as vscode from 'vscode';

/** The checks of Microsoft's Container Tools, and of its Docker extension before that. */
const CONTAINER_TOOLS = ['ms-azuretools.vscode-containers', 'ms-azuretools.vscode-docker'];
const CONTAINER_TOOLS_CHECKS = [
    'deprecatedMaintainer',
    'directiveCasing',
    'emptyContinuationLine',
    'instructionCasing',
    'instructionCmdMultiple',
    'instructionEntrypointMultiple',
    'instructionHealthcheckMultiple',
    'instructionJSONInSingleQuotes',
    'instructionWorkdirRelative',
];

/** Extensions that report what Layerwise reports and have no setting to stop that. */
const WITHOUT_SETTING = ['docker.docker', 'exiasr.hadolint'];

const TURN_OFF = 'Turn Theirs Off';
const SHOW = 'Show the Extension';
const KEEP = 'Keep Both';

/** Offers once for each neighbour to have it say nothing about Dockerfiles. */
export async function offerToQuietNeighbours(context: vscode.ExtensionContext): Promise<void> {
    await offerForContainerTools(context);
    for (const id of WITHOUT_SETTING) {
        const extension = vscode.extensions.getExtension(id);
        if (!extension || isAnswered(context, id)) {
            continue;
        }
        const name = String(extension.packageJSON.displayName ?? id);
        const choice = await vscode.window.showInformationMessage(
            `${name} checks Dockerfiles too and has no setting against it, so problems may be listed twice. It can be disabled for a workspace.`,
            SHOW,
            KEEP,
        );
        if (choice === SHOW) {
            await vscode.commands.executeCommand('workbench.extensions.search', `@id:${id}`);
        }
        await answer(context, id, choice);
    }
}

async function offerForContainerTools(context: vscode.ExtensionContext): Promise<void> {
    const extension = CONTAINER_TOOLS.map((id) => vscode.extensions.getExtension(id)).find((found) => found);
    const settings = vscode.workspace.getConfiguration('docker.languageserver.diagnostics');
    const heard = CONTAINER_TOOLS_CHECKS.filter((check) => {
        const setting = settings.inspect<string>(check);
        return setting?.defaultValue !== undefined && settings.get<string>(check) !== 'ignore';
    });
    if (!extension || heard.length === 0 || isAnswered(context, CONTAINER_TOOLS[0])) {
        return;
    }
    const name = String(extension.packageJSON.displayName ?? extension.id);
    const choice = await vscode.window.showInformationMessage(
        `${name} checks Dockerfiles too, so some problems are listed twice.`,
        TURN_OFF,
        KEEP,
    );
    if (choice === TURN_OFF) {
        for (const check of heard) {
            await settings.update(check, 'ignore', vscode.ConfigurationTarget.Global);
        }
    }
    await answer(context, CONTAINER_TOOLS[0], choice);
}

function isAnswered(context: vscode.ExtensionContext, id: string): boolean {
    return context.globalState.get<boolean>(`neighbour.${id}`) === true;
}

async function answer(context: vscode.ExtensionContext, id: string, choice: string | undefined): Promise<void> {
    // A message that was only closed is no answer.
    if (choice !== undefined) {
        await context.globalState.update(`neighbour.${id}`, true);
    }
}
