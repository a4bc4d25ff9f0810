// Run by trust.sh: a workspace names the program that is the server, and is heard only where it is trusted.
import { drive, page, problems, shot, texts, until } from './page.mjs';

await drive(async () => {
    await until('the finding', async () => (await problems()).some((row) => row.includes('apt-lists-kept')));
    console.log('not trusted: the server of the extension is used');
    await shot('trust-0-restricted');

    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).click();
    await page.locator('.workspace-trust-editor .monaco-button', { hasText: 'Trust' }).first().click();
    const toasts = () => texts('.notification-toast');
    await until('the message', async () => (await toasts()).some((toast) => toast.includes('Layerwise cannot start its server')));
    const others = (await toasts()).filter((toast) => !toast.includes('Layerwise cannot start its server'));
    if (others.length) {
        throw new Error(`it was said in other words too: ${others}`);
    }
    console.log('trusted: the server that the workspace names is used');
    await shot('trust-1-trusted');
});
