// SPDX-License-Identifier: GPL-3.0-or-later
// Run by T710-account.sh against a served archive that asks administrators for a second factor.
import { createHmac } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { accessible as isAccessible, complaints, equal, finish, launch, newPage, password, signIn, test } from './lib.mjs';

const { ADDRESS, TANGTHU_DIR } = process.env;

// RFC 6238 by other hands than the server's.
function totp(secret, steps = 0) {
	const bits = [...secret].map(c => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
	const mac = createHmac('sha1', key).update(counter).digest();
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

const browser = await launch();
const page = await newPage(browser, /status of (400|401|403)/);
const accessible = name => isAccessible(page, name);
const enter = name => signIn(page, name);

let secret = '';
let recovery = [];
await test('who owes a second factor finds nothing but the account page', async () => {
	await page.goto(ADDRESS);
	await enter('admin');
	await page.getByText('đòi hỏi mã xác thực thứ hai').waitFor();
	await page.goto(`${ADDRESS}/#/search?q=x`);
	await page.getByRole('button', { name: 'Thiết lập' }).waitFor();
	equal(await page.locator('#q').count(), 0, 'search boxes');
	await accessible('account-due');
});
await test('enrolment shows a QR code and takes a code of it', async () => {
	await page.getByRole('button', { name: 'Thiết lập' }).click();
	await page.locator('svg.qr path').waitFor();
	await accessible('account-enrol');
	secret = (await page.locator('section code').first().textContent()).replaceAll(' ', '');
	equal(secret.length, 32, 'length of the secret');
	await page.getByLabel('Mã xác thực', { exact: true }).fill('000000');
	await page.getByRole('button', { name: 'Bật' }).click();
	await page.locator('section .problem:not(:empty)').first().waitFor();
	await page.getByLabel('Mã xác thực', { exact: true }).fill(totp(secret));
	await page.getByRole('button', { name: 'Bật' }).click();
	await page.locator('.codes li').first().waitFor();
	recovery = await page.locator('.codes code').allTextContents();
	equal(recovery.length, 10, 'recovery codes');
	await accessible('account-codes');
	await page.getByRole('button', { name: 'Tôi đã cất' }).click();
	await page.locator('#q').waitFor();
});
await test('signing in asks for the code', async () => {
	await page.getByRole('button', { name: 'Đăng xuất' }).click();
	await enter('admin');
	const code = page.getByLabel('Mã xác thực', { exact: true });
	await code.waitFor();
	await accessible('login-code');
	await code.fill(recovery[0]);
	await page.keyboard.press('Enter');
	await page.locator('#q').waitFor();
});
await test('the account page lists sessions and makes a token that is shown once', async () => {
	await page.locator('a.who').click();
	await page.getByText('phiên này').waitFor();
	await accessible('account');
	await page.getByLabel('Tên', { exact: true }).fill('máy quét <img src=x onerror=alert(1)>');
	await page.getByRole('button', { name: 'Tạo khóa' }).click();
	await page.getByText(/^tt_/).waitFor();
	await page.reload();
	await page.getByText('máy quét <img src=x onerror=alert(1)>').waitFor();
	equal(await page.getByText(/^tt_/).count(), 0, 'tokens shown');
});
await test('an old proof is asked for again and then the act is done', async () => {
	execFileSync('sqlite3', [`${TANGTHU_DIR}/catalogue.db`, 'UPDATE session SET verified=verified-901000000']);
	await page.getByRole('button', { name: 'Tạo mã dự phòng mới' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.waitFor();
	await accessible('account-verify');
	await dialog.getByLabel('Mật khẩu').fill(password);
	await dialog.getByLabel('Mã xác thực').fill(recovery[1]);
	await dialog.getByRole('button', { name: 'Xác nhận' }).click();
	await page.locator('.codes li').first().waitFor();
	await page.getByRole('button', { name: 'Tôi đã cất' }).click();
});
await test('the page is English, too', async () => {
	await page.getByRole('button', { name: 'English' }).click();
	await page.getByRole('heading', { name: 'Second factor' }).waitFor();
	await accessible('account-en');
});
await test('the browser had nothing to complain of', async () => {
	equal(complaints.join('\n'), '', 'console');
});

await browser.close();
finish();
