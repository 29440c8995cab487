// SPDX-License-Identifier: GPL-3.0-or-later
// Run by T710-evidence.sh with good.zip, key and verify.html in WORK.
import { readFileSync, writeFileSync } from 'node:fs';
import { finish, launch, ok, test } from './lib.mjs';

const { WORK } = process.env;
const good = readFileSync(`${WORK}/good.zip`);
const key = readFileSync(`${WORK}/key`, 'utf8').trim();

const browser = await launch();
const context = await browser.newContext({ offline: true });
const requests = [];
context.on('request', (request) => requests.push(request.url()));

async function verdict(bytes, withKey, prepare) {
	const page = await context.newPage();
	if (prepare)
		await page.addInitScript(prepare);
	writeFileSync(`${WORK}/try.zip`, bytes);
	await page.goto(`file://${WORK}/verify.html`);
	await page.fill('#key', withKey);
	await page.setInputFiles('#file', `${WORK}/try.zip`);
	await page.waitForSelector('#verdict[data-done]', { timeout: 30000 });
	const result = {
		done: await page.getAttribute('#verdict', 'data-done'),
		bad: await page.locator('li.bad').allTextContents(),
		all: await page.locator('li').allTextContents(),
	};
	await page.close();
	return result;
}

await test('a package that is whole is found whole', async () => {
	const r = await verdict(good, key);
	ok(r.done === 'good', r.bad.join('; '));
	ok(r.all.some((line) => line.includes('original/01.txt')), 'originals are checked');
	ok(r.all.some((line) => /signature good|cannot check Ed25519/.test(line)), 'the signature is told');
});
await test('... without crypto.subtle too, and it says what it could not check', async () => {
	const r = await verdict(good, key, () => {
		Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined });
	});
	ok(r.done === 'good', r.bad.join('; '));
	ok(r.all.some((line) => line.includes('tangthu-verify')), 'the signature is left to tangthu-verify');
});
await test("the package's own key is not taken for proof", async () => {
	const r = await verdict(good, '');
	ok(r.done === 'good' && r.all.some((line) => line.includes('compare it with paper')), 'warning');
});
await test("a stranger's key is refused", async () => {
	const r = await verdict(good, 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
	ok(r.done === 'bad', 'refused');
});

// The end of each local header is where its content begins.
function files() {
	const list = [];
	for (let at = 0; good.readUInt32LE(at) === 0x04034b50;) {
		const n = good.readUInt16LE(at + 26), from = at + 30 + n, size = good.readUInt32LE(at + 18);
		list.push({ name: good.toString('utf8', at + 30, at + 30 + n).replace(/^[^/]*\//, ''), from, size });
		at = from + size;
	}
	return list;
}
for (const file of files()) {
	if (file.size === 0)
		continue;
	await test(`a changed byte of ${file.name} is found and the file named`, async () => {
		const bad = Buffer.from(good);
		bad[file.from + Math.floor(file.size / 2)] ^= 1;
		const r = await verdict(bad, key);
		ok(r.done === 'bad', 'found');
		ok(r.bad.some((line) => line.includes(file.name)) || /manifest|bagit/.test(file.name),
			`named: ${r.bad.join('; ')}`);
	});
}
await test('a package that is cut off is refused', async () => {
	ok((await verdict(good.subarray(0, good.length - 30), key)).done === 'bad', 'refused');
});
await test('nothing was asked of any network', async () => {
	ok(requests.every((url) => url.startsWith('file:')), requests.join(' '));
});
await browser.close();
finish();
