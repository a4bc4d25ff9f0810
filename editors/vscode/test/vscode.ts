// As much of VS Code as the tests need: it tells what it was asked for, and answers what it was told to.

export class Range {
    constructor(
        readonly start: unknown,
        readonly end: unknown,
    ) {}
}

/** What was called, in order: a name, and what was given. */
export const calls: [string, ...unknown[]][] = [];

export const answers: { actions?: unknown; applies: boolean; typed?: () => void } = { applies: true };

export const window: { activeTextEditor?: unknown; [name: string]: unknown } = {
    showInformationMessage: async (text: string) => void calls.push(['information', text]),
    showWarningMessage: async (text: string) => void calls.push(['warning', text]),
};

export const commands = {
    executeCommand: async (...words: unknown[]) => {
        calls.push(['command', ...words]);
        answers.typed?.();
        return answers.actions;
    },
};

export const workspace = {
    applyEdit: async (edit: unknown) => {
        calls.push(['edit', edit]);
        return answers.applies;
    },
};
