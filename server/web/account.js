// SPDX-License-Identifier: GPL-3.0-or-later
// The own account: password, second factor, sessions, API tokens, rights that wait for a second person.
import { html, useEffect, useRef, useState } from './vendor/preact-htm.js';
import { get, request } from './api.js';
import { OwnFindings } from './audits.js';
import { Problem } from './search.js';
import { t, useTitle, when } from './text.js';

// What a list shows and what can be done with it: reads path, redraws after each change.
function useList(path) {
	const [rows, setRows] = useState(null);
	const [problem, setProblem] = useState(null);
	const read = () => get(path).then(answer => setRows(Object.values(answer)[0]), setProblem);
	useEffect(() => { read(); }, []);
	const act = async (...what) => {
		setProblem(null);
		try {
			const answer = await request(...what);
			const body = answer.status === 204 ? null : await answer.json();
			await read();
			return body;
		} catch (error) {
			setProblem(error);
			return null;
		}
	};
	return { rows: rows || [], problem, act };
}

// Asked before a dangerous act when the last proof is old (api.js, verify-required).
export function VerifyDialog({ who, onDone, onCancel }) {
	const dialog = useRef();
	const password = useRef();
	const code = useRef();
	const [problem, setProblem] = useState(null);
	useEffect(() => {
		dialog.current.showModal();
		password.current.focus();
	}, []);
	const submit = async event => {
		event.preventDefault();
		try {
			await request('POST', 'whoami/verify', { body: { password: password.current.value, code: code.current?.value || '' } });
			onDone();
		} catch (error) {
			setProblem(error);
			password.current.select();
		}
	};
	return html`
		<dialog ref=${dialog} onCancel=${onCancel} aria-labelledby="verify-title">
			<form onSubmit=${submit}>
				<h2 id="verify-title">${t('verify.title')}</h2>
				<p>${t('verify.why')}</p>
				<p role="alert" class="problem">${problem?.message}</p>
				<label>${t('login.password')}
					<input ref=${password} type="password" autocomplete="current-password" required /></label>
				${who.second_factor.confirmed && html`<label>${t('login.code')}
					<input ref=${code} inputmode="numeric" autocomplete="one-time-code" required /></label>`}
				<button class="main">${t('verify.submit')}</button>
				<button type="button" class="quiet" onClick=${onCancel}>${t('verify.cancel')}</button>
			</form>
		</dialog>`;
}

