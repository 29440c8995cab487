// SPDX-License-Identifier: GPL-3.0-or-later
// Run by T691-audits.sh against a served archive.
import { execFileSync } from 'node:child_process';
import { accessible, complaints, equal, finish, launch, newPage, ok, signIn, test } from './lib.mjs';

const { ADDRESS, WORK } = process.env;

const browser = await launch();
async function enter(name) {
	const page = await newPage(browser, /status of (400|401|412)/);
	page.setDefaultTimeout(15000);
	await page.goto(ADDRESS);
	await signIn(page, name);
	await page.waitForSelector('nav a');
	return page;
}
const opened = (page, name) => page.locator('details', { has: page.locator('summary', { hasText: name }) });
async function unfold(page, name) {
	const details = opened(page, name);
	if (await details.getAttribute('open') === null)
		await details.locator('summary').click();
	return details.locator('form');
}
const year = String(new Date().getFullYear());
const title = 'Đánh giá nội bộ <b>quý IV</b>';
const finding = page => page.locator('article.finding');

const kim = await enter('kim');
await test('a name with markup is text', async () => {
	equal(await kim.textContent('a.who'), '<img src=x onerror=alert(1)> kim', 'who it is');
});
await test('the year begins with nothing', async () => {
	await kim.click('nav a[href="#/audits"]');
	await kim.getByText(`Năm ${year} chưa có cuộc đánh giá nào.`).waitFor();
	await kim.getByText('Không có phát hiện nào quá hạn.').waitFor();
});
await test('an audit is opened', async () => {
	const form = await unfold(kim, 'Mở cuộc đánh giá mới');
	await form.getByLabel('Tên cuộc đánh giá').fill(title);
	await form.getByLabel('Chuẩn mực').fill('TCVN ISO 9001:2015');
	await form.getByLabel('Quy trình').fill('QT.01, QT.02');
	await form.getByLabel('Đánh giá viên').fill('kim, bao');
	await form.getByRole('button', { name: 'Mở cuộc đánh giá' }).click();
	await kim.getByRole('heading', { name: title, level: 1 }).waitFor();
	ok((await kim.textContent('.facts')).includes('QT.01, QT.02'), 'its procedures');
});
await test('... and planned', async () => {
	const form = await unfold(kim, 'Kế hoạch, phạm vi, báo cáo');
	await form.getByLabel('Phạm vi').fill('Phòng Quản lý lữ hành');
	await form.getByLabel('Kế hoạch').fill('Ngày 1: phỏng vấn.\nNgày 2: xem hồ sơ.');
	await form.getByRole('button', { name: 'Lưu' }).click();
	await opened(kim, 'Kế hoạch, phạm vi, báo cáo').and(kim.locator(':not([open])')).waitFor();
	await kim.reload();
	equal(await (await unfold(kim, 'Kế hoạch, phạm vi, báo cáo')).getByLabel('Kế hoạch').inputValue(),
		'Ngày 1: phỏng vấn.\nNgày 2: xem hồ sơ.', 'the plan');
});
await test('a plan that somebody else changed meanwhile is not overwritten', async () => {
	execFileSync('tangthu', ['--as', 'bao', 'audit', 'set', kim.url().split('/').pop(), '--programme', 'Cả năm']);
	const form = await unfold(kim, 'Kế hoạch, phạm vi, báo cáo');
	await form.getByLabel('Phạm vi').fill('Cả sở');
	await form.getByRole('button', { name: 'Lưu' }).click();
	await form.locator('.problem', { hasText: 'Người khác vừa sửa' }).waitFor();
	await kim.reload();
});
await test('a sample is drawn by words', async () => {
	const form = await unfold(kim, 'Lấy mẫu');
	await form.getByLabel('Điều khoản').fill('7.5.3');
	await form.getByLabel('Từ tìm').fill('thẻ AND "hướng dẫn viên"');
	await form.getByLabel('Số hồ sơ').fill('3');
	await form.getByLabel('Hạt giống').fill('quý IV');
	await form.getByRole('button', { name: 'Lấy mẫu' }).click();
	await kim.getByText('7.5.3 · 3 trong 5 hồ sơ').waitFor();
});
await test('... frozen and taken away, and it verifies', async () => {
	await kim.getByRole('button', { name: 'Đóng băng' }).click();
	const [download] = await Promise.all([kim.waitForEvent('download'), kim.getByRole('link', { name: 'gói (ZIP)' }).click()]);
	await download.saveAs(`${WORK}/package.zip`);
	execFileSync('tangthu-verify', ['package', '-q', '-f', `${WORK}/key`, `${WORK}/package.zip`]);
});
await test('words that a search would take loosely are refused with what to do', async () => {
	const form = await unfold(kim, 'Lấy mẫu');
	await form.getByLabel('Từ tìm').fill('"thẻ');
	await form.getByLabel('Hạt giống').fill('x');
	await form.getByRole('button', { name: 'Lấy mẫu' }).click();
	await form.locator('.problem', { hasText: 'nối các từ bằng AND' }).waitFor();
});
await test('a nonconformity without an owner is refused', async () => {
	const form = await unfold(kim, 'Ghi phát hiện');
	await form.getByLabel('Điều khoản').fill('7.5.3');
	await form.getByLabel('Nội dung').fill('Hồ sơ thiếu <script>alert(1)</script> chữ ký.');
	await form.getByRole('button', { name: 'Ghi phát hiện' }).click();
	await form.locator('.problem:not(:empty)').waitFor();
});
await test('... and kept with one', async () => {
	const form = await unfold(kim, 'Ghi phát hiện');
	await form.getByLabel('Người khắc phục').fill('minh');
	await form.getByLabel('Hạn').fill('2026-01-31');
	await form.getByRole('button', { name: 'Ghi phát hiện' }).click();
	await finding(kim).getByText('Hồ sơ thiếu <script>alert(1)</script> chữ ký.').waitFor();
	ok((await finding(kim).textContent()).includes('minh, hạn 31/01/2026'), 'owner and day');
	await kim.getByRole('heading', { name: 'Phát hiện (1 trong 1 chưa xong)' }).waitFor();
	await accessible(kim, 'audits-one');
});
await test('nothing is verified that was not corrected', async () => {
	equal(await opened(kim, 'Xác nhận đã khắc phục').count(), 0, 'forms to verify');
});
await test('the year tells what is overdue and what was not audited', async () => {
	await kim.click('nav a[href="#/audits"]');
	await kim.locator('li', { hasText: '31/01/2026' }).waitFor();
	const row = code => kim.locator('table.log tr', { hasText: code });
	await row('QT.03').getByText('chưa đánh giá').waitFor();
	equal((await row('QT.01').locator('td').allTextContents()).join('|'), `1|${year}`, 'QT.01');
	equal((await row('QT.03').locator('td').allTextContents()).join('|'), 'chưa đánh giá|2025', 'QT.03');
	await kim.getByText('Đã đánh giá 2 trong 3 quy trình.').waitFor();
	await accessible(kim, 'audits-year');
});

