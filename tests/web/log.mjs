// SPDX-License-Identifier: GPL-3.0-or-later
// Run by T720-log.sh against a served archive.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { axe, complaints, finish, launch, newPage, ok, signIn, test } from './lib.mjs';

const { ADDRESS, WORK } = process.env;

const verify = (...words) => execFileSync('tangthu-verify', [words[0], '-q', '-f', `${WORK}/key`, ...words.slice(1)]);

const browser = await launch();
async function enter(name) {
	const page = await newPage(browser, /status of 401/);
	await page.goto(ADDRESS);
	await signIn(page, name);
	await page.waitForSelector('nav a');
	return page;
}
async function save(page, locator, name) {
	const [download] = await Promise.all([page.waitForEvent('download'), locator.click()]);
	await download.saveAs(`${WORK}/${name}`);
	return `${WORK}/${name}`;
}

const page = await enter('kim');
await test('an auditor reads the log', async () => {
	await page.click('nav a[href="#/log"]');
	await page.waitForSelector('table.log tbody tr');
	ok((await page.textContent('table.log')).includes('record.register'), 'entries');
});
await test('a proof saved from the page verifies', async () => {
	const row = page.locator('table.log tbody tr', { hasText: 'record.register' }).first();
	verify('entry', await save(page, row.locator('a[download]'), 'entry.proof'));
});
await test('the log is signed from the page, and the checkpoint verifies', async () => {
	await page.click('main p > button');
	const saved = page.locator('a[download$=".checkpoint"]');
	await saved.nth(1).waitFor();
	verify('checkpoint', await save(page, saved.first(), 'new.checkpoint'));
});
await test('... and extends the one that was kept before', async () => {
	const link = page.locator(`a[download^="${readFileSync(`${WORK}/old`, 'utf8').split('\n')[1]}-"]`);
	verify('extends', `${WORK}/old`, await save(page, link, 'extension'));
});
await test('entries are filtered', async () => {
	await page.fill('input[name=action]', 'login');
	await page.click('form.filters button');
	await page.locator('table.log tbody tr', { hasText: 'record.register' }).first().waitFor({ state: 'detached' });
	const rows = await page.locator('table.log tbody tr').allTextContents();
	ok(rows.length > 0 && rows.every(row => row.includes('login')), rows.join('; '));
});
await test('axe has nothing to say', async () => {
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() => globalThis.axe.run(document));
	ok(violations.length === 0, violations.map(v => `${v.id}: ${v.nodes.map(n => n.html).join(' ')}`).join('; '));
});
await test('an archivist has no such page', async () => {
	const other = await enter('lan');
	ok(await other.locator('nav a[href="#/log"]').count() === 0, 'no entry in the menu');
});
await test('the console stays empty', async () => {
	ok(complaints.length === 0, complaints.join('; '));
});
await browser.close();
finish();