function Qr({ side, path }) {
	return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label=${t('factor.qr')}>
		<rect width=${side} height=${side} fill="#fff" /><path d=${path} fill="#000" /></svg>`;
}

function Codes({ codes, onSeen }) {
	return html`
		<p>${t('factor.codes.keep')}</p>
		<ul class="codes">${codes.map(code => html`<li><code>${code}</code></li>`)}</ul>
		<button class="main" onClick=${onSeen}>${t('factor.codes.kept')}</button>`;
}

function Enrolment({ seed, onCodes }) {
	const [problem, setProblem] = useState(null);
	const code = useRef();
	const submit = async event => {
		event.preventDefault();
		try {
			const answer = await request('POST', 'whoami/factor/confirm', { body: { code: code.current.value } });
			onCodes((await answer.json()).recovery_codes);
		} catch (error) {
			setProblem(error);
			code.current.select();
		}
	};
	return html`
		<p>${t('factor.scan')}</p>
		<${Qr} ...${seed.qr} />
		<p>${t('factor.secret')} <code>${seed.secret.match(/.{4}/g).join(' ')}</code></p>
		<form onSubmit=${submit}>
			<p role="alert" class="problem">${problem?.message}</p>
			<label>${t('login.code')}
				<input ref=${code} inputmode="numeric" autocomplete="one-time-code" required /></label>
			<button class="main">${t('factor.confirm')}</button>
		</form>`;
}

function Factor({ who, onChanged }) {
	const [seed, setSeed] = useState(null);
	const [codes, setCodes] = useState(null);
	const [problem, setProblem] = useState(null);
	const { confirmed, due, recovery_left: left } = who.second_factor;
	const ask = async (method, path, use) => {
		setProblem(null);
		try {
			const answer = await request(method, path, method === 'POST' ? { body: {} } : {});
			use(answer.status === 204 ? null : await answer.json());
		} catch (error) {
			setProblem(error);
		}
	};
	const seen = () => {
		setCodes(null);
		setSeed(null);
		onChanged();
	};
	return html`
		<section aria-labelledby="factor-title">
			<h2 id="factor-title">${t('factor.title')}</h2>
			${due && html`<p class="notice">${t('factor.due')}</p>`}
			${problem && html`<${Problem} problem=${problem} />`}
			${codes ? html`<${Codes} codes=${codes} onSeen=${seen} />`
				: seed ? html`<${Enrolment} seed=${seed} onCodes=${setCodes} />`
				: html`
				<p>${confirmed ? t('factor.on', { n: left }) : t('factor.off')}</p>
				<button onClick=${() => ask('POST', 'whoami/factor', setSeed)}>${t(confirmed ? 'factor.replace' : 'factor.set')}</button>
				${confirmed && html`
				<button onClick=${() => ask('POST', 'whoami/factor/codes', body => setCodes(body.recovery_codes))}>${t('factor.newcodes')}</button>
				<button onClick=${() => ask('DELETE', 'whoami/factor', () => location.reload())}>${t('factor.remove')}</button>`}`}
		</section>`;
}

function Password() {
	const [problem, setProblem] = useState(null);
	const current = useRef();
	const wanted = useRef();
	const submit = async event => {
		event.preventDefault();
		try {
			await request('POST', 'whoami/password', { body: { current: current.current.value, password: wanted.current.value } });
			location.reload();
		} catch (error) {
			setProblem(error);
		}
	};
	return html`
		<section aria-labelledby="password-title">
			<h2 id="password-title">${t('password.title')}</h2>
			<form onSubmit=${submit}>
				<p role="alert" class="problem">${problem?.message}</p>
				<label>${t('password.current')}
					<input ref=${current} type="password" autocomplete="current-password" required /></label>
				<label>${t('password.new')}
					<input ref=${wanted} type="password" autocomplete="new-password" minlength="12" aria-describedby="password-rule" required /></label>
				<p id="password-rule"><small>${t('password.rule')}</small></p>
				<button>${t('password.submit')}</button>
			</form>
		</section>`;
}

function Sessions() {
	const { rows, problem, act } = useList('whoami/sessions');
	return html`
		<section aria-labelledby="sessions-title">
			<h2 id="sessions-title">${t('sessions.title')}</h2>
			${problem && html`<${Problem} problem=${problem} />`}
			<ul class="rows">${rows.map(row => html`<li key=${row.id}>
				<span>${row.address || '?'} · ${t('sessions.since', { when: when(row.created) })} · ${t('sessions.seen', { when: when(row.seen) })}</span>
				${row.current ? html`<strong>${t('sessions.this')}</strong>`
					: html`<button onClick=${() => act('DELETE', `whoami/sessions/${row.id}`)}>${t('sessions.end')}</button>`}
			</li>`)}</ul>
			${rows.length > 1 && html`<button onClick=${() => act('DELETE', 'whoami/sessions')}>${t('sessions.endothers')}</button>`}
		</section>`;
}

function Tokens() {
	const { rows, problem, act } = useList('tokens');
	const [made, setMade] = useState('');
	const make = async event => {
		event.preventDefault();
		const form = event.target;
		const body = await act('POST', 'tokens', { body: {
			name: form.elements.label.value,
			scope: ['read', 'add', 'edit'].filter(name => form.elements[name].checked),
			days: Number(form.elements.days.value),
		} });
		if (body) {
			setMade(body.token);
			form.reset();
		}
	};
	return html`
		<section aria-labelledby="tokens-title">
			<h2 id="tokens-title">${t('tokens.title')}</h2>
			<p>${t('tokens.what')}</p>
			${problem && html`<${Problem} problem=${problem} />`}
			${made && html`<p role="status">${t('tokens.once')} <code>${made}</code></p>`}
			<ul class="rows">${rows.map(row => html`<li key=${row.id}>
				<span>${row.name} · ${row.scope.map(name => t(`tokens.scope.${name}`)).join(', ')} · ${t('tokens.until', { when: when(row.expires) })}</span>
				<button onClick=${() => act('DELETE', `tokens/${row.id}`)}>${t('tokens.end')}</button></li>`)}</ul>
			<form onSubmit=${make}>
				<label>${t('tokens.name')} <input name="label" maxlength="100" required /></label>
				<fieldset><legend>${t('tokens.scope')}</legend>${['read', 'add', 'edit'].map(name => html`
					<label class="check"><input type="checkbox" name=${name} defaultChecked=${name === 'read'} /> ${t(`tokens.scope.${name}`)}</label>`)}
				</fieldset>
				<label>${t('tokens.days')} <input name="days" type="number" min="1" max="366" defaultValue="90" required /></label>
				<button>${t('tokens.make')}</button>
			</form>
		</section>`;
}

function Wishes() {
	const { rows, problem, act } = useList('grants/wishes');
	if (!rows.length && !problem)
		return null;
	const decide = (row, approve) => act('POST', `grants/wishes/${row.id}/decide`, { body: { approve } });
	return html`
		<section aria-labelledby="wishes-title">
			<h2 id="wishes-title">${t('wishes.title')}</h2>
			${problem && html`<${Problem} problem=${problem} />`}
			<ul class="rows">${rows.map(row => html`<li key=${row.id}>
				<span>${t(`wishes.${row.kind}`)}: ${row.title || row.node || row.record}
					${row.principal && html` · ${row.principal} (${row.permissions.join(', ')})`} · ${t('wishes.by', { who: row.proposed_by })}</span>
				${!row.own && html`<button onClick=${() => decide(row, true)}>${t('wishes.approve')}</button>`}
				<button onClick=${() => decide(row, false)}>${t(row.own ? 'wishes.withdraw' : 'wishes.reject')}</button></li>`)}</ul>
		</section>`;
}

export function AccountView({ who, onChanged }) {
	useTitle(t('account.page'));
	const due = who.second_factor.due;
	return html`
		<div class="account">
			<h1>${t('account.title', { name: who.display || who.name })}</h1>
			<${Factor} who=${who} onChanged=${onChanged} />
			<${Password} />
			<${Sessions} />
			${!due && html`<${Tokens} /><${Wishes} /><${OwnFindings} who=${who} />`}
		</div>`;
}