const minh = await enter('minh');
await test('the owner finds it on the own account page and says what was done', async () => {
	equal(await minh.locator('nav a[href="#/audits"]').count(), 0, 'entries in the menu');
	await minh.locator('a.who').click();
	await minh.getByRole('link', { name: '1 phát hiện chờ anh/chị' }).click();
	await finding(minh).waitFor();
	const form = await unfold(minh, 'Ghi việc khắc phục');
	await form.getByLabel('Việc đã làm').fill('Đã bổ sung chữ ký.');
	await form.getByRole('button', { name: 'Lưu' }).click();
	await finding(minh).getByText(/^minh khắc phục lúc .*: Đã bổ sung chữ ký\.$/).waitFor();
	equal(await opened(minh, 'Xác nhận đã khắc phục').count(), 0, 'forms to verify');
	await accessible(minh, 'audits-owner');
});
const bao = await enter('bao');
await test('somebody else verifies it', async () => {
	await bao.click('nav a[href="#/audits"]');
	await bao.getByRole('link', { name: title }).click();
	await finding(bao).waitFor();
	const form = await unfold(bao, 'Xác nhận đã khắc phục');
	await form.getByLabel('Ghi chú').fill('Đã xem tại chỗ.');
	await form.getByRole('button', { name: 'Xác nhận đã khắc phục' }).click();
	await finding(bao).getByText(/^bao xác nhận lúc .*: Đã xem tại chỗ\.$/).waitFor();
	await bao.getByRole('heading', { name: 'Phát hiện (0 trong 1 chưa xong)' }).waitFor();
	equal(await opened(bao, 'Ghi lại việc khắc phục').count(), 0, 'forms to correct');
});
await test('an audit without a report is not closed', async () => {
	ok(await bao.getByRole('button', { name: 'Đóng cuộc đánh giá' }).isDisabled(), 'disabled');
});
await test('... with one it is', async () => {
	const form = await unfold(bao, 'Kế hoạch, phạm vi, báo cáo');
	await form.getByLabel('Báo cáo').fill('Đạt, một điểm không phù hợp đã khắc phục.');
	await form.getByRole('button', { name: 'Lưu' }).click();
	await bao.locator('button:not(:disabled)', { hasText: 'Đóng cuộc đánh giá' }).click();
	await bao.locator('.facts', { hasText: 'đã đóng' }).waitFor();
	equal(await opened(bao, 'Ghi phát hiện').count(), 0, 'forms for findings');
	await bao.getByText('Đạt, một điểm không phù hợp đã khắc phục.').waitFor();
	equal((await bao.locator('main :is(h1, h2)').allTextContents()).join('|'),
		`${title}|Bằng chứng|Phát hiện (0 trong 1 chưa xong)`, 'order of the page');
	await accessible(bao, 'audits-closed');
});
await test('nothing is overdue any more', async () => {
	await bao.click('nav a[href="#/audits"]');
	await bao.getByText('Không có phát hiện nào quá hạn.').waitFor();
});
await test('the page is English, too', async () => {
	await bao.getByRole('button', { name: 'English' }).click();
	await bao.getByRole('heading', { name: `Procedures audited in ${year}` }).waitFor();
	await accessible(bao, 'audits-en');
});
await test('the browser had nothing to complain of', async () => {
	equal(complaints.join('\n'), '', 'console');
});
await browser.close();
finish();
