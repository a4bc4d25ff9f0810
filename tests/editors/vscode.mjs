// Run by vscode.sh: drives VS Code through its page as a user does, and asserts on what the page shows.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { command, drive, lines, page, place, problems, shot, texts, typeLines, until } from './page.mjs';

const FIX = 'Delete the package lists in this layer';
const MESSAGE = 'leaves the package lists in this layer';

await drive(async () => {
    await until('the finding', async () => (await problems()).some((row) => row.includes(MESSAGE)));
    const before = (await problems()).length;

    await until('the offer for the neighbour', async () =>
        (await texts('.notification-toast')).some((toast) => toast.includes('Container Tools checks Dockerfiles too')),
    );
    await shot('0-neighbour');
    await page.locator('.notification-toast .monaco-button', { hasText: 'Turn Theirs Off' }).click();
    await until('the settings of the neighbour', () => {
        const settings = readFileSync(process.env.SETTINGS, 'utf8');
        return ['instructionCasing', 'directiveCasing'].every((check) =>
            settings.includes(`"docker.languageserver.diagnostics.${check}": "ignore"`),
        );
    });
    console.log('the neighbour says nothing any more');

    // A file that is not open, and then has nothing any more.
    const other = `${dirname(process.env.FILE)}/other`;
    mkdirSync(other);
    writeFileSync(`${other}/Dockerfile`, 'FROM debian\n');
    const isFound = async () => (await problems()).some((row) => row.includes('`debian` has no fixed tag'));
    await until('the finding in the other file', isFound);
    writeFileSync(`${other}/Dockerfile`, 'FROM debian:13\n');
    await until('the end of the finding in the other file', async () => !(await isFound()));
    console.log('the other file is looked at, and followed');
    console.log('problems', await problems());
    await shot('1-problems');

    const hover = await until('the hover on FROM', async () => {
        // The line may have moved: a line above the stage comes later.
        const from = await place('FROM');
        await page.mouse.move(from.x + 100, from.y + 100);
        await page.mouse.move(from.x, from.y, { steps: 4 });
        for (let pauses = 0; pauses < 30; pauses += 1) {
            await page.waitForTimeout(100);
            const shown = (await texts('.monaco-hover')).find((text) => text.includes('Begins a build stage'));
            if (shown) {
                return shown;
            }
        }
        return undefined;
    });
    console.log('hover', hover.slice(0, 80));
    await shot('2-hover');
    await page.keyboard.press('Escape');

    // A row of the panel, opened, puts the cursor on its finding.
    const row = page.locator('.markers-panel .monaco-list-row', { hasText: MESSAGE });
    await row.dblclick();
    await until('the focus of the editor', () => page.$('.monaco-editor.focused .view-line'));
    await until('the light bulb', () => page.$('[class*="codicon-lightbulb"], [class*="codicon-gutter-lightbulb"]'));
    await page.keyboard.press('Control+.');
    await page.waitForSelector('.action-widget .monaco-list-row.action');
    console.log('actions', await texts('.action-widget .monaco-list-row.action'));
    await shot('3-actions');
    await page.locator('.action-widget .monaco-list-row.action', { hasText: FIX }).first().click();
    await until('the fix in the text', async () => (await lines()).some((line) => line.endsWith('&& rm -rf /var/lib/apt/lists/*')));
    await until('the end of the finding', async () => {
        const rows = await problems();
        return rows.length < before && !rows.some((row) => row.includes(MESSAGE));
    });
    await shot('4-fixed');
    console.log('fixed, and the finding is gone');

    // Typed text has its inlay hint: the value of a variable.
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\nARG VERSION=22\nLABEL version=$VERSION\n', { delay: 20 });
    const hint = await until('the inlay hint', async () => (await lines()).find((line) => /\$VERSION.*22/.test(line)));
    console.log('inlay hint:', hint);
    await shot('5-hints');

    await page.hover('[id="status.languageStatus"]');
    const status = await until('the build context', async () => (await texts('.hover-language-status')).find((text) => text.startsWith('projectbuild context, as a guess')));
    console.log('status:', status);
    await shot('6-status');
    await page.mouse.move(600, 400);

    await command('Layerwise: Explain a Rule');
    const picks = () => texts('.quick-input-list .monaco-list-row');
    await until('the list of rules', async () => (await picks()).some((row) => row.includes('add-instead-of-copy')));
    await page.keyboard.type('apt-lists-kept');
    await until('the rule', async () => (await picks()).some((row) => row.includes('apt-lists-kept')));
    await shot('7-rules');
    await page.keyboard.press('Enter');
    await until('the page of the rule', async () => (await texts('.tab')).some((tab) => tab.includes('apt-lists-kept')));
    await page.waitForTimeout(1500);
    await shot('8-explained');

    await page.keyboard.press('Control+W');
    await command('Layerwise: Restart the Server');
    await page.keyboard.press('Control+1');
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('FRM x\n', { delay: 20 });
    await until('a finding after the restart', async () => (await problems()).some((row) => row.includes('`FRM` is no instruction')));
    const failures = (await texts('.notification-toast')).filter((toast) => toast.includes('failed'));
    if (failures.length) {
        throw new Error(`what goes wrong in a restart was shown: ${failures}`);
    }
    console.log('restarted');
    await shot('9-restarted');

    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('RUN true && \\\ntrue\n');
    await page.keyboard.press('Control+S');
    await until('the saved file', () => readFileSync(process.env.FILE, 'utf8').includes('/var/lib/apt/lists/*'));
    await until('the formatted line in it', () => readFileSync(process.env.FILE, 'utf8').includes('RUN true && \\\n    true\n'));
    console.log('formatted and saved');

    // All that is good for a stage, by a command.
    await command('File: New Untitled Text File');
    await until('another empty document', async () => (await texts('.tab')).some((tab) => tab.includes('Untitled-1')));
    await command('Change Language Mode');
    await page.keyboard.type('dockerfile');
    await until('its language', async () => (await texts('.quick-input-list .monaco-list-row')).some((row) => /dockerfile/i.test(row)));
    await page.keyboard.press('Enter');
    await until('its focus', () => page.$('.monaco-editor.focused .view-line'));
    // Typed, Enter could take what is proposed.
    await page.keyboard.insertText('FROM debian:13\nCOPY main.go /src/\nRUN apt-get update && apt-get install -y golang');
    await command('Layerwise: Optimise This Stage');
    await until('the step above the copy', async () => {
        const shown = await lines();
        const [run, copy] = ['RUN', 'COPY'].map((word) => shown.findIndex((line) => line.startsWith(word)));
        return run >= 0 && run < copy && shown[run].endsWith('&& rm -rf /var/lib/apt/lists/*');
    });
    await command('Layerwise: Optimise This Stage');
    await until('the word that there is nothing to do', async () =>
        (await texts('.notification-toast')).some((text) => text.includes('nothing to optimise')),
    );
    console.log('optimised');
    await shot('10-optimised');

    // A document that is no file yet.
    await command('File: New Untitled Text File');
    await until('the empty document', async () => (await texts('.tab')).some((tab) => tab.includes('Untitled-2')));
    await command('Change Language Mode');
    await page.keyboard.type('dockerfile');
    await until('the language', async () => (await texts('.quick-input-list .monaco-list-row')).some((row) => /dockerfile/i.test(row)));
    await page.keyboard.press('Enter');
    await until('the focus of the editor', () => page.$('.monaco-editor.focused .view-line'));
    await typeLines('FROM alpine:3.20\nRUM true\n', 20);
    await until('a finding without a file', async () => (await problems()).some((row) => row.includes('`RUM` is no instruction')));
    console.log('an untitled document is looked at');
    await shot('11-untitled');
});
