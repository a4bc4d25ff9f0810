// Run by picture.sh: the picture of the README, of a Dockerfile as it is written every day.
import { drive, page, problems, texts, until } from './page.mjs';

const RULE = 'source-before-dependencies';

await drive(async () => {
    await until('the finding', async () => (await problems()).some((row) => row.includes(RULE)));
    await page.locator('.markers-panel .monaco-list-row', { hasText: RULE }).dblclick();
    await until('the focus of the editor', () => page.$('.monaco-editor.focused .view-line'));
    await page.keyboard.press('Control+B');
    await page.keyboard.press('Control+.');
    await until('the fixes', async () => (await texts('.action-widget .monaco-list-row.action')).length > 2);
    await page.waitForTimeout(500);
    await page.screenshot({ path: process.env.PICTURE });
});
