// SPDX-License-Identifier: GPL-3.0-or-later
// What the stories in a browser share: TAP, the driver, signing in, axe.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.BUILD}/web/`);
const { chromium } = require('playwright-core');
export const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
export const password = 'a long enough password';
const shots = `${process.env.BUILD}/web/screenshots`;
mkdirSync(shots, { recursive: true });

let count = 0;
let failed = 0;

export async function test(name, body) {
	let wrong = '';
	try {
		await body();
	} catch (error) {
		wrong = error.stack || String(error);
	}
	console.log(`${wrong ? 'not ok' : 'ok'} ${++count} - ${name}`);
	for (const line of wrong ? wrong.split('\n') : [])
		console.log(`# ${line}`);
	failed += wrong !== '';
}

export function equal(got, wanted, what) {
	if (got !== wanted)
		throw new Error(`${what}: got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
}

export function ok(value, what) {
	if (!value)
		throw new Error(what);
}

// Asked again from here: waitForFunction evaluates text, which the page's own policy forbids.
export async function until(body, what) {
	for (let tries = 0; tries < 100; tries++) {
		if (await body())
			return;
		await new Promise(resolve => setTimeout(resolve, 50));
	}
	throw new Error(what);
}

export const launch = () => chromium.launch({
	executablePath: '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
		'--disable-component-update', '--disable-sync'],
});

// What the browser complained of in any page, but for answers with a status that the story provokes.
export const complaints = [];

export async function newPage(browser, provoked) {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'vi-VN', acceptDownloads: true });
	const page = await context.newPage();
	page.on('console', message => {
		if (message.type() === 'error' && !provoked.test(message.text()))
			complaints.push(message.text());
	});
	page.on('pageerror', error => complaints.push(String(error)));
	return page;
}

export async function signIn(page, name) {
	await page.getByLabel('Tên đăng nhập').fill(name);
	await page.getByLabel('Mật khẩu', { exact: true }).fill(password);
	await page.keyboard.press('Enter');
}

// axe is put into an isolated world by the driver, so the page's own policy stays as strict as it is.
export async function accessible(page, name, fullPage = true) {
	await page.screenshot({ path: `${shots}/${name}.png`, fullPage });
	await page.evaluate(axe);
	const result = await page.evaluate(() => axe.run(document, {
		runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
	}));
	const lines = result.violations.map(v => `${v.id}: ${v.help} (${v.nodes.map(n => n.target).join('; ')})`);
	equal(lines.join('\n'), '', `axe on ${name}`);
}

export function finish() {
	console.log(`1..${count}`);
	process.exit(failed ? 1 : 0);
}
