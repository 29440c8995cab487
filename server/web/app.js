// SPDX-License-Identifier: GPL-3.0-or-later
import { html, render, useEffect, useRef, useState } from './vendor/preact-htm.js';
import { AccountView, VerifyDialog } from './account.js';
import { get, request, setToken, whenSignedOut, whenUnverified } from './api.js';
import { AddView } from './add.js';
import { AuditsView } from './audits.js';
import { keysEnabled, setKeysEnabled, useKeys } from './keys.js';
import { LogView } from './log.js';
import { LoginView } from './login.js';
import { RecordView } from './record.js';
import { ReviewView } from './review.js';
import { link, parseRoute } from './route.js';
import { SearchView } from './search.js';
import { language, loadLanguage, otherLanguage, t } from './text.js';

const views = { search: SearchView, record: RecordView, review: ReviewView, add: AddView, log: LogView, audits: AuditsView, account: AccountView };

const queries = ['words', 'phrase', 'number', 'operators', 'near', 'forms', 'fields', 'dates', 'others', 'facts'];

function Help({ onClose }) {
	const dialog = useRef();
	const [enabled, setEnabled] = useState(keysEnabled());
	useEffect(() => { dialog.current.showModal(); }, []);
	const rows = [['/', 'search'], ['j k', 'results'], ['n p', 'hits'], ['[ ]', 'pages'], ['+ - 0', 'zoom'], ['?', 'help']];
	const change = event => {
		setKeysEnabled(event.target.checked);
		setEnabled(event.target.checked);
	};
	return html`
		<dialog ref=${dialog} onClose=${onClose} aria-labelledby="help-title">
			<h2 id="help-title" tabindex="-1" autofocus>${t('help.title')}</h2>
			<h3>${t('help.query')}</h3>
			<dl class="queries">${queries.map(name => html`
				<dt><code>${t(`help.query.${name}.as`)}</code></dt><dd>${t(`help.query.${name}`)}</dd>`)}
			</dl>
			<h3>${t('help.keys')}</h3>
			<dl class="keys">${rows.map(([keys, name]) => html`
				<dt>${keys.split(' ').map(key => html`<kbd>${key}</kbd> `)}</dt><dd>${t(`help.${name}`)}</dd>`)}
			</dl>
			<p><label class="check"><input type="checkbox" checked=${enabled} onChange=${change} /> ${t('help.enabled')}</label></p>
			<button onClick=${() => dialog.current.close()}>${t('help.close')}</button>
		</dialog>`;
}

function Header({ who, view, onLanguage, onSignOut, onHelp }) {
	const entries = ['search', ...(who.capabilities.includes('ingest') ? ['add'] : []),
		...(who.capabilities.includes('audit') ? ['audits', 'log'] : [])];
	return html`
		<header class="bar">
			<a class="skip" href="#main" onClick=${event => {
				event.preventDefault();
				document.getElementById('main').focus();
			}}>${t('app.skip')}</a>
			<a class="brand" href=${link('search')}><img src="icon.svg" alt="" width="28" height="28" /> ${t('app.name')}</a>
			<nav aria-label=${t('app.menu')}>${entries.map(name => html`
				<a href=${link(name)} aria-current=${view === name ? 'page' : null}>${t(`nav.${name}`)}</a>`)}
			</nav>
			<a class="who" href=${link('account')} aria-current=${view === 'account' ? 'page' : null}>${who.display || who.name}</a>
			<button class="quiet" onClick=${onHelp}>${t('app.help')}</button>
			<button class="quiet" lang=${otherLanguage()} onClick=${onLanguage}>${t('app.language')}</button>
			<button class="quiet" onClick=${onSignOut}>${t('app.signout')}</button>
		</header>`;
}

// A new view begins at its main heading, for the eye and for a screen reader.
function useFocusOnChange(key) {
	const first = useRef(true);
	useEffect(() => {
		if (first.current)
			first.current = false;
		else
			document.getElementById('main')?.focus({ preventScroll: true });
	}, [key]);
}

function Pages({ who, onLanguage, onSignOut, onChanged }) {
	const [route, setRoute] = useState(parseRoute());
	const [help, setHelp] = useState(false);
	const [asked, setAsked] = useState(null);
	useEffect(() => whenUnverified(() => new Promise(resolve => setAsked(() => resolve))), []);
	const answer = given => {
		asked(given);
		setAsked(null);
	};
	useEffect(() => {
		const follow = () => setRoute(parseRoute());
		addEventListener('hashchange', follow);
		return () => removeEventListener('hashchange', follow);
	}, []);
	useKeys({ '?': () => setHelp(true) });
	useFocusOnChange(`${route.view}/${route.id}`);
	// Who owes a second factor can do nothing else.
	const View = who.second_factor.due ? AccountView : views[route.view] || SearchView;
	return html`
		<${Header} who=${who} view=${route.view} onLanguage=${onLanguage} onSignOut=${onSignOut}
			onHelp=${() => setHelp(true)} />
		<main id="main" tabindex="-1">
			<${View} who=${who} onChanged=${onChanged} id=${route.id} parameters=${route.parameters} key=${route.view + (route.id || '')} />
		</main>
		${asked && html`<${VerifyDialog} who=${who} onDone=${() => answer(true)} onCancel=${() => answer(false)} />`}
		${help && html`<${Help} onClose=${() => setHelp(false)} />`}`;
}

function App({ session, notice: first }) {
	const [who, setWho] = useState(session);
	const [notice, setNotice] = useState(first);
	const [, redraw] = useState(0);
	const enter = async account => {
		setToken(account.csrf);
		if (account.language && account.language !== language())
			await loadLanguage(account.language);
		setNotice('');
		setWho(account);
	};
	useEffect(() => whenSignedOut(() => {
		setToken('');
		setWho(null);
		setNotice('login.expired');
	}), []);
	const switchLanguage = async () => {
		const next = otherLanguage();
		await loadLanguage(next);
		redraw(n => n + 1);
		if (who)
			await request('PATCH', 'whoami', { body: { language: next } }).catch(() => {});
	};
	const signOut = async () => {
		await request('POST', 'logout').catch(() => {});
		// Nothing of one person's work stays for the next one at this screen.
		location.hash = '';
		location.reload();
	};
	if (!who)
		return html`<${LoginView} notice=${notice} onEnter=${enter} onLanguage=${switchLanguage} />`;
	return html`<${Pages} key=${language()} who=${who} onLanguage=${switchLanguage} onSignOut=${signOut}
		onChanged=${async () => setWho(await get('whoami'))} />`;
}

async function start() {
	await loadLanguage('vi');
	let session = null;
	let notice = '';
	try {
		session = await get('whoami');
		setToken(session.csrf);
		if (session.language && session.language !== language())
			await loadLanguage(session.language);
	} catch (problem) {
		if (problem.status !== 401)
			notice = problem.message;
	}
	const root = document.getElementById('app');
	root.textContent = '';
	render(html`<${App} session=${session} notice=${notice} />`, root);
}

start();
