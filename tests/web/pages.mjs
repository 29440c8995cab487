// SPDX-License-Identifier: GPL-3.0-or-later
// Run by T700-pages.sh against a served archive of generated scans.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { accessible as isAccessible, complaints, equal, finish, launch, newPage, ok, password, signIn, test, until } from './lib.mjs';

const { ADDRESS, WORK } = process.env;
const browser = await launch();
const page = await newPage(browser, /status of (401|404|422)/);
page.on('dialog', dialog => {
	complaints.push(`a dialog opened: ${dialog.message()}`);
	dialog.dismiss();
});

const accessible = name => isAccessible(page, name, false);

// A subject of the set, so that something is surely found.
const truths = readdirSync(`${WORK}/truth`).filter(name => name.endsWith('.json'))
	.map(name => JSON.parse(readFileSync(`${WORK}/truth/${name}`, 'utf8')));
const known = truths.find(truth => truth.subject && truth.language === 'vi' && truth.state !== 'blank');
const words = known.subject.split(/\s+/).slice(0, 4).join(' ');

await test('the first page asks to sign in and is accessible', async () => {
	await page.goto(ADDRESS);
	await page.getByLabel('Tên đăng nhập').waitFor();
	await until(async () => await page.title() === 'Đăng nhập – Tàng Thư', 'title');
	await accessible('login');
});
await test('a wrong password is told and nothing else', async () => {
	await page.getByLabel('Tên đăng nhập').fill('minh');
	await page.getByLabel('Mật khẩu', { exact: true }).fill('not the password');
	await page.getByRole('button', { name: 'Đăng nhập' }).click();
	await page.locator('.problem:not(:empty)').waitFor();
});
await test('the right one opens the search', async () => {
	await page.getByLabel('Mật khẩu', { exact: true }).fill(password);
	await page.keyboard.press('Enter');
	await page.locator('#q').waitFor();
	await page.locator('.hit').first().waitFor();
	await accessible('search');
});
await test('words without diacritics find and mark the words with them', async () => {
	const bare = words.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
	await page.locator('#q').fill(bare);
	await page.keyboard.press('Enter');
	await page.waitForURL(/q=/);
	await page.locator('.snippet mark').first().waitFor();
	await accessible('results');
});
await test('a facet narrows the result and stands in the address', async () => {
	const facet = page.locator('.facet button.row').first();
	const expected = Number((await facet.locator('.count').textContent()).replace(/\D/g, ''));
	await facet.click();
	await page.waitForURL(/(type|year)=/);
	await page.locator('button.row[aria-pressed="true"]').waitFor();
	ok((await page.locator('.summary p').textContent()).startsWith(String(expected)), 'the total is the facet\'s count');
	await page.goBack();
});
await test('a hit opens at its page with the words marked on the scan and in the text', async () => {
	await page.locator('.hit h3 a').first().click();
	await page.locator('.sheet img').waitFor();
	await page.locator('.mark').first().waitFor({ state: 'attached' });
	await page.locator('.sheet img').evaluate(image => image.decode());
	ok(await page.locator('.text mark').count() > 0, 'marks in the text');
	const sheet = await page.locator('.sheet').boundingBox();
	const mark = await page.locator('.mark').first().boundingBox();
	ok(mark.x >= sheet.x - 2 && mark.x + mark.width <= sheet.x + sheet.width + 2, 'the mark lies on the sheet');
	await accessible('record');
});
await test('n goes to the next match, + enlarges, 0 fits again', async () => {
	const before = (await page.locator('.sheet').boundingBox()).width;
	await page.locator('h1').click();
	await page.keyboard.press('+');
	ok((await page.locator('.sheet').boundingBox()).width > before, 'larger');
	await page.keyboard.press('0');
	equal((await page.locator('.sheet').boundingBox()).width, before, 'fits');
	await page.keyboard.press('n');
	await page.locator('.mark.current').waitFor({ state: 'attached' });
});
await test('words are sought inside a record: its pages are told, and the next match turns the page', async () => {
	const back = page.url();
	const shown = n => page.getByText(`Trang ${n} trên 3`, { exact: true }).waitFor();
	const ask = async text => {
		await page.getByRole('searchbox', { name: 'Tìm trong văn bản này' }).fill(text);
		await page.keyboard.press('Enter');
	};
	await page.goto(`${ADDRESS}/#/search?q=xuồng`);
	await page.locator('.hit h3 a').first().click();
	await shown(1);
	await page.locator('.text mark').first().waitFor();
	await page.locator('h1').click();
	await page.keyboard.press('/');
	await page.keyboard.type('phao tròn');
	await page.keyboard.press('Enter');
	await shown(3);
	await page.locator('.text mark').first().waitFor();
	equal(await page.locator('.viewer [aria-current="page"]').textContent(), '3', 'the page that is shown');
	await accessible('inside');
	await ask('kiểm kê');
	await page.getByRole('button', { name: 'Trang 1', exact: true }).waitFor();
	equal(await page.locator('.viewer .pager button[aria-label^="Trang"]').count(), 2, 'pages with the words');
	await shown(1);
	await page.locator('.text mark').nth(3).waitFor();
	const marks = () => page.locator('.text mark').evaluateAll(all => `${all.findIndex(mark => mark.className === 'current')} of ${all.length}`);
	await page.locator('h1').click();
	for (const expected of ['1 of 4', '2 of 4', '3 of 4']) {
		await page.keyboard.press('n');
		await until(async () => await marks() === expected, `match ${expected}`);
	}
	await page.keyboard.press('n');
	await shown(3);
	await page.locator('.text mark.current').waitFor();
	await until(async () => await marks() === '0 of 2', 'the first match of the next page that has one');
	await page.keyboard.press('p');
	await shown(1);
	await page.locator('.text mark.current').waitFor();
	await until(async () => await marks() === '3 of 4', 'the last match of the page before');
	await ask('khongcochunay');
	await page.getByText('Không có chữ này trong văn bản.').waitFor();
	await page.getByRole('link', { name: 'Về kết quả' }).click();
	await until(async () => await page.locator('#q').inputValue() === 'xuồng', 'the words of before');
	await until(async () => await page.title() === 'Tra cứu – Tàng Thư', 'title');
	await page.goto(back);
	await page.locator('.sheet img').waitFor();
});
await test('the original is downloaded byte for byte', async () => {
	const [download] = await Promise.all([page.waitForEvent('download'),
		page.getByRole('link', { name: /Tải tệp gốc/ }).first().click()]);
	const got = readFileSync(await download.path());
	const name = (await page.locator('.filename').first().textContent()).trim();
	equal(Buffer.compare(got, readFileSync(`${WORK}/scans/${name}`)), 0, 'bytes');
});
await test('a file name with markup is text, everywhere', async () => {
	await page.goto(`${ADDRESS}/#/search?q=onerror`);
	await page.locator('.hit').first().waitFor();
	equal(await page.locator('.hit img').count(), 0, 'images made from text');
	await page.locator('.hit h3 a').first().click();
	await page.locator('.record').waitFor();
	equal(await page.locator('.record img[src="x"]').count(), 0, 'images made from text');
});
await test('English by switch, and it stays', async () => {
	await page.getByRole('button', { name: 'English' }).click();
	await page.getByRole('link', { name: 'Search' }).waitFor();
	await page.reload();
	await page.getByRole('link', { name: 'Search' }).waitFor();
	equal(await page.locator('html').getAttribute('lang'), 'en', 'lang');
	await accessible('record-en');
});
await test('a search is kept under a name, found again with its choices, and forgotten', async () => {
	await page.goto(`${ADDRESS}/#/search?q=${encodeURIComponent(words)}&sort=newest`);
	await page.locator('.hit').first().waitFor();
	await page.locator('.saved summary').click();
	await page.getByLabel('Name', { exact: true }).fill('Mine <b>');
	await page.getByRole('button', { name: 'Save this search' }).click();
	await page.getByRole('button', { name: 'Mine <b>', exact: true }).waitFor();
	await accessible('saved');
	await page.goto(`${ADDRESS}/#/search`);
	await page.locator('.saved summary').waitFor();
	if (!await page.locator('.saved[open]').count())
		await page.locator('.saved summary').click();
	await page.getByRole('button', { name: 'Mine <b>', exact: true }).click();
	await until(async () => await page.locator('#q').inputValue() === words, 'the query');
	equal(await page.locator('.summary select').inputValue(), 'newest', 'the order');
	await page.getByRole('button', { name: 'Remove Mine <b>' }).click();
	await page.getByRole('button', { name: 'Mine <b>', exact: true }).waitFor({ state: 'detached' });
});
await test('a word goes on as it is typed, and a likelier one is offered when nothing is found', async () => {
	await page.goto(`${ADDRESS}/#/search`);
	await page.locator('#q').pressSequentially('hai pho');
	await page.locator('#offers option[value^="hai pho"]').first().waitFor({ state: 'attached' });
	await page.goto(`${ADDRESS}/#/search?q=phonqg`);
	await page.getByText('Did you mean').waitFor();
	await page.getByRole('link', { name: 'phong', exact: true }).click();
	await page.locator('.hit').first().waitFor();
});
await test('the keyboard alone searches and opens a result', async () => {
	await page.goto(`${ADDRESS}/#/search?q=${encodeURIComponent(words)}`);
	await page.locator('.hit').first().waitFor();
	await page.locator('.summary').click();
	await page.keyboard.press('j');
	equal(await page.evaluate(() => document.activeElement.id), 'hit-0', 'focus');
	await page.keyboard.press('Enter');
	await page.waitForURL(/#\/record\//);
	await page.goBack();
	await page.locator('.hit').first().waitFor();
	await page.keyboard.press('?');
	await page.locator('dialog[open]').waitFor();
	await accessible('help');
	await page.keyboard.press('Escape');
});
await test('staff see no page to add files', async () => {
	equal(await page.getByRole('link', { name: 'Add files' }).count(), 0, 'links');
});
await test('dark colours are accessible as well', async () => {
	await page.emulateMedia({ colorScheme: 'dark' });
	await accessible('results-dark');
	await page.emulateMedia({ colorScheme: 'light' });
});
await test('a window of 320 pixels needs no scrolling sideways', async () => {
	await page.setViewportSize({ width: 320, height: 640 });
	const wide = await page.evaluate(() => document.documentElement.scrollWidth);
	await accessible('results-narrow');
	await page.setViewportSize({ width: 1280, height: 900 });
	ok(wide <= 320, `${wide} pixels wide`);
});
await test('a reader sees what nobody has confirmed, and that it is so', async () => {
	const uid = await page.evaluate(async () => {
		const { hits } = await (await fetch('api/v1/search?limit=100')).json();
		return hits.find(hit => hit.suggested.includes('subject')).uid;
	});
	await page.goto(`${ADDRESS}/#/record/${uid}`);
	await page.locator('.details .unsure').first().waitFor();
	const subject = await page.evaluate(async id =>
		(await (await fetch(`api/v1/search?record=${id}`)).json()).hits[0].fields.subject, uid);
	equal(await page.locator('h1').textContent(), subject, 'title');
	await accessible('record-unconfirmed');
});
await test('signing out leaves nothing behind', async () => {
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByLabel('Tên đăng nhập').waitFor();
	equal(await page.locator('.hit').count(), 0, 'hits');
	const status = await page.evaluate(async () => (await fetch('api/v1/whoami')).status);
	equal(status, 401, 'whoami');
});
await test('an archivist adds a file with progress and finds it', async () => {
	await signIn(page, 'lan');
	await page.getByRole('link', { name: 'Nhập hồ sơ' }).click();
	await page.locator('.drop').waitFor();
	writeFileSync(`${WORK}/ghi chú mới.txt`, 'Biên bản kiểm kê xuồng cao su quyrexa tại bến.\n');
	await page.setInputFiles('#files', `${WORK}/ghi chú mới.txt`);
	await page.locator('.queue li', { hasText: 'đã vào kho' }).waitFor();
	await accessible('add');
	let found = 0;
	for (let tries = 0; tries < 60 && !found; tries++) {
		await page.waitForTimeout(500);
		found = await page.evaluate(async () => (await (await fetch('api/v1/search?q=quyrexa')).json()).total);
	}
	equal(found, 1, 'hits of the new file');
});
await test('an archivist accepts a suggestion', async () => {
	await page.goto(`${ADDRESS}/#/search?q=${encodeURIComponent(words)}`);
	await page.locator('.hit h3 a').first().click();
	const accept = page.getByRole('button', { name: /^Nhận –/ }).first();
	await accept.waitFor();
	const before = await page.getByRole('button', { name: /^Nhận –/ }).count();
	await accept.click();
	await page.getByText('Đã lưu.').waitFor();
	ok(await page.getByRole('button', { name: /^Nhận –/ }).count() < before, 'one suggestion fewer');
	await accessible('record-archivist');
	await page.getByRole('button', { name: 'Sửa thông tin' }).click();
	await page.locator('.editor').waitFor();
	await accessible('record-edit');
});
await test('a date of which only the month is known stays when something else is edited', async () => {
	const uid = new URL(page.url()).hash.match(/record\/([^?]*)/)[1];
	const issued = () => page.evaluate(async id => (await (await fetch(`api/v1/records/${id}`)).json()).fields.issued, uid);
	const save = async (label, value) => {
		if (await page.locator('.editor').count() === 0)
			await page.getByRole('button', { name: 'Sửa thông tin' }).click();
		const field = page.locator('.editor').getByLabel(label);
		await (await field.evaluate(node => node.tagName) === 'SELECT' ? field.selectOption(value) : field.fill(value));
		await page.getByRole('button', { name: 'Lưu', exact: true }).click();
		await page.getByText('Đã lưu.').waitFor();
	};
	await save('Ngày ban hành', '11/2017');
	equal(await issued(), '2017-11', 'as it was typed');
	await save('Độ khẩn', 'KHẨN');
	equal(await issued(), '2017-11', 'after another field');
	await save('Ngày ban hành', '5/11/2017');
	equal(await issued(), '2017-11-05', 'a day');
});
await test('what is typed in a form stays when a page is turned meanwhile', async () => {
	await page.goto(`${ADDRESS}/#/search?q=xuồng lại`);
	await page.locator('.hit h3 a').first().click();
	await page.getByRole('button', { name: 'Sửa thông tin' }).click();
	await page.locator('.editor').getByLabel('Người ký').first().fill('Nguyễn Văn Thử');
	await page.getByRole('button', { name: 'Trang sau' }).click();
	await page.getByText('Trang 2 trên 3', { exact: true }).waitFor();
	equal(await page.locator('.editor').getByLabel('Người ký').first().inputValue(), 'Nguyễn Văn Thử', 'not lost');
});
await test('the way back from a record leads to the list as it was narrowed', async () => {
	await page.goto(`${ADDRESS}/#/search?q=${encodeURIComponent(words)}&sort=oldest`);
	await page.locator('.hit h3 a').first().click();
	await page.getByRole('link', { name: 'Về kết quả' }).click();
	await page.locator('.hit').first().waitFor();
	equal(await page.locator('.summary select').inputValue(), 'oldest', 'order');
});
await test('what was typed for a page is there when one comes back to it', async () => {
	const found = await page.evaluate(async () => {
		const { records } = await (await fetch('api/v1/records?limit=100&reading=read')).json();
		for (const record of records) {
			const weak = await (await fetch(`api/v1/records/${record.uid}/weak`)).json();
			if (record.pages > 1 && weak.pages?.length)
				return { uid: record.uid, page: weak.pages[0].page, other: weak.pages[0].page > 1 ? 1 : 2 };
		}
		return null;
	});
	ok(found, 'a record of two pages with a weak word');
	await page.goto(`${ADDRESS}/#/review/${found.uid}?page=${found.page}`);
	await page.locator('.weaklist input').first().fill('đangsửa');
	await page.goto(`${ADDRESS}/#/review/${found.uid}?page=${found.other}`);
	await page.locator('.sheet img').waitFor();
	await page.goto(`${ADDRESS}/#/review/${found.uid}?page=${found.page}`);
	await page.locator('.weaklist input').first().waitFor();
	equal(await page.locator('.weaklist input').first().inputValue(), 'đangsửa', 'not lost');
});
await test('an archivist reviews a page: weak words by keyboard, saved, and taken back', async () => {
	const uid = await page.evaluate(async () => {
		const { records } = await (await fetch('api/v1/records?limit=100&reading=read')).json();
		for (const record of records) {
			const weak = await (await fetch(`api/v1/records/${record.uid}/weak`)).json();
			if (weak.pages?.length && weak.pages[0].page === 1)
				return record.uid;
		}
		return null;
	});
	ok(uid, 'a record with weak words on its first page');
	await page.goto(`${ADDRESS}/#/review/${uid}`);
	await page.locator('.weaklist li').first().waitFor();
	await accessible('review');
	const before = await page.locator('.weaklist li').count();
	await page.locator('h1').click();
	await page.keyboard.press('n');
	await page.locator('.weaklist li.current input:focus').waitFor();
	await page.locator('.mark.current').waitFor({ state: 'attached' });
	await page.keyboard.press('Control+A');
	await page.keyboard.type('sửatay');
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: 'Lưu 1 chữ' }).click();
	await page.getByText('Đã lưu bản sửa.').waitFor();
	await page.locator('.versions li').first().waitFor();
	equal(await page.locator('.weaklist li').count(), before - 1, 'weak words left');
	const text = await page.evaluate(async id => (await fetch(`api/v1/records/${id}/pages/1/text`)).text(), uid);
	ok(text.includes('sửatay'), 'the text has the word');
	await page.getByRole('button', { name: 'Sửa cả trang' }).click();
	await page.locator('.words textarea').waitFor();
	await accessible('review-whole');
	await page.getByRole('button', { name: 'Thôi' }).click();
	await page.getByRole('button', { name: 'Lấy lại bản máy đọc' }).click();
	await page.locator('.versions li').nth(1).waitFor();
	const restored = await page.evaluate(async id => (await fetch(`api/v1/records/${id}/pages/1/text`)).text(), uid);
	ok(!restored.includes('sửatay'), 'taken back');
	await page.getByRole('button', { name: 'Xoay trang' }).click();
	await page.getByText('Đã xoay.').waitFor();
	await page.locator('.sheet img[style*="rotate(90deg)"]').waitFor();
	ok(await page.getByText('Đã xoay.').isVisible(), 'what was done is still said when the page has come again');
	await page.emulateMedia({ colorScheme: 'dark' });
	await accessible('review-turned-dark');
	await page.emulateMedia({ colorScheme: 'light' });
});
await test('the browser had nothing to complain of', async () => {
	equal(complaints.join('\n'), '', 'console');
});

await browser.close();
finish();
